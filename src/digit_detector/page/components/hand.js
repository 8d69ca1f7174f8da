// src/numbers.ts
function e(e, t, n) {
	return Math.min(Math.max(e, t), n);
}
function t(e) {
	let t = [...e].sort((e, t) => e - t), n = t.length >> 1;
	return t.length % 2 ? t[n] : (t[n - 1] + t[n]) / 2;
}
function n({ points: e }) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[3 * n], e[3 * n + 1]]);
}
// src/ink/selection.ts
function r(e, [t, r, i, a]) {
	let o = n(e);
	return o.filter(([e, n]) => e >= t && e <= i && n >= r && n <= a).length / o.length;
}
function i(e) {
	let t = e.filter((e) => e.length > 0);
	if (t.length === 0) return null;
	let [n, r, i, a] = s(t), o = Math.max(i - n, a - r);
	if (!(o > 0 && Number.isFinite(o))) return null;
	let [c, l] = [(n + i) / 2, (r + a) / 2];
	return {
		strokes: t.map((e) => e.map((e) => [(e[0] - c) / o, (e[1] - l) / o])),
		size: o
	};
}
function a(e) {
	let t = i(e)?.strokes.filter((e) => p(d(e)) >= .1) ?? [];
	if (t.length === 0) return null;
	let [n, r] = c(t), a = /* @__PURE__ */ new Float32Array(129);
	return a.set(l(n, 40).flat()), r && (a.set(l(r, 24).flat(), 80), a[128] = 1), a;
}
function o(e) {
	let t = Array.from({ length: 64 }, (t, n) => [e[2 * n], e[2 * n + 1]]), n = t.slice(0, 40);
	return e[128] > .5 ? [n, t.slice(40)] : [n];
}
function s(e) {
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
function c(e) {
	let t = [...e];
	for (; t.length > 2;) {
		let e = t.slice(1).map((e, n) => f(t[n].at(-1), e[0])), n = e.indexOf(Math.min(...e));
		t.splice(n, 2, [...t[n], ...t[n + 1]]);
	}
	return t;
}
function l(e, t) {
	let n = Math.max(1, Math.floor(p(d(e)) / .02 + .5)), r = u(e, d(e), n + 1);
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
	}), a = d(r).map((e, t) => e + .12 * (i[t] + i[t + 1]) / 2);
	return u(r, a, t);
}
function u(e, t, n) {
	let r = p(t), [i, a] = [0, 0];
	return Array.from({ length: n }, (o, s) => {
		let c = r * s / (n - 1);
		for (; i < t.length - 1 && a + t[i] < c;) a += t[i++];
		let [l, u] = [e[i], e[i + 1] ?? e[i]], d = t[i] > 0 ? Math.min((c - a) / t[i], 1) : 0;
		return [l[0] + d * (u[0] - l[0]), l[1] + d * (u[1] - l[1])];
	});
}
function d(e) {
	return e.slice(1).map((t, n) => f(e[n], t));
}
function f(e, t) {
	return Math.hypot(t[0] - e[0], t[1] - e[1]);
}
function p(e) {
	return e.reduce((e, t) => e + t, 0);
}
// src/handwriting/references.ts
function m(e, t) {
	let n = t.map(() => []);
	for (let i of e) {
		let e = t.map(({ box: e }) => r(i, e)), a = Math.max(...e);
		a >= .5 && n[e.lastIndexOf(a)].push(i);
	}
	return t.flatMap(({ label: e, sure: t }, r) => t ? h(e, n[r]) : []);
}
function h(e, r) {
	let o = r.map(n), [s, c] = [i(o), a(o)];
	if (!/^\d$/.test(e) || !s || !c) return [];
	let l = t(r.map(({ width: e }) => e)) / s.size;
	return [{
		digit: Number(e),
		glyph: c,
		strokes: s.strokes,
		pen: l
	}];
}
// src/ui/dom.ts
function g(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function _(e, t, n = "") {
	let r = g("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function v(e, t) {
	e.textContent !== t && (e.textContent = t);
}
// src/handwriting/hand.ts
var y = [
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
], b = .25, x = class {
	samples;
	outputs;
	constructor(e, t) {
		this.samples = e, this.outputs = t;
	}
	options(e) {
		let t = this.#t(e), n = t.map((e, n) => t.slice(0, n).filter((t) => t === e).length);
		return [...t.keys()].filter((e) => e === 0 || t[e] >= 0).sort((e, t) => n[e] - n[t]).map((t) => this.#n(e, t));
	}
	mostUnsure(e) {
		let { spread: t } = this.outputs;
		return [...e].sort((e, n) => t[n] - t[e])[0];
	}
	write(e) {
		let t = 0;
		return [...e].map((n, r) => {
			let i = this.#e(Number(n)), a = i[(e.slice(0, r).split(n).length - 1) % i.length], [o, , c, l] = s(a), u = a.map((e) => e.map(([e, n]) => [e - o + t, n - l]));
			return t += c - o + b, u;
		});
	}
	#e(e) {
		let t = this.samples.filter((t) => t.digit === e).map(({ strokes: e }) => e), n = this.#t(e), r = [...n.keys()].filter((e) => e === 0 || n[e] === n[0] && n[0] >= 0);
		return [...t, ...r.map((t) => o(this.#n(e, t)))];
	}
	#t(e) {
		let { forms: t } = this.outputs, n = t.length / y.length;
		return [...t.subarray(e * n, (e + 1) * n)];
	}
	#n(e, t) {
		let { candidates: n, forms: r } = this.outputs, i = (e * (r.length / y.length) + t) * 129;
		return n.subarray(i, i + 129);
	}
}, S = 200;
function C(t) {
	let n = (n) => t[e(n, 0, t.length - 1)], r = t.slice(1).map((e, r) => {
		let [i, a, o] = [
			n(r - 1),
			t[r],
			n(r + 2)
		], s = [0, 1].map((t) => a[t] + (e[t] - i[t]) / 6);
		return s.push(...[0, 1].map((t) => e[t] - (o[t] - a[t]) / 6), ...e), `C${s.map(w).join(" ")}`;
	});
	return `M${t[0].map(w).join(" ")}${r.join("") || "h0"}`;
}
function w(e) {
	return String(Math.round(e * 1e3) / 1e3);
}
function T(e, t) {
	let [n, r, i, a] = s(e);
	return [
		n - t,
		r - t,
		i - n + 2 * t,
		a - r + 2 * t
	];
}
function ee(e, t, n) {
	let { scaled: r, width: i, penWidth: a } = D(e, t, S), o = r.map((e) => `<path d="${C(e)}"/>`);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${i} ${S}" width="${i}" height="${S}">
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
	for (let e of n) o.stroke(new Path2D(C(e)));
	return a.convertToBlob({ type: "image/png" });
}
function D(e, t, n) {
	let [r, i, a, o] = T(e, t), s = n / o;
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
		for (let [t, n] of [...this.node.children].entries()) n.setAttribute("d", C(e[t]));
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
	root;
	onChange;
	#e = /* @__PURE__ */ new Map();
	#t = !1;
	#n = null;
	#r = (e) => e;
	#i = "";
	#a = g("h2");
	#o = g("p", "note");
	#s = _("", () => this.#y());
	#c = g("div", "actions");
	#l = g("div", "hand-content");
	#u = y.map((e) => new W(() => this.#b(e)));
	#d = g("p", "help");
	#f = g("input");
	#p = g("label");
	#m = g("div", "written");
	#h = g("div", "actions");
	constructor(e, t) {
		this.root = e, this.onChange = t, this.#o.ariaLive = "polite";
		let n = g("ol", "hand-digits");
		n.append(...this.#u.map(({ item: e }) => e));
		let r = g("span");
		Object.assign(this.#f, {
			type: "text",
			inputMode: "numeric",
			maxLength: 20,
			autocomplete: "off"
		}), this.#f.value = H, this.#f.oninput = () => {
			this.#f.value = this.#f.value.replace(/\D/g, ""), this.#x();
		}, this.#p.append(r, this.#f), this.#l.append(n, this.#d, this.#p, this.#m, this.#h), this.#c.append(this.#s), e.append(this.#a, this.#o, this.#c, this.#l), this.#a.tabIndex = -1, e.hidden = !0;
	}
	get isOpen() {
		return this.#t;
	}
	get samples() {
		return [...this.#n?.references ?? [], ...this.chosen].slice(-32);
	}
	get chosen() {
		let e = new Set(this.#n?.references.map(({ digit: e }) => e));
		return [...this.#e].flatMap(([t, { options: n, index: r }]) => {
			let i = n[r];
			return e.has(t) ? [] : [{
				digit: t,
				glyph: i,
				strokes: o(i)
			}];
		});
	}
	show(e, t) {
		this.#n = e, this.#r = t;
		let { references: n, isPicture: r, outputs: i, error: a } = e;
		e.isEmpty && this.#e.size > 0 && (this.#e.clear(), this.onChange());
		let o = n.length > 0;
		this.root.hidden = !o && !r, v(this.#a, t("common.hand")), this.root.ariaLabel = t("common.hand"), v(this.#s, t("common.hand.show")), this.#c.hidden = !o || this.#t, this.#l.hidden = !o || !this.#t || !i, v(this.#o, this.#g(i && o ? new x(this.samples, i) : null)), this.root.classList.toggle("failed", a !== null), !this.#l.hidden && i && (v(this.#d, t("common.hand.help")), v(this.#p.firstElementChild, t("common.hand.write")), this.#_(new x(this.samples, i)), this.#x());
	}
	#g(e) {
		let { references: t, isPicture: n, error: r } = this.#n, i = this.#r;
		if (t.length === 0) return n ? i("common.hand.needsStrokes") : "";
		if (!this.#t) return i("common.hand.promise");
		if (r !== null) return i("common.hand.failed", { error: r });
		if (!e) return i("common.hand.learning");
		let a = new Set(this.samples.map(({ digit: e }) => e)), o = e.mostUnsure(y.filter((e) => !a.has(e))), s = t.length;
		return [s < V ? i("common.hand.guess", { count: s }) : "", o === void 0 ? "" : i("common.hand.invite", { digit: o })].join(" ").trim();
	}
	#_(e) {
		let { references: t } = this.#n, n = this.#u.every(({ ink: e }) => e.isEmpty), r = this.#v();
		for (let [i, a] of this.#u.entries()) {
			let s = t.findLast((e) => e.digit === i), c = this.#e.get(i), l = c?.options ?? e.options(i), u = s?.strokes ?? o(l[c?.index ?? 0]), d = s ? "drawn" : "generated";
			a.show(d, this.#r(`common.hand.${d}`, { digit: i }), !s && l.length > 1, r), s ? a.ink.show(u) : n ? a.ink.write(u, i * R) : a.ink.move(u);
		}
	}
	#v() {
		return e(t(this.#n.references.map(({ pen: e }) => e)), B.min, B.max);
	}
	#y() {
		this.#t = !0, this.onChange(), this.show(this.#n, this.#r), this.#a.focus({ preventScroll: !0 });
	}
	#b(e) {
		let { outputs: t } = this.#n;
		if (!t) return;
		let n = this.#e.get(e) ?? {
			options: new x(this.samples, t).options(e),
			index: 0
		}, r = (n.index + 1) % n.options.length;
		r === 0 ? this.#e.delete(e) : this.#e.set(e, {
			...n,
			index: r
		}), this.#u[e].ink.write(o(n.options[r])), this.onChange();
	}
	#x() {
		let { outputs: e } = this.#n;
		if (!e) return;
		let t = this.#f.value, n = this.#v(), r = new x(this.samples, e).write(t), i = r.flat(), a = this.#r;
		if (this.#h.replaceChildren(), this.#m.replaceChildren(), i.length === 0) return;
		let o = N(T(i, n));
		o.style.strokeWidth = String(n), o.role = "img", o.ariaLabel = a("common.hand.number", { number: t });
		for (let [e, n] of r.entries()) {
			let r = new M();
			o.append(r.node), this.#i[e] === t[e] ? r.show(n) : r.write(n, (e - G(t, this.#i)) * z);
		}
		this.#i = t, this.#m.append(o);
		let s = o.ariaLabel, c = () => new Blob([ee(i, n, s)], { type: "image/svg+xml" });
		this.#h.append(_(a("common.hand.save", { format: "SVG" }), () => I(c(), `${t}.svg`)), _(a("common.hand.save", { format: "PNG" }), async () => {
			I(await E(i, n), `${t}.png`);
		}));
	}
}, W = class {
	onPress;
	item = g("li");
	ink = new M();
	#e = N(L);
	constructor(e) {
		this.onPress = e, this.#e.append(this.ink.node);
	}
	show(e, t, n, r) {
		this.#e.style.strokeWidth = String(r);
		let i = this.item.firstElementChild;
		i?.tagName !== (n ? "BUTTON" : "DIV") && (i = n ? _("", this.onPress) : g("div"), n || (i.role = "img"), i.append(this.#e), this.item.replaceChildren(i)), i.className = `digit ${e}`, i.ariaLabel = t;
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
	let n = g("div", "digit-detector");
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
	#e = g("section", "hand");
	#t = new U(this.#e, () => this.#r());
	#n;
	update(e) {
		this.#n = e;
		let t = J(e.parentElement);
		this.#e.parentElement !== t && t.replaceChildren(this.#e);
		let { strokes: n, objects: r, isOpen: i, outputs: a, error: o, texts: s } = e.data, c = m(n.map(Y), r), l = n.length === 0;
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
function te(e) {
	$ ??= new Z(), $.update(e);
}
var ne = q(te);
export { ne as default };
