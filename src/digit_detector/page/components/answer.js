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
function r(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/share.ts
async function i(e) {
	try {
		return await navigator.clipboard.writeText(e), !0;
	} catch {
		return !1;
	}
}
// src/ui/reading.ts
function a(e, n, r, i, a) {
	let o = [...r.entries()].filter(([, { label: e }]) => /^\d$/.test(e)), s = JSON.stringify([n, o]);
	if (e.dataset.shown === s) return;
	e.dataset.shown = s;
	let c = 0;
	e.replaceChildren(...[...n].map((e) => {
		if (/\s/.test(e) || c === o.length) return e;
		let [n, { top: r, doubtful: s, corrected: l }] = o[c++];
		if (!s && !l) return e;
		let u = t(e, () => a(n), l ? "corrected" : "doubtful");
		return u.title = i("common.swap", { label: r[1].name }), u;
	}));
}
function o(r, a, o) {
	let l = e("span");
	l.role = "status";
	let u = async () => {
		let e = s(o());
		n(l, await i(e) ? r("common.copied") : e);
	}, d = e("div", "reading-tools");
	return d.append(t(r("common.copy"), () => void u())), "speechSynthesis" in globalThis && d.append(t(r("common.speak"), () => c(o(), a))), d.append(l), d;
}
function s(e) {
	return e.replaceAll(" ", "");
}
function c(e, t) {
	speechSynthesis.cancel();
	let n = new SpeechSynthesisUtterance(e.replaceAll("\n", ". "));
	n.lang = t, speechSynthesis.speak(n);
}
// src/ui/objects.ts
function l(e) {
	return e > 0 && e < .005 ? "<1%" : `${Math.round(e * 100)}%`;
}
// src/ui/result.ts
function u(n, i, a, o, s) {
	for (; n.children.length > i.length;) n.lastElementChild.remove();
	for (let [c, l] of i.entries()) {
		let i = n.children[c]?.firstElementChild;
		if (!i) {
			i = t("", () => void 0, "object");
			let r = e("li");
			r.append(i), n.append(r);
		}
		i.onclick = () => s(c), i.ariaPressed = String(c === a);
		let u = JSON.stringify(l);
		i.dataset.shown !== u && (i.dataset.shown = u, i.title = o("common.fix", { label: l.name }), r(i, l), i.replaceChildren(e("span", l.doubtful ? "chip doubtful" : "chip", l.name), ...l.corrected ? [e("span", "class", o("common.corrected"))] : l.top.map(d)));
	}
}
function d({ name: t, score: n }) {
	let r = e("span", "class"), i = e("span", "bar");
	return i.style.setProperty("--score", String(n)), r.append(e("b", "", t), ` ${l(n)}`, i), r;
}
function f(n, r, i, { label: a, rewrite: o, close: s }) {
	let c = e("div", "fix"), l = i("common.fixQuestion", { label: n.name });
	c.role = "group", c.ariaLabel = l;
	let u = t("✕", s, "close");
	u.ariaLabel = i("common.close");
	let d = e("div", "head");
	d.append(e("span", "question", l), u);
	let f = e("div", "classes");
	return f.append(...p(r, n.label, a)), c.append(d, f), o && c.append(t(i("common.rewrite"), o, "rewrite")), c.onkeydown = (e) => {
		e.key === "Escape" && s();
	}, c;
}
function p(e, n, r) {
	return e.map((e) => {
		let i = t(e.name, () => r(e.label));
		return i.ariaPressed = String(e.label === n), i;
	});
}
// src/ui/texts.ts
function m(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function h(t) {
	let n = t.querySelector(":scope > .digit-detector");
	if (n) return n;
	let r = e("div", "digit-detector");
	return t.append(r), r;
}
// src/streamlit/data.ts
var g = "digit-detector:fix", _ = class {
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
		this.#e.id = "reading", this.#t.id = "remark", this.#i.id = "left-out", this.#a.id = "status";
		for (let e of [this.#e, this.#t]) e.ariaLive = "polite";
		e.append(this.#e, this.#o, this.#t, this.#r, this.#n, this.#i, this.#a);
	}
	show(t, r) {
		let i = this.#s?.language !== t.language;
		this.#s?.revision !== t.revision && (this.#l = null), this.#s = t, this.#c = r;
		let s = m(t.texts);
		if (i) {
			let e = o(s, t.language, () => this.#s.reading);
			this.#o.replaceWith(e), this.#o = e;
		}
		this.#o.hidden = t.reading === "", a(this.#e, t.reading, t.objects, s, (e) => this.#u(e, t.objects[e].top[1].label)), n(this.#t, t.remark), n(this.#a, t.status), this.#n.ariaLabel = s("common.objects"), this.#n.hidden = t.objects.length === 0, this.#i.ariaLabel = s("common.leftOut"), this.#i.hidden = t.leftOut.length === 0, this.#i.replaceChildren(...t.leftOut.map(({ text: t, why: n }) => {
			let r = e("li");
			return r.append(e("b", "", t), ` – ${n}`), r;
		})), this.choose(this.#l);
	}
	choose(e) {
		let { objects: t, classes: n, canRewrite: r, texts: i } = this.#s, a = e === null ? void 0 : t[e];
		this.#l = a ? e : null;
		let o = m(i);
		if (u(this.#n, t, this.#l, o, (e) => this.choose(e === this.#l ? null : e)), !a || e === null) {
			this.#r.replaceChildren();
			return;
		}
		let s = f(a, n, o, {
			label: (t) => this.#u(e, t),
			rewrite: r ? () => {
				document.dispatchEvent(new CustomEvent("digit-detector:rewrite", { detail: { index: e } })), this.choose(null);
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
}, v = /* @__PURE__ */ new WeakMap();
function y({ parentElement: e, data: t, setTriggerValue: n }) {
	let r = v.get(e);
	if (!r) {
		let t = new _(h(e)), n = (e) => t.choose(e.detail.index);
		r = {
			answer: t,
			onFix: n
		}, v.set(e, r), document.addEventListener(g, n);
	}
	let { answer: i, onFix: a } = r;
	return i.show(t, (e) => n("correct", e)), () => {
		document.removeEventListener(g, a), v.delete(e);
	};
}
export { y as default };
