// src/ui/dom.ts
function e(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function t(t, n, r = "") {
	let i = e("button", r, t);
	return i.type = "button", i.onclick = n, i;
}
function n(e, t) {
	e.textContent !== t && (e.textContent = t);
}
// src/ui/share.ts
async function r(e, t, n) {
	let r = {
		url: e,
		title: t,
		text: n
	};
	if (matchMedia("(pointer: coarse)").matches && navigator.canShare?.(r)) try {
		return await navigator.share(r), "shared";
	} catch (e) {
		if (e.name === "AbortError") return "cancelled";
	}
	return await i(e) ? "copied" : "unavailable";
}
async function i(e) {
	try {
		return await navigator.clipboard.writeText(e), !0;
	} catch {
		return !1;
	}
}
// src/ui/texts.ts
function a(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function o(t) {
	let n = t.querySelector(":scope > .digit-detector");
	if (n) return n;
	let r = e("div", "digit-detector");
	return t.append(r), r;
}
// src/streamlit/share.ts
function s({ parentElement: i, data: s }) {
	let c = a(s.texts), l = e("p");
	l.role = "status";
	let u = async () => {
		let e = location.href, t = await r(e, document.title, c("common.shareText"));
		n(l, {
			shared: "",
			cancelled: "",
			copied: c("common.shared"),
			unavailable: e
		}[t]);
	};
	o(i).replaceChildren(t(c("common.share"), () => void u()), l);
}
export { s as default };
