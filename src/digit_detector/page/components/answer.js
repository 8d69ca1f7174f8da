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
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line);
}
// src/ui/objects.ts
function o(e) {
	return /^\d$/.test(e);
}
function s(e) {
	return e > 0 && e < .005 ? "<1%" : `${Math.round(e * 100)}%`;
}
// src/ui/share.ts
async function c(e) {
	try {
		return await navigator.clipboard.writeText(e), !0;
	} catch {
		return !1;
	}
}
// src/ui/reading.ts
function l(e, n, r, a, s) {
	let c = [...r.entries()].filter(([, { label: e }]) => o(e));
	if (!i(e, [
		n,
		c.map(([, e]) => e),
		a("common.swap")
	])) return;
	let { activeElement: l } = e.getRootNode(), u = [...e.children].indexOf(l), d = 0;
	e.replaceChildren(...[...n].map((e) => {
		if (/\s/.test(e) || d === c.length) return e;
		let [n, { top: r, doubtful: i, corrected: o }] = c[d++];
		if (!i && !o) return e;
		let l = t(e, () => s(n), o ? "corrected" : "doubtful");
		return l.title = a("common.swap", { label: r[1].name }), l;
	})), e.children.item(u)?.focus();
}
function u(r, i, a) {
	let o = e("span");
	o.role = "status";
	let s = async () => {
		let e = d(a());
		n(o, await c(e) ? r("common.copied") : e);
	}, l = e("div", "reading-tools");
	return l.append(t(r("common.copy"), () => void s())), "speechSynthesis" in globalThis && l.append(t(r("common.speak"), () => f(a(), i))), l.append(o), l;
}
function d(e) {
	return e.replaceAll(" ", "");
}
function f(e, t) {
	speechSynthesis.cancel();
	let n = new SpeechSynthesisUtterance(e.replaceAll("\n", ". "));
	n.lang = t, n.voice = speechSynthesis.getVoices().filter(({ lang: e }) => e.startsWith(t)).find(({ localService: e }) => e) ?? null, speechSynthesis.speak(n);
}
// src/ui/remark.ts
var p = .02;
function m(e, { missed: t, nearest: n }, r) {
	if (e.length === 0) {
		let e = n.slice(0, 2).filter(({ score: e }) => e >= p).map(({ name: e, score: t }) => `${e} (${s(t)})`).join(" / ");
		return e ? r("common.nearest", { labels: e }) : r("common.nothing");
	}
	let i = e.filter(({ doubtful: e }) => e).map(({ top: e }) => h(e, r));
	t && i.push(r("common.maybeAlso", {
		label: t.name,
		score: s(t.score)
	}));
	let a = e.map(({ label: e }) => e).filter((e) => !o(e));
	if (a.length > 0) {
		let t = [...new Set(a)].map((e) => r(`common.count.${e}`, { count: a.filter((t) => t === e).length })), n = a.length < e.length ? "common.alsoFound" : "common.found";
		i.push(r(n, { objects: t.join(", ") }));
	}
	return i.join(" ");
}
function h([e, t], n) {
	let [r, i] = [e.name, s(e.score)];
	return t.score < p ? n("common.doubt", {
		label: r,
		score: i
	}) : n("common.doubtBetween", {
		label: r,
		score: i,
		other: t.name,
		otherScore: s(t.score)
	});
}
// src/ui/result.ts
function g(n, r, o, s, c) {
	for (; n.children.length > r.length;) n.lastElementChild.remove();
	for (let [l, u] of r.entries()) {
		let r = n.children[l]?.firstElementChild;
		if (!r) {
			r = t("", () => void 0, "object");
			let i = e("li");
			i.append(r), n.append(i);
		}
		r.onclick = () => c(l), r.ariaPressed = String(l === o), i(r, [u, s("common.corrected")]) && (r.title = s("common.fix", { label: u.name }), a(r, u), r.replaceChildren(e("span", u.doubtful ? "chip doubtful" : "chip", u.name), ...u.corrected ? [e("span", "class", s("common.corrected"))] : u.top.map(_)));
	}
}
function _({ name: t, score: n }) {
	let r = e("span", "class"), i = e("span", "bar");
	return i.style.setProperty("--score", String(n)), r.append(e("b", "", t), ` ${s(n)}`, i), r;
}
function v(n, r, i, { label: a, rewrite: o, close: s }) {
	let c = e("div", "fix"), l = i("common.fixQuestion", { label: n.name });
	c.role = "group", c.ariaLabel = l;
	let u = t("✕", s, "close");
	u.ariaLabel = i("common.close");
	let d = e("div", "head");
	d.append(e("span", "question", l)), o && d.append(t(i("common.rewrite"), o, "rewrite")), d.append(u);
	let f = e("div", "classes");
	return f.append(...b(r, n.label, a)), c.append(d, f), c.onkeydown = (e) => {
		e.key === "Escape" && s();
	}, c;
}
function y(e, t, n, r) {
	let i = n.children[r]?.firstElementChild, a = e.contains(document.activeElement) || document.activeElement === i;
	e.replaceChildren(...t ? [t] : []), a && (t?.querySelector("[aria-pressed=true]") ?? i)?.focus();
}
function b(e, n, r) {
	return e.map((e) => {
		let i = t(e.name, () => r(e.label));
		return i.ariaPressed = String(e.label === n), i;
	});
}
// src/ui/texts.ts
function x(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function S(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function C(e) {
	let t = /* @__PURE__ */ new WeakMap();
	return S((n) => {
		let { parentElement: r } = n, i = t.get(r) ?? e(n);
		return t.set(r, i), i.update(n), () => {
			t.delete(r), i.remove();
		};
	});
}
function w(t) {
	let n = [...t.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = e("div", "digit-detector");
	return t.append(r), r;
}
var T = "digit-detector:fix", E = "digit-detector:chosen", D = "digit-detector:rewrite", O = class {
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
	#u = (e) => this.#d(e.detail.index);
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
		e.replaceChildren(...t), document.addEventListener(T, this.#u);
	}
	update({ data: t, setTriggerValue: r }) {
		let i = this.#s?.language !== t.language, a = this.#s?.revision === t.revision;
		this.#s = t, this.#c = r;
		let o = x(t.texts);
		if (i) {
			let e = u(o, t.language, () => this.#s.reading);
			this.#o.replaceWith(e), this.#o = e;
		}
		this.#o.hidden = t.reading === "", l(this.#e, t.reading, t.objects, o, (e) => this.#f(e, t.objects[e].top[1].label)), n(this.#t, t.hint ?? m(t.objects, t, o)), n(this.#a, t.status), this.#n.ariaLabel = o("common.objects"), this.#n.hidden = t.objects.length === 0, this.#i.ariaLabel = o("common.leftOut"), this.#i.hidden = t.leftOut.length === 0, this.#i.replaceChildren(...t.leftOut.map(({ text: t, why: n }) => {
			let r = e("li");
			return r.append(e("b", "", t), ` – ${n}`), r;
		})), this.#d(a ? this.#l : null);
	}
	remove() {
		document.removeEventListener(T, this.#u);
	}
	#d(e) {
		let { objects: t, classes: n, canRewrite: r, texts: i } = this.#s, a = this.#l, o = e === null ? void 0 : t[e];
		this.#l = o ? e : null, this.#l !== a && document.dispatchEvent(new CustomEvent(E, { detail: { index: this.#l } }));
		let s = x(i);
		if (g(this.#n, t, this.#l, s, (e) => this.#d(e === this.#l ? null : e)), !o || e === null) {
			y(this.#r, null, this.#n, a ?? 0);
			return;
		}
		let c = v(o, n, s, {
			label: (t) => this.#f(e, t),
			rewrite: r ? () => {
				document.dispatchEvent(new CustomEvent(D, { detail: { index: e } })), this.#d(null);
			} : null,
			close: () => this.#d(null)
		});
		y(this.#r, c, this.#n, e), e !== a && c.scrollIntoView({ block: "nearest" });
	}
	#f(e, t) {
		let n = {
			index: e,
			label: t,
			revision: this.#s.revision
		};
		this.#c("correct", n), this.#d(null);
	}
}, k = C(({ parentElement: e }) => new O(w(e)));
export { k as default };
