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
var r = /* @__PURE__ */ new WeakMap();
function i(e, t) {
	let n = JSON.stringify(t);
	return r.get(e) !== n && (r.set(e, n), !0);
}
function a(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/share.ts
async function o(e) {
	try {
		return await navigator.clipboard.writeText(e), !0;
	} catch {
		return !1;
	}
}
// src/ui/reading.ts
function s(e, n, r, a, o) {
	let s = [...r.entries()].filter(([, { label: e }]) => /^\d$/.test(e));
	if (!i(e, [
		n,
		s.map(([, e]) => e),
		a("common.swap")
	])) return;
	let c = 0;
	e.replaceChildren(...[...n].map((e) => {
		if (/\s/.test(e) || c === s.length) return e;
		let [n, { top: r, doubtful: i, corrected: l }] = s[c++];
		if (!i && !l) return e;
		let u = t(e, () => o(n), l ? "corrected" : "doubtful");
		return u.title = a("common.swap", { label: r[1].name }), u;
	}));
}
function c(r, i, a) {
	let s = e("span");
	s.role = "status";
	let c = async () => {
		let e = l(a());
		n(s, await o(e) ? r("common.copied") : e);
	}, d = e("div", "reading-tools");
	return d.append(t(r("common.copy"), () => void c())), "speechSynthesis" in globalThis && d.append(t(r("common.speak"), () => u(a(), i))), d.append(s), d;
}
function l(e) {
	return e.replaceAll(" ", "");
}
function u(e, t) {
	speechSynthesis.cancel();
	let n = new SpeechSynthesisUtterance(e.replaceAll("\n", ". "));
	n.lang = t, speechSynthesis.speak(n);
}
// src/ui/objects.ts
function d(e) {
	return e > 0 && e < .005 ? "<1%" : `${Math.round(e * 100)}%`;
}
// src/ui/result.ts
function f(n, r, o, s, c) {
	for (; n.children.length > r.length;) n.lastElementChild.remove();
	for (let [l, u] of r.entries()) {
		let r = n.children[l]?.firstElementChild;
		if (!r) {
			r = t("", () => void 0, "object");
			let i = e("li");
			i.append(r), n.append(i);
		}
		r.onclick = () => c(l), r.ariaPressed = String(l === o), i(r, [u, s("common.corrected")]) && (r.title = s("common.fix", { label: u.name }), a(r, u), r.replaceChildren(e("span", u.doubtful ? "chip doubtful" : "chip", u.name), ...u.corrected ? [e("span", "class", s("common.corrected"))] : u.top.map(p)));
	}
}
function p({ name: t, score: n }) {
	let r = e("span", "class"), i = e("span", "bar");
	return i.style.setProperty("--score", String(n)), r.append(e("b", "", t), ` ${d(n)}`, i), r;
}
function m(n, r, i, { label: a, rewrite: o, close: s }) {
	let c = e("div", "fix"), l = i("common.fixQuestion", { label: n.name });
	c.role = "group", c.ariaLabel = l;
	let u = t("✕", s, "close");
	u.ariaLabel = i("common.close");
	let d = e("div", "head");
	d.append(e("span", "question", l)), o && d.append(t(i("common.rewrite"), o, "rewrite")), d.append(u);
	let f = e("div", "classes");
	return f.append(...h(r, n.label, a)), c.append(d, f), c.onkeydown = (e) => {
		e.key === "Escape" && s();
	}, c;
}
function h(e, n, r) {
	return e.map((e) => {
		let i = t(e.name, () => r(e.label));
		return i.ariaPressed = String(e.label === n), i;
	});
}
// src/ui/texts.ts
function g(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function _(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function v(t) {
	let n = [...t.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = e("div", "digit-detector");
	return t.append(r), r;
}
var y = "digit-detector:fix", b = "digit-detector:rewrite", x = class {
	#e = e("output");
	#t = e("p");
	#n = e("ul", "objects");
	#r = e("div");
	#i = e("ul");
	#a = e("p");
	#o = e("div");
	#s;
	#c;
	#l = null;
	constructor(e) {
		this.#e.id = "reading", this.#t.id = "remark", this.#n.id = "objects", this.#i.id = "left-out", this.#a.id = "status";
		for (let e of [this.#e, this.#t]) e.ariaLive = "polite";
		let t = [
			this.#e,
			this.#o,
			this.#t,
			this.#r,
			this.#n,
			this.#i,
			this.#a
		];
		e.replaceChildren(...t);
	}
	show(t, r) {
		let i = this.#s?.language !== t.language;
		this.#s?.revision !== t.revision && (this.#l = null), this.#s = t, this.#c = r;
		let a = g(t.texts);
		if (i) {
			let e = c(a, t.language, () => this.#s.reading);
			this.#o.replaceWith(e), this.#o = e;
		}
		this.#o.hidden = t.reading === "", s(this.#e, t.reading, t.objects, a, (e) => this.#u(e, t.objects[e].top[1].label)), n(this.#t, t.remark), n(this.#a, t.status), this.#n.ariaLabel = a("common.objects"), this.#n.hidden = t.objects.length === 0, this.#i.ariaLabel = a("common.leftOut"), this.#i.hidden = t.leftOut.length === 0, this.#i.replaceChildren(...t.leftOut.map(({ text: t, why: n }) => {
			let r = e("li");
			return r.append(e("b", "", t), ` – ${n}`), r;
		})), this.choose(this.#l);
	}
	choose(e) {
		let { objects: t, classes: n, canRewrite: r, texts: i } = this.#s, a = e === null ? void 0 : t[e];
		this.#l = a ? e : null;
		let o = g(i);
		if (f(this.#n, t, this.#l, o, (e) => this.choose(e === this.#l ? null : e)), !a || e === null) {
			this.#r.replaceChildren();
			return;
		}
		let s = m(a, n, o, {
			label: (t) => this.#u(e, t),
			rewrite: r ? () => {
				document.dispatchEvent(new CustomEvent(b, { detail: { index: e } })), this.choose(null);
			} : null,
			close: () => this.choose(null)
		});
		this.#r.replaceChildren(s);
	}
	#u(e, t) {
		this.#c({
			index: e,
			label: t,
			revision: this.#s.revision
		}), this.choose(null);
	}
}, S = /* @__PURE__ */ new WeakMap();
function C({ parentElement: e, data: t, setTriggerValue: n }) {
	let r = S.get(e);
	if (!r) {
		let t = new x(v(e)), n = (e) => t.choose(e.detail.index);
		r = {
			answer: t,
			onFix: n
		}, S.set(e, r), document.addEventListener(y, n);
	}
	let { answer: i, onFix: a } = r;
	return i.show(t, (e) => n("correct", e)), () => {
		document.removeEventListener(y, a), S.delete(e);
	};
}
var w = _(C);
export { w as default };
