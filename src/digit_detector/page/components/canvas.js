// src/ink/history.ts
function e(e) {
	return {
		past: [],
		present: e,
		future: []
	};
}
function t({ past: e, present: t }, n) {
	return {
		past: [...e, t],
		present: n,
		future: []
	};
}
function n({ past: e, present: t, future: n }) {
	return e.length === 0 ? {
		past: e,
		present: t,
		future: n
	} : {
		past: e.slice(0, -1),
		present: e[e.length - 1],
		future: [t, ...n]
	};
}
function r({ past: e, present: t, future: n }) {
	return n.length === 0 ? {
		past: e,
		present: t,
		future: n
	} : {
		past: [...e, t],
		present: n[0],
		future: n.slice(1)
	};
}
// src/ink/strokes.ts
var i = {
	min: 2,
	max: 40,
	default: 14
}, a = 2e5, o = 1e6, s = 100, c = 1e3, l = 400, u = class extends Error {
	reason;
	constructor(e) {
		super(e), this.reason = e;
	}
};
async function d(e) {
	if (!e.startsWith("#d1=")) throw new u("foreign");
	if (e.length > a) throw new u("long");
	let [t, ...n] = e.slice(4).split("&"), r = (e) => e.startsWith("fix="), i;
	try {
		let e = atob(t.replaceAll("-", "+").replaceAll("_", "/"));
		i = await te(Uint8Array.from(e, (e) => e.charCodeAt(0)), new DecompressionStream("deflate-raw"), o);
	} catch (e) {
		throw e instanceof u ? e : new u("damaged");
	}
	return {
		drawing: p(i),
		thresholds: ee(n.filter((e) => !r(e))),
		corrections: f(n.filter(r))
	};
}
function f(e) {
	return m(e.length <= s), e.map((e) => {
		let [, t, n] = /^fix=([a-z0-9]{1,16})((?:,\d{1,4}){4})$/.exec(e) ?? [];
		m(t !== void 0);
		let [r, i, a, o] = n.split(",").slice(1).map((e) => Number(e) / c);
		return m(r < a && i < o && a <= 1 && o <= 1), {
			box: [
				r,
				i,
				a,
				o
			],
			label: t
		};
	});
}
function ee(e) {
	let t = {};
	for (let [, n, r] of e.map((e) => /^(score|iou)=([\d.]+)$/.exec(e) ?? [])) {
		let e = Number(r);
		m(e >= 0 && e <= 1), t[n] = e;
	}
	return t;
}
function p(e) {
	let t = 0, n = () => {
		let n = 0;
		for (let r = 1;; r *= 128) {
			if (t >= e.length || r > 2 ** 28) throw new u("damaged");
			let i = e[t++];
			if (n += i % 128 * r, i < 128) return n;
		}
	}, r = [];
	for (; t < e.length;) {
		let t = n() / 8, a = n();
		m(t >= i.min && t <= i.max && a > 0 && a <= e.length);
		let o = [];
		for (let e = 0; e < a * 3; e++) {
			let t = n(), r = t % 2 ? -(t + 1) / 2 : t / 2;
			o.push((o[e - 3] ?? 0) + r / 8);
		}
		for (let e = 0; e < o.length; e += 3) {
			let [t, n, r] = o.slice(e, e + 3);
			m([t, n].every((e) => e >= -l && e <= 400 + l)), m(r > 0 && r <= 2);
		}
		r.push({
			width: t,
			points: o
		});
	}
	return r;
}
function m(e) {
	if (!e) throw new u("empty");
}
async function te(e, t, n) {
	let r = new Blob([e]).stream().pipeThrough(t).getReader(), i = [], a = 0;
	for (;;) {
		let { done: e, value: t } = await r.read();
		if (e) break;
		if (i.push(t), (a += t.length) > n) throw await r.cancel(), new u("long");
	}
	return new Uint8Array(await new Blob(i).arrayBuffer());
}
// src/ink/pen.ts
var ne = 1e3, re = .25, ie = class {
	#e;
	#t;
	#n;
	#r = null;
	#i = "";
	#a = [];
	#o = 0;
	#s = -Infinity;
	#c = null;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n, e.addEventListener("pointerdown", (e) => this.#l(e)), window.addEventListener("pointermove", (e) => this.#u(e)), window.addEventListener("pointerup", (e) => this.#d(e)), window.addEventListener("pointercancel", (e) => e.pointerId === this.#r && this.#f()), e.addEventListener("wheel", (e) => this.isDown && e.preventDefault(), { passive: !1 });
		for (let e of ["scroll", "resize"]) addEventListener(e, () => this.#c = null, {
			capture: !0,
			passive: !0
		});
		e.addEventListener("touchstart", (e) => h(e) || e.preventDefault(), { passive: !1 });
	}
	get isDown() {
		return this.#r !== null;
	}
	#l(e) {
		if (!(e.button !== 0 || h(e))) {
			if (e.pointerType === "pen") this.#s = e.timeStamp, this.#i === "touch" && this.isDown && this.#f();
			else if (e.pointerType === "touch" && e.timeStamp - this.#s < ne) return;
			this.isDown || (e.preventDefault(), this.#e.setPointerCapture(e.pointerId), this.#r = e.pointerId, this.#i = e.pointerType, this.#c = null, this.#a = [], this.#o = this.#t(), this.#m(e), this.#n.changed(this.#p()));
		}
	}
	#u(e) {
		if (e.pointerType === "pen" && (this.#s = e.timeStamp), e.pointerId !== this.#r) return;
		let t = e.getCoalescedEvents?.() ?? [];
		for (let n of t.length > 0 ? t : [e]) this.#m(n);
		this.#n.changed(this.#p());
	}
	#d(e) {
		e.pointerId === this.#r && (this.#r = null, this.#n.finished(this.#p()));
	}
	#f() {
		this.#r = null, this.#n.cancelled();
	}
	#p() {
		return {
			width: this.#o,
			points: this.#a
		};
	}
	#m(e) {
		this.#c ??= this.#e.getBoundingClientRect();
		let t = g((e.clientX - this.#c.x) * 400 / this.#c.width), n = g((e.clientY - this.#c.y) * 400 / this.#c.height), r = this.#a.length - 3;
		if (r >= 0 && Math.hypot(t - this.#a[r], n - this.#a[r + 1]) < re) return;
		let i = e.pointerType === "pen" && e.pressure > 0 ? .4 + 1.2 * e.pressure : 1;
		this.#a.push(t, n, g(i));
	}
};
function h(e) {
	return e.target instanceof Element && e.target.closest("button, .fix") !== null;
}
function g(e) {
	return Math.round(e * 8) / 8;
}
// src/ink/selection.ts
var ae = 4, oe = 6, _ = 8;
function v({ points: e }) {
	return C(e).every(([t, n]) => Math.hypot(t - e[0], n - e[1]) <= ae);
}
function y({ kept: e, seen: t }, n) {
	return {
		kept: b(e, {
			...n,
			points: n.points.slice(Math.max(t - 3, 0))
		}),
		seen: n.points.length
	};
}
function b(e, t) {
	let n = e.filter((e) => !S(t, e));
	return n.length === e.length ? e : n;
}
function x(e, [t, n, r, i]) {
	let a = e.map(({ points: e }) => {
		let a = C(e);
		return a.filter(([e, a]) => e >= t - _ && e <= r + _ && a >= n - _ && a <= i + _).length / a.length;
	}), o = Math.max(0, ...a);
	return o === 0 ? e : e.filter((e, t) => o > .5 ? a[t] <= .5 : a[t] < o);
}
function S(e, t) {
	let n = oe + t.width / 2, r = C(t.points);
	return C(e.points).some((e, t, i) => r.some((a, o) => w(e, i[t + 1] ?? e, a, r[o + 1] ?? a) <= n));
}
function C(e) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[n * 3], e[n * 3 + 1]]);
}
function w(e, t, n, r) {
	return T(e, t, n) * T(e, t, r) < 0 && T(n, r, e) * T(n, r, t) < 0 ? 0 : Math.min(E(e, n, r), E(t, n, r), E(n, e, t), E(r, e, t));
}
function T([e, t], [n, r], [i, a]) {
	return (n - e) * (a - t) - (r - t) * (i - e);
}
function E([e, t], [n, r], [i, a]) {
	let [o, s] = [i - n, a - r], c = Math.min(Math.max(((e - n) * o + (t - r) * s) / (o * o + s * s || 1), 0), 1);
	return Math.hypot(e - n - c * o, t - r - c * s);
}
// src/ui/dom.ts
function D(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function O(e, t, n = "") {
	let r = D("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function se({ ctrlKey: e, metaKey: t, shiftKey: n, key: r }) {
	return (e || t ? "ctrl+" : "") + (n ? "shift+" : "") + r.toLowerCase();
}
function ce(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function le(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/boxes.ts
var k = 2, A = .12;
function j(e, t) {
	let n = t.map((e) => R(L("box", e, ""), e.box)), r = t.map((e) => L("tag", e, e.text));
	e.replaceChildren(...n.reverse(), ...r), e.classList.remove("crowded");
	let i = M(e, r);
	if (N(i)) {
		e.classList.add("crowded");
		for (let [e, n] of r.entries()) n.textContent = t[e].name;
		i = M(e, r);
	}
	for (let [e, [n, a]] of I(t, i).entries()) r[e].style.left = `${n}%`, r[e].style.top = `${a}%`;
}
function M(e, t) {
	let n = {
		width: e.clientWidth,
		height: e.clientHeight
	};
	return t.map((e) => z({
		width: e.offsetWidth,
		height: e.offsetHeight
	}, n));
}
function N(e) {
	return e.reduce((e, { width: t, height: n }) => e + t * n, 0) > A * 100 * 100;
}
function P(e, t, n, r, i) {
	e.replaceChildren(...t.map((e) => R(O(r, i, "cover"), F(e, n))));
}
function F([e, t, n, r], { width: i, height: a }) {
	let o = Math.max(i, a), [s, c] = [k * o / i, k * o / a];
	return [
		e - s,
		t - c,
		n + s,
		r + c
	];
}
function I(e, t) {
	let n = [];
	for (let [r, { box: i }] of e.entries()) {
		let { width: a, height: o } = t[r], s = Math.max(Math.min(i[0], 100 - a), 0), c = [
			i[1] - o,
			i[3],
			i[1]
		].map((e) => [
			s,
			e,
			s + a,
			e + o
		]), l = c.filter(([, e, , t]) => e >= 0 && t <= 100), u = l.filter((e) => !n.some((t) => B(e, t))), d = u.find((t) => !e.some((e) => e.box !== i && B(t, e.box)));
		n.push(d ?? u[0] ?? l[0] ?? c[0]);
	}
	return n;
}
function L(e, { colour: t, textColour: n, line: r, leftOut: i, chosen: a }, o) {
	let s = D("div", e, o);
	return s.classList.toggle("left-out", i ?? !1), s.classList.toggle("chosen", a ?? !1), s.ariaHidden = "true", le(s, {
		colour: t,
		textColour: n,
		line: r
	}), s;
}
function R(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
function z(e, t) {
	return {
		width: 100 * e.width / t.width,
		height: 100 * e.height / t.height
	};
}
function B(e, t) {
	return e[0] < t[2] && t[0] < e[2] && e[1] < t[3] && t[1] < e[3];
}
// src/ui/geometry.ts
function V([e, t, n, r]) {
	return (n - e) * (r - t);
}
function H(e, [t, n]) {
	return [...e.entries()].filter(([, [e, r, i, a]]) => t >= e && t <= i && n >= r && n <= a).sort(([, e], [, t]) => V(e) - V(t))[0]?.[0] ?? null;
}
// src/ui/texts.ts
function U(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function W(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function ue(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = D("div", "digit-detector");
	return e.append(n), n;
}
var de = "digit-detector:fix", fe = "digit-detector:rewrite", pe = "digit-detector:drawing", me = ".dc-toolbar [aria-label=\"Update the app with this drawing\"]", G = -4e3, K = "#000000", he = .01, q = 8, ge = {
	fillColor: K,
	strokeColor: K,
	backgroundColor: "",
	backgroundImageURL: null,
	backgroundImageFit: "stretch",
	realtimeUpdateStreamlit: !0,
	canvasWidth: 400,
	canvasHeight: 400,
	drawingMode: "freedraw",
	displayRadius: 3,
	returnImageData: !1,
	disabled: !1,
	maxDisplayHeight: null,
	fontSize: 20,
	label: ""
}, _e = class e {
	host;
	render;
	onStroke;
	#e = [];
	#t = {
		...X([]),
		load: 0
	};
	#n = !1;
	#r = 0;
	constructor(e, t, n) {
		this.host = e, this.render = t, this.onStroke = n;
	}
	static async create(t, n, r) {
		let i = await import(
			/* @vite-ignore */
			new URL(t, location.href).href
);
		return new e(n, i.default, r);
	}
	show(e, t) {
		(e.length !== this.#e.length || e.some((e, t) => e !== this.#e[t])) && (this.#e = e, this.#t = {
			...X(e),
			load: this.#t.load + 1
		}, this.#n = !0), this.render({
			data: {
				...ge,
				strokeWidth: t,
				initialDrawing: this.#t
			},
			parentElement: this.host,
			setStateValue: (e, t) => {
				e === "drawing" && this.#a(t.raw);
			}
		});
	}
	get surface() {
		let e = this.host.querySelector(".upper-canvas");
		if (e === null) throw Error("streamlit-drawable-canvas has no .upper-canvas: another version?");
		return e;
	}
	get frame() {
		let e = this.host.querySelector(".dc-container");
		if (e === null) throw Error("streamlit-drawable-canvas has no .dc-container: another version?");
		return e;
	}
	draw({ points: e }) {
		for (; this.#r < e.length / 3; this.#r++) {
			let [t, n] = e.slice(this.#r * 3);
			this.#i(this.#r === 0 ? "mousedown" : "mousemove", t, n);
		}
	}
	finish(e) {
		this.draw(e);
		let [t, n] = e.points.slice(-3);
		this.#i("mouseup", t, n), this.#r = 0, setTimeout(() => this.host.querySelector(me)?.click());
	}
	abandon() {
		this.#i("mousedown", G, G), this.#i("mouseup", G, G), this.#r = 0;
	}
	#i(e, t, n) {
		let { surface: r } = this, i = r.getBoundingClientRect(), [a, o] = [i.x + t * i.width / 400, i.y + n * i.height / 400];
		r.dispatchEvent(new MouseEvent(e, {
			bubbles: !0,
			composed: !0,
			view: window,
			clientX: a,
			clientY: o
		}));
	}
	#a({ objects: e }) {
		let t = e.filter(({ path: [[, e]] }) => e > G / 2);
		if (this.#n) this.#n = t.length !== this.#e.length;
		else for (let e of t.slice(this.#e.length)) {
			let t = ve(e);
			this.#e = [...this.#e, t], this.onStroke(t);
		}
	}
};
function J({ width: e, points: t }) {
	return {
		width: e,
		points: t.filter((e, t) => t % 3 < 2)
	};
}
function Y({ width: e, points: t }) {
	return {
		width: e,
		points: t.flatMap((e, t) => t % 2 ? [e, 1] : [e])
	};
}
function ve({ path: e, strokeWidth: t }) {
	let n = e.filter(([e]) => e === "Q").map(([, e, t]) => [e, t]), r = e.at(-1)?.slice(-2), i = (e) => Math.round((e ?? 0) * q) / q;
	return Y({
		width: t,
		points: [...n, r].flat().map(i)
	});
}
function X(e) {
	return {
		objects: e.map(J).map(({ width: e, points: t }) => {
			let n = [[
				"M",
				t[0] ?? 0,
				t[1] ?? 0
			]];
			for (let e = 0; e + 3 < t.length; e += 2) {
				let [r, i, a, o] = t.slice(e, e + 4);
				n.push([
					"Q",
					r,
					i,
					(r + a) / 2,
					(i + o) / 2
				]);
			}
			return n.push([
				"L",
				(t.at(-2) ?? 0) + he,
				t.at(-1) ?? 0
			]), {
				type: "Path",
				path: n,
				fill: null,
				stroke: K,
				strokeWidth: e,
				strokeLineCap: "round",
				strokeLineJoin: "round",
				strokeMiterLimit: 10
			};
		}),
		background: ""
	};
}
// src/streamlit/canvas.ts
var ye = {
	"ctrl+z": "undo",
	"ctrl+y": "redo",
	"ctrl+shift+z": "redo",
	delete: "clear",
	e: "erase"
}, Z = {
	undo: "Control+Z",
	redo: "Control+Y",
	clear: "Delete",
	erase: "E"
}, Q = [
	"undo",
	"redo",
	"clear",
	"erase"
], be = 5e3, xe = 24, Se = class {
	component;
	#e = e({
		id: 0,
		strokes: []
	});
	#t = 0;
	#n = 0;
	#r = -1;
	#i = "";
	#a = 0;
	#o = i.default;
	#s = !1;
	#c = null;
	#l = null;
	#u = D("div");
	#d = D("div", "boxes");
	#f = D("div", "pad");
	#p;
	#m = D("div", "board-tools");
	#h;
	#g = D("input");
	#_ = D("i");
	constructor(e) {
		this.component = e;
		let t = Q.map((e) => [e, O("", () => this.#C(e))]);
		for (let [e, n] of t) n.setAttribute("aria-keyshortcuts", Z[e]);
		this.#h = Object.fromEntries(t), this.#h.erase.ariaPressed = "false";
		let n = D("label", "pen");
		n.append(this.#_, this.#g), this.#m.role = "group", this.#m.append(...Object.values(this.#h), n), this.#u.append(D("div", "canvas-root")), this.#b(), this.#p = this.#x(), this.#v();
	}
	update(e) {
		this.component = e;
		let t = ue(e.parentElement);
		this.#u.parentElement !== t && t.replaceChildren(this.#u, this.#m);
		let n = U(e.data.texts);
		for (let e of Q) {
			let t = this.#h[e];
			ce(t, n(`common.${e}`)), t.title = e === "erase" ? n("common.eraseHelp") : `${t.textContent} (${Z[e]})`;
		}
		this.#m.ariaLabel = n("common.tools"), this.#g.ariaLabel = n("common.penWidth"), this.#l !== null && (this.#l.surface.ariaLabel = n("common.canvas"), this.#k(), this.#P(), this.#L());
	}
	async #v() {
		this.#l = await _e.create(this.component.data.module, this.#u, (e) => this.#A(e)), this.#l.show([], this.#o), this.#l.frame.append(this.#d, this.#f), this.#l.surface.role = "img", this.update(this.component), await this.#y();
	}
	async #y() {
		let { hash: e } = location;
		if (e.startsWith("#d1=")) {
			history.replaceState(history.state, "", location.pathname + location.search);
			try {
				this.#F((await d(e)).drawing);
			} catch (e) {
				if (!(e instanceof u)) throw e;
				console.error("this link cannot be opened:", e.message);
			}
		}
	}
	#b() {
		let e = this.#g;
		e.type = "range", [e.min, e.max] = this.component.data.penWidths.map(String), e.value = String(this.#o);
		let t = () => {
			this.#_.style.width = this.#_.style.height = `${this.#o * .8}px`;
		};
		t(), e.oninput = () => {
			this.#o = Number(e.value), t(), this.#l?.show(this.#w.strokes, this.#o);
		};
	}
	#x() {
		return document.addEventListener("keydown", (e) => this.#S(e)), document.addEventListener(fe, (e) => this.#M(e.detail.index)), document.addEventListener(pe, (e) => {
			this.#u.isConnected && (e.detail.drawing = this.#w.strokes);
		}), new ie(this.#f, () => this.#o, {
			changed: (e) => this.#s ? this.#N(e, !1) : this.#l?.draw(e),
			finished: (e) => this.#s ? this.#N(e, !0) : this.#l?.finish(e),
			cancelled: () => this.#s ? this.#N(null, !1) : this.#l?.abandon()
		});
	}
	#S(e) {
		if (!this.#u.isConnected || document.querySelector(".st-key-correction")) return;
		let t = e.composedPath()[0];
		if (t.isContentEditable || t.matches?.("input:not([type=range]), textarea")) return;
		let n = ye[se(e)];
		n !== void 0 && (e.preventDefault(), this.#C(n));
	}
	#C(e) {
		e === "undo" ? this.#D(n(this.#e)) : e === "redo" ? this.#D(r(this.#e)) : e === "clear" ? this.#T() : this.#p.isDown || (this.#s = !this.#s, this.#h.erase.ariaPressed = String(this.#s), this.#f.classList.toggle("erasing", this.#s));
	}
	get #w() {
		return this.#e.present;
	}
	#T() {
		this.#w.strokes.length > 0 && this.#D(t(this.#e, {
			id: ++this.#t,
			strokes: []
		}));
	}
	#E(e) {
		e !== this.#w.strokes && this.#D(t(this.#e, {
			id: this.#w.id,
			strokes: e
		}));
	}
	#D(e) {
		e.present !== this.#w && (this.#e = e, this.#l?.show(this.#w.strokes, this.#o), this.#n++, this.#O(), this.#L());
	}
	#O(e = xe) {
		clearTimeout(this.#a);
		let t = () => {
			this.#I() && this.#u.isConnected && this.#O(e - 1);
		};
		e > 0 && (this.#a = window.setTimeout(t, be));
		let { id: n, strokes: r } = this.#w;
		this.component.setStateValue("drawing", {
			revision: this.#n,
			sheet: n,
			strokes: r.map(J)
		});
	}
	#k() {
		let { session: e } = this.component.data;
		e !== this.#i && (this.#i = e, this.#w.strokes.length !== 0 && (this.#n++, this.#O()));
	}
	#A(e) {
		let t = this.#j(e);
		t === void 0 ? this.#E([...this.#w.strokes, e]) : (this.#l?.show(this.#w.strokes, this.#o), document.dispatchEvent(new CustomEvent(de, { detail: { index: t } })));
	}
	#j(e) {
		if (!v(e) || this.#I()) return;
		let [t, n] = e.points.map((e) => 100 * e / 400), r = this.component.data.boxes.filter(({ index: e }) => e !== void 0), i = H(r.map(({ box: e }) => e), [t, n]);
		return i === null ? void 0 : r[i].index;
	}
	#M(e) {
		let t = this.component.data.boxes.find((t) => t.index === e);
		if (t === void 0 || this.#I()) return;
		let [n, r, i, a] = t.box.map((e) => e * 400 / 100);
		this.#E(x(this.#w.strokes, [
			n,
			r,
			i,
			a
		]));
	}
	#N(e, t) {
		this.#c = e && y(this.#c ?? {
			kept: this.#w.strokes,
			seen: 0
		}, e);
		let n = this.#c?.kept ?? this.#w.strokes;
		this.#l?.show(n, this.#o), t && (this.#c = null, this.#E(n));
	}
	#P() {
		let { id: e, strokes: t } = this.component.data.open;
		e !== this.#r && (this.#r = e, this.#F(t.map(Y)));
	}
	#F(e) {
		if (e.length === 0) return;
		let n = ++this.#t, r = Array.from({ length: e.length + 1 }, (e, t) => t);
		this.#D(r.reduce((r, i) => t(r, {
			id: n,
			strokes: e.slice(0, i)
		}), this.#e));
	}
	#I() {
		return this.component.data.revision !== this.#n;
	}
	#L() {
		let { boxes: e, covered: t, texts: n } = this.component.data, r = this.#w.strokes.length === 0, i = D("div");
		j(this.#d, r ? [] : e), P(i, r ? [] : t, {
			width: 400,
			height: 400
		}, U(n)("common.covered"), () => this.component.setTriggerValue("uncover", !0)), this.#d.append(...i.children), this.#d.classList.toggle("stale", this.#I());
	}
}, $ = null;
function Ce(e) {
	$ ??= new Se(e), $.update(e);
}
var we = W(Ce);
export { we as default };
