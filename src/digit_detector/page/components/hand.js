function e(e) {
	let t = e.filter((e) => e.length > 0);
	if (t.length === 0) return null;
	let [n, i, a, o] = r(t), s = Math.max(a - n, o - i);
	if (!(s > 0 && Number.isFinite(s))) return null;
	let [c, l] = [(n + a) / 2, (i + o) / 2];
	return {
		strokes: t.map((e) => e.map((e) => [(e[0] - c) / s, (e[1] - l) / s])),
		size: s
	};
}
function t(t) {
	let n = e(t)?.strokes.filter((e) => l(s(e)) >= .1) ?? [];
	if (n.length === 0) return null;
	let [r, o] = i(n), c = /* @__PURE__ */ new Float32Array(129);
	return c.set(a(r, 40).flat()), o && (c.set(a(o, 24).flat(), 80), c[128] = 1), c;
}
function n(e) {
	let t = Array.from({ length: 64 }, (t, n) => [e[2 * n], e[2 * n + 1]]), n = t.slice(0, 40);
	return e[128] > .5 ? [n, t.slice(40)] : [n];
}
function r(e) {
	let t = [
		Infinity,
		Infinity,
		-Infinity,
		-Infinity
	];
	for (let [n, r] of e.flat()) t = [
		Math.min(t[0], n),
		Math.min(t[1], r),
		Math.max(t[2], n),
		Math.max(t[3], r)
	];
	return t;
}
function i(e) {
	let t = [...e];
	for (; t.length > 2;) {
		let e = t.slice(1).map((e, n) => c(t[n].at(-1), e[0])), n = e.indexOf(Math.min(...e));
		t.splice(n, 2, [...t[n], ...t[n + 1]]);
	}
	return t;
}
function a(e, t) {
	let n = Math.max(1, Math.floor(l(s(e)) / .02 + .5)), r = o(e, s(e), n + 1);
	for (let e of [0, 1]) r = r.map((e, t) => {
		let [n, i] = [r[t - 1], r[t + 1]];
		return !n || !i ? e : [(n[0] + 2 * e[0] + i[0]) / 4, (n[1] + 2 * e[1] + i[1]) / 4];
	});
	let i = r.map((e, t) => {
		let [n, i] = [r[t - 1], r[t + 1]];
		if (!n || !i) return 0;
		let [a, o, s, c] = [
			e[0] - n[0],
			e[1] - n[1],
			i[0] - e[0],
			i[1] - e[1]
		];
		return Math.abs(Math.atan2(a * c - o * s, a * s + o * c));
	}), a = s(r).map((e, t) => e + .12 * (i[t] + i[t + 1]) / 2);
	return o(r, a, t);
}
function o(e, t, n) {
	let r = l(t), [i, a] = [0, 0];
	return Array.from({ length: n }, (o, s) => {
		let c = r * s / (n - 1);
		for (; i < t.length - 1 && a + t[i] < c;) a += t[i++];
		let [l, u] = [e[i], e[i + 1] ?? e[i]], d = t[i] > 0 ? Math.min((c - a) / t[i], 1) : 0;
		return [l[0] + d * (u[0] - l[0]), l[1] + d * (u[1] - l[1])];
	});
}
function s(e) {
	return e.slice(1).map((t, n) => c(e[n], t));
}
function c(e, t) {
	return Math.hypot(t[0] - e[0], t[1] - e[1]);
}
function l(e) {
	return e.reduce((e, t) => e + t, 0);
}
// src/handwriting/references.ts
function u(e, t) {
	let n = t.map(() => []);
	for (let r of e) {
		let e = t.map(({ box: e }) => m(p(r), e)), i = Math.max(...e);
		i >= .5 && n[e.lastIndexOf(i)].push(r);
	}
	return t.flatMap(({ label: e, sure: t }, r) => t ? d(e, n[r]) : []);
}
function d(n, r) {
	let i = r.map(p), [a, o] = [e(i), t(i)];
	if (!/^\d$/.test(n) || !a || !o) return [];
	let s = f(r.map(({ width: e }) => e)) / a.size;
	return [{
		digit: Number(n),
		glyph: o,
		strokes: a.strokes,
		pen: s
	}];
}
function f(e) {
	let t = [...e].sort((e, t) => e - t), n = t.length >> 1;
	return t.length % 2 ? t[n] : (t[n - 1] + t[n]) / 2;
}
function p({ points: e }) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[3 * n], e[3 * n + 1]]);
}
function m(e, [t, n, r, i]) {
	return e.filter(([e, a]) => e >= t && e <= r && a >= n && a <= i).length / e.length;
}
// src/ui/dom.ts
function h(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function g(e, t, n = "") {
	let r = h("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function _(e, t) {
	e.textContent !== t && (e.textContent = t);
}
// src/handwriting/hand.ts
var v = [
	0,
	1,
	2,
	3,
	4,
	5,
	6,
	7,
	8,
	9
], y = .25, b = class {
	#e;
	#t;
	constructor(e, t) {
		this.#t = e, this.#e = t;
	}
	best(e) {
		return this.#i(e, 0);
	}
	options(e) {
		let t = this.#r(e), n = t.map((e, n) => t.slice(0, n).filter((t) => t === e).length);
		return [...t.keys()].filter((e) => e === 0 || t[e] >= 0).sort((e, t) => n[e] - n[t]).map((t) => this.#i(e, t));
	}
	mostUnsure(e) {
		let { spread: t } = this.#e;
		return [...e].sort((e, n) => t[n] - t[e])[0];
	}
	write(e) {
		let t = 0;
		return [...e].map((n, i) => {
			let a = this.#n(Number(n)), o = a[(e.slice(0, i).split(n).length - 1) % a.length], [s, , c, l] = r(o), u = o.map((e) => e.map(([e, n]) => [e - s + t, n - l]));
			return t += c - s + y, u;
		});
	}
	#n(e) {
		let t = this.#t.filter((t) => t.digit === e).map(({ strokes: e }) => e), r = this.#r(e), i = [...r.keys()].filter((e) => e === 0 || r[e] === r[0] && r[0] >= 0);
		return [...t, ...i.map((t) => n(this.#i(e, t)))];
	}
	#r(e) {
		let { forms: t } = this.#e, n = t.length / v.length;
		return [...t.subarray(e * n, (e + 1) * n)];
	}
	#i(e, t) {
		let { candidates: n, forms: r } = this.#e, i = (e * (r.length / v.length) + t) * 129;
		return n.subarray(i, i + 129);
	}
}, x = 200;
function S(e) {
	let t = (t) => e[Math.min(Math.max(t, 0), e.length - 1)], n = e.slice(1).map((n, r) => {
		let [i, a, o] = [
			t(r - 1),
			e[r],
			t(r + 2)
		], s = [0, 1].map((e) => a[e] + (n[e] - i[e]) / 6);
		return s.push(...[0, 1].map((e) => n[e] - (o[e] - a[e]) / 6), ...n), `C${s.map(C).join(" ")}`;
	});
	return `M${e[0].map(C).join(" ")}${n.join("") || "h0"}`;
}
function C(e) {
	return String(Math.round(e * 1e3) / 1e3);
}
function w(e, t) {
	let [n, i, a, o] = r(e);
	return [
		n - t,
		i - t,
		a - n + 2 * t,
		o - i + 2 * t
	];
}
function T(e, t, n) {
	let { scaled: r, width: i, penWidth: a } = D(e, t, x), o = r.map((e) => `<path d="${S(e)}"/>`);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${i} ${x}" width="${i}" height="${x}">
<title>${n.replace(/[<>&]/g, (e) => `&#${e.charCodeAt(0)};`)}</title>
<g fill="none" stroke="black" stroke-width="${a}" stroke-linecap="round" stroke-linejoin="round">
${o.join("\n")}
</g>
</svg>
`;
}
async function E(e, t) {
	let { scaled: n, width: r, penWidth: i } = D(e, t, 600), a = new OffscreenCanvas(r, 600), o = a.getContext("2d");
	o.fillStyle = "white", o.fillRect(0, 0, r, 600), o.lineCap = o.lineJoin = "round", o.lineWidth = i;
	for (let e of n) o.stroke(new Path2D(S(e)));
	return a.convertToBlob({ type: "image/png" });
}
function D(e, t, n) {
	let [r, i, a, o] = w(e, t), s = n / o;
	return {
		scaled: e.map((e) => e.map(([e, t]) => [(e - r) * s, (t - i) * s])),
		width: Math.ceil(a * s),
		penWidth: Math.round(t * s * 10) / 10
	};
}
// src/ui/ink.ts
var O = "http://www.w3.org/2000/svg", k = 500, A = 120, j = 350, M = class {
	node = document.createElementNS(O, "g");
	#e = [];
	#t = 0;
	get isEmpty() {
		return this.#e.length === 0;
	}
	show(e) {
		this.#n(e), this.#i(e);
	}
	write(e, t = 0) {
		if (F()) {
			this.show(e);
			return;
		}
		this.#n(e);
		let n = e.reduce((e, t) => e + t.length, 0), r = k + A * (e.length - 1);
		this.#i([]), this.#r(r, t, (t) => {
			let r = t, i = [];
			for (let t of e) {
				let e = k * t.length / n;
				r > 0 && i.push(t.slice(0, Math.max(1, Math.round(t.length * r / e)))), r -= e + A;
			}
			this.#i(i);
		});
	}
	move(e) {
		let t = this.#e;
		P(t, e) || (!(t.length === e.length && e.every(({ length: e }, n) => e === t[n].length)) || F() ? this.write(e) : (this.#n(e), this.#r(j, 0, (n) => {
			let r = (1 - Math.cos(Math.PI * n / j)) / 2, i = (e, t) => [e[0] + r * (t[0] - e[0]), e[1] + r * (t[1] - e[1])];
			this.#i(e.map((e, n) => e.map((e, r) => i(t[n][r], e))));
		})));
	}
	#n(e) {
		cancelAnimationFrame(this.#t), this.#e = e;
	}
	#r(e, t, n) {
		let r = null, i = (a) => {
			r ??= a + t;
			let o = a - r;
			o > 0 && n(Math.min(o, e)), o < e && (this.#t = requestAnimationFrame(i));
		};
		this.#t = requestAnimationFrame(i);
	}
	#i(e) {
		for (; this.node.childElementCount > e.length;) this.node.lastElementChild.remove();
		for (; this.node.childElementCount < e.length;) this.node.append(document.createElementNS(O, "path"));
		for (let [t, n] of [...this.node.children].entries()) n.setAttribute("d", S(e[t]));
	}
};
function N(e) {
	let t = document.createElementNS(O, "svg");
	return t.setAttribute("class", "ink"), t.setAttribute("viewBox", e.join(" ")), t.setAttribute("preserveAspectRatio", "xMinYMid"), t;
}
function P(e, t) {
	return JSON.stringify(e) === JSON.stringify(t);
}
function F() {
	return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
// src/ui/share.ts
function I(e, t) {
	let n = document.createElement("a");
	n.href = URL.createObjectURL(e), n.download = t, n.click(), setTimeout(() => URL.revokeObjectURL(n.href), 6e4);
}
// src/ui/hand.ts
var L = [
	-.7,
	-.7,
	1.4,
	1.4
], R = 70, z = 250, B = {
	min: .03,
	max: .2
}, V = 4, H = "2026", U = class {
	#e;
	#t;
	#n = /* @__PURE__ */ new Map();
	#r = !1;
	#i = null;
	#a = (e) => e;
	#o = "";
	#s = h("h2");
	#c = h("p", "note");
	#l = g("", () => this.#x());
	#u = h("div", "actions");
	#d = h("div", "hand-content");
	#f = v.map((e) => new W(() => this.#S(e)));
	#p = h("p", "help");
	#m = h("input");
	#h = h("label");
	#g = h("div", "written");
	#_ = h("div", "actions");
	constructor(e, t) {
		this.#e = e, this.#t = t, this.#c.ariaLive = "polite";
		let n = h("ol", "hand-digits");
		n.append(...this.#f.map(({ item: e }) => e));
		let r = h("span");
		Object.assign(this.#m, {
			type: "text",
			inputMode: "numeric",
			maxLength: 20,
			autocomplete: "off"
		}), this.#m.value = H, this.#m.oninput = () => {
			this.#m.value = this.#m.value.replace(/\D/g, ""), this.#C();
		}, this.#h.append(r, this.#m), this.#d.append(n, this.#p, this.#h, this.#g, this.#_), this.#u.append(this.#l), e.append(this.#s, this.#c, this.#u, this.#d), this.#s.tabIndex = -1, e.hidden = !0;
	}
	get isOpen() {
		return this.#r;
	}
	get samples() {
		return [...this.#i?.references ?? [], ...this.chosen].slice(-32);
	}
	get chosen() {
		let e = new Set(this.#i?.references.map(({ digit: e }) => e));
		return [...this.#n].flatMap(([t, { options: r, index: i }]) => {
			let a = r[i];
			return e.has(t) ? [] : [{
				digit: t,
				glyph: a,
				strokes: n(a)
			}];
		});
	}
	show(e, t) {
		this.#i = e, this.#a = t;
		let { references: n, isPicture: r, outputs: i, error: a } = e;
		e.isEmpty && this.#n.size > 0 && (this.#n.clear(), this.#t());
		let o = n.length > 0;
		this.#e.hidden = !o && !r, _(this.#s, t("common.hand")), this.#e.ariaLabel = t("common.hand"), _(this.#l, t("common.hand.show")), this.#u.hidden = !o || this.#r, this.#d.hidden = !o || !this.#r || !i, _(this.#c, this.#v(i && o ? new b(this.samples, i) : null)), this.#e.classList.toggle("failed", a !== null), !this.#d.hidden && i && (_(this.#p, t("common.hand.help")), _(this.#h.firstElementChild, t("common.hand.write")), this.#y(new b(this.samples, i)), this.#C());
	}
	#v(e) {
		let { references: t, isPicture: n, error: r } = this.#i, i = this.#a;
		if (t.length === 0) return n ? i("common.hand.needsStrokes") : "";
		if (!this.#r) return i("common.hand.promise");
		if (r !== null) return i("common.hand.failed", { error: r });
		if (!e) return i("common.hand.learning");
		let a = new Set(this.samples.map(({ digit: e }) => e)), o = e.mostUnsure(v.filter((e) => !a.has(e))), s = t.length;
		return [s < V ? i("common.hand.guess", { count: s }) : "", o === void 0 ? "" : i("common.hand.invite", { digit: o })].join(" ").trim();
	}
	#y(e) {
		let { references: t } = this.#i, r = this.#f.every(({ ink: e }) => e.isEmpty), i = this.#b();
		for (let [a, o] of this.#f.entries()) {
			let s = t.findLast((e) => e.digit === a), c = this.#n.get(a), l = c?.options ?? e.options(a), u = s?.strokes ?? n(l[c?.index ?? 0]), d = s ? "drawn" : "generated";
			o.show(d, this.#a(`common.hand.${d}`, { digit: a }), !s && l.length > 1, i), s ? o.ink.show(u) : r ? o.ink.write(u, a * R) : o.ink.move(u);
		}
	}
	#b() {
		return Math.min(Math.max(f(this.#i.references.map(({ pen: e }) => e)), B.min), B.max);
	}
	#x() {
		this.#r = !0, this.#t(), this.show(this.#i, this.#a), this.#s.focus({ preventScroll: !0 });
	}
	#S(e) {
		let { outputs: t } = this.#i;
		if (!t) return;
		let r = this.#n.get(e) ?? {
			options: new b(this.samples, t).options(e),
			index: 0
		}, i = (r.index + 1) % r.options.length;
		i === 0 ? this.#n.delete(e) : this.#n.set(e, {
			...r,
			index: i
		}), this.#f[e].ink.write(n(r.options[i])), this.#t();
	}
	#C() {
		let { outputs: e } = this.#i;
		if (!e) return;
		let t = this.#m.value, n = this.#b(), r = new b(this.samples, e).write(t), i = r.flat(), a = this.#a;
		if (this.#_.replaceChildren(), this.#g.replaceChildren(), i.length === 0) return;
		let o = N(w(i, n));
		o.style.strokeWidth = String(n), o.role = "img", o.ariaLabel = a("common.hand.number", { number: t });
		for (let [e, n] of r.entries()) {
			let r = new M();
			o.append(r.node), this.#o[e] === t[e] ? r.show(n) : r.write(n, (e - G(t, this.#o)) * z);
		}
		this.#o = t, this.#g.append(o);
		let s = o.ariaLabel, c = () => new Blob([T(i, n, s)], { type: "image/svg+xml" });
		this.#_.append(g(a("common.hand.save", { format: "SVG" }), () => I(c(), `${t}.svg`)), g(a("common.hand.save", { format: "PNG" }), async () => {
			I(await E(i, n), `${t}.png`);
		}));
	}
}, W = class {
	item = h("li");
	ink = new M();
	#e = N(L);
	#t;
	constructor(e) {
		this.#t = e, this.#e.append(this.ink.node);
	}
	show(e, t, n, r) {
		this.#e.style.strokeWidth = String(r);
		let i = this.item.firstElementChild;
		i?.tagName !== (n ? "BUTTON" : "DIV") && (i = n ? g("", this.#t) : h("div"), n || (i.role = "img"), i.append(this.#e), this.item.replaceChildren(i)), i.className = `digit ${e}`, i.ariaLabel = t;
	}
};
function G(e, t) {
	let n = 0;
	for (; n < e.length && e[n] === t[n];) n++;
	return n;
}
// src/ui/texts.ts
function K(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function q(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function J(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = h("div", "digit-detector");
	return e.append(n), n;
}
// src/streamlit/drawable_canvas.ts
function Y({ width: e, points: t }) {
	return {
		width: e,
		points: t.flatMap((e, t) => t % 2 ? [e, 1] : [e])
	};
}
// src/streamlit/hand.ts
var X = 1e4, Z = class {
	#e = h("section", "hand");
	#t = new U(this.#e, () => this.#r());
	#n;
	update(e) {
		this.#n = e;
		let t = J(e.parentElement);
		this.#e.parentElement !== t && t.replaceChildren(this.#e);
		let { strokes: n, objects: r, isOpen: i, outputs: a, error: o, texts: s } = e.data, c = u(n.map(Y), r), l = n.length === 0;
		this.#t.show({
			references: c,
			isPicture: !1,
			isEmpty: l,
			outputs: a && Q(a),
			error: o
		}, K(s)), this.#t.isOpen && !i && c.length > 0 && o === null && this.#r();
	}
	#r() {
		let { isOpen: e, chosen: t } = this.#t, n = t.map(({ digit: e, glyph: t }) => ({
			digit: e,
			glyph: [...t]
		}));
		this.#n.setStateValue("request", {
			isOpen: e,
			chosen: n
		});
	}
};
function Q({ candidates: e, forms: t, spread: n }) {
	let r = Uint8Array.from(atob(e), (e) => e.charCodeAt(0));
	return {
		candidates: Float32Array.from(new Int16Array(r.buffer), (e) => e / X),
		forms: Int32Array.from(t),
		spread: Float32Array.from(n)
	};
}
var $ = null;
function ee(e) {
	$ ??= new Z(), $.update(e);
}
var te = q(ee);
export { te as default };
