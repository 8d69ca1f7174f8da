// src/ink/link.ts
var e = class extends Error {
	reason;
	constructor(e) {
		super(e), this.reason = e;
	}
};
async function t({ drawing: e, thresholds: t, corrections: i }) {
	let a = [], o = (e) => {
		for (; e > 127; e = Math.floor(e / 128)) a.push(e % 128 + 128);
		a.push(e);
	};
	for (let { width: t, points: r } of e) o(n(t)), o(r.length / 3), r.forEach((e, t) => {
		let i = n(e) - n(r[t - 3] ?? 0);
		o(i < 0 ? -2 * i - 1 : 2 * i);
	});
	let s = await r(Uint8Array.from(a), new CompressionStream("deflate-raw"), Infinity), c = Array.from(s, (e) => String.fromCharCode(e)).join(""), l = btoa(c).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""), u = Object.entries(t).map(([e, t]) => `&${e}=${Number(t.toFixed(2))}`), d = i.slice(-100).map(({ box: e, label: t }) => `&fix=${[t, ...e.map((e) => Math.round(1e3 * e))].join(",")}`);
	return "#d1=" + l + u.join("") + d.join("");
}
function n(e) {
	return Math.round(e * 8);
}
async function r(t, n, r) {
	let i = new Blob([t]).stream().pipeThrough(n).getReader(), a = [], o = 0;
	for (;;) {
		let { done: t, value: n } = await i.read();
		if (t) break;
		if (a.push(n), (o += n.length) > r) throw await i.cancel(), new e("long");
	}
	return new Uint8Array(await new Blob(a).arrayBuffer());
}
// src/ui/dom.ts
function i(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function a(e, t, n = "") {
	let r = i("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function o(e, t) {
	e.textContent !== t && (e.textContent = t);
}
// src/ui/share.ts
async function s(e, t, n) {
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
	return await c(e) ? "copied" : "unavailable";
}
async function c(e) {
	try {
		return await navigator.clipboard.writeText(e), !0;
	} catch {
		return !1;
	}
}
// src/ui/texts.ts
function l(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function u(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function d(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = i("div", "digit-detector");
	return e.append(n), n;
}
var f = "digit-detector:drawing";
// src/streamlit/share.ts
async function p() {
	let e = new CustomEvent(f, { detail: { drawing: [] } });
	document.dispatchEvent(e);
	let { drawing: n } = e.detail, r = n.length > 0 ? await t({
		drawing: n,
		thresholds: {},
		corrections: []
	}) : "";
	return location.href.split("#")[0] + r;
}
function m({ parentElement: e, data: t }) {
	let n = l(t.texts), r = i("p");
	r.role = "status";
	let c = async () => {
		let e = await p(), t = await s(e, document.title, n("common.shareText"));
		o(r, {
			shared: "",
			cancelled: "",
			copied: n("common.shared"),
			unavailable: e
		}[t]);
	};
	d(e).replaceChildren(a(n("common.share"), () => void c()), r);
}
var h = u(m);
export { h as default };
