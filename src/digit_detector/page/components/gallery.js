// src/ui/dom.ts
function e(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function t(t, n, r = "") {
	let i = e("button", r, t);
	return i.type = "button", i.onclick = n, i;
}
// src/ui/texts.ts
function n(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function r(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function i(t) {
	let n = [...t.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = e("div", "digit-detector");
	return t.append(r), r;
}
// src/streamlit/gallery.ts
function a({ parentElement: r, data: a, setTriggerValue: o }) {
	let s = n(a.texts), c = e("ul");
	c.ariaLabel = s("common.gallery");
	for (let { name: n, reading: r, thumbnail: i } of a.drawings) {
		let a = e("img");
		a.src = i, a.alt = s("common.openAgain", { reading: r }), a.title = r;
		let l = t("", () => o("chosen", n));
		l.append(a);
		let u = e("li");
		u.append(l), c.append(u);
	}
	i(r).replaceChildren(c);
}
var o = r(a);
export { o as default };
