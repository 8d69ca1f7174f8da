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
async function ee(e) {
	if (!e.startsWith("#d1=")) throw new u("foreign");
	if (e.length > a) throw new u("long");
	let [t, ...n] = e.slice(4).split("&"), r = (e) => e.startsWith("fix="), i;
	try {
		let e = atob(t.replaceAll("-", "+").replaceAll("_", "/"));
		i = await ne(Uint8Array.from(e, (e) => e.charCodeAt(0)), new DecompressionStream("deflate-raw"), o);
	} catch (e) {
		throw e instanceof u ? e : new u("damaged");
	}
	return {
		drawing: te(i),
		thresholds: f(n.filter((e) => !r(e))),
		corrections: d(n.filter(r))
	};
}
function d(e) {
	return p(e.length <= s), e.map((e) => {
		let [, t, n] = /^fix=([a-z0-9]{1,16})((?:,\d{1,4}){4})$/.exec(e) ?? [];
		p(t !== void 0);
		let [r, i, a, o] = n.split(",").slice(1).map((e) => Number(e) / c);
		return p(r < a && i < o && a <= 1 && o <= 1), {
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
function f(e) {
	let t = {};
	for (let [, n, r] of e.map((e) => /^(score|iou)=([\d.]+)$/.exec(e) ?? [])) {
		let e = Number(r);
		p(e >= 0 && e <= 1), t[n] = e;
	}
	return t;
}
function te(e) {
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
		p(t >= i.min && t <= i.max && a > 0 && a <= e.length);
		let o = [];
		for (let e = 0; e < a * 3; e++) {
			let t = n(), r = t % 2 ? -(t + 1) / 2 : t / 2;
			o.push((o[e - 3] ?? 0) + r / 8);
		}
		for (let e = 0; e < o.length; e += 3) {
			let [t, n, r] = o.slice(e, e + 3);
			p([t, n].every((e) => e >= -l && e <= 400 + l)), p(r > 0 && r <= 2);
		}
		r.push({
			width: t,
			points: o
		});
	}
	return r;
}
function p(e) {
	if (!e) throw new u("empty");
}
async function ne(e, t, n) {
	let r = new Blob([e]).stream().pipeThrough(t).getReader(), i = [], a = 0;
	for (;;) {
		let { done: e, value: t } = await r.read();
		if (e) break;
		if (i.push(t), (a += t.length) > n) throw await r.cancel(), new u("long");
	}
	return new Uint8Array(await new Blob(i).arrayBuffer());
}
// src/ink/pen.ts
var re = 1e3, m = .25, h = class {
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
		this.#e = e, this.#t = t, this.#n = n, e.addEventListener("pointerdown", (e) => this.#l(e)), e.addEventListener("pointermove", (e) => this.#u(e)), e.addEventListener("pointerup", (e) => this.#d(e)), e.addEventListener("pointercancel", (e) => e.pointerId === this.#r && this.#f()), e.addEventListener("wheel", (e) => this.isDown && e.preventDefault(), { passive: !1 });
		for (let e of ["scroll", "resize"]) addEventListener(e, () => this.#c = null, {
			capture: !0,
			passive: !0
		});
		e.addEventListener("touchstart", (e) => g(e) || e.preventDefault(), { passive: !1 });
	}
	get isDown() {
		return this.#r !== null;
	}
	#l(e) {
		if (!(e.button !== 0 || g(e))) {
			if (e.pointerType === "pen") this.#s = e.timeStamp, this.#i === "touch" && this.isDown && this.#f();
			else if (e.pointerType === "touch" && e.timeStamp - this.#s < re) return;
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
		let t = _((e.clientX - this.#c.x) * 400 / this.#c.width), n = _((e.clientY - this.#c.y) * 400 / this.#c.height), r = this.#a.length - 3;
		if (r >= 0 && Math.hypot(t - this.#a[r], n - this.#a[r + 1]) < m) return;
		let i = e.pointerType === "pen" && e.pressure > 0 ? .4 + 1.2 * e.pressure : 1;
		this.#a.push(t, n, _(i));
	}
};
function g(e) {
	return e.target instanceof Element && e.target.closest("button, .fix") !== null;
}
function _(e) {
	return Math.round(e * 8) / 8;
}
// src/ink/selection.ts
var v = 4, y = 6, b = 8;
function ie({ points: e }) {
	return x(e).every(([t, n]) => Math.hypot(t - e[0], n - e[1]) <= v);
}
function ae({ kept: e, seen: t }, n) {
	return {
		kept: oe(e, {
			...n,
			points: n.points.slice(Math.max(t - 3, 0))
		}),
		seen: n.points.length
	};
}
function oe(e, t) {
	let n = e.filter((e) => !ce(t, e));
	return n.length === e.length ? e : n;
}
function se(e, [t, n, r, i]) {
	let a = e.map(({ points: e }) => {
		let a = x(e);
		return a.filter(([e, a]) => e >= t - b && e <= r + b && a >= n - b && a <= i + b).length / a.length;
	}), o = Math.max(0, ...a);
	return o === 0 ? e : e.filter((e, t) => o > .5 ? a[t] <= .5 : a[t] < o);
}
function ce(e, t) {
	let n = y + t.width / 2, r = x(t.points);
	return x(e.points).some((e, t, i) => r.some((a, o) => le(e, i[t + 1] ?? e, a, r[o + 1] ?? a) <= n));
}
function x(e) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[n * 3], e[n * 3 + 1]]);
}
function le(e, t, n, r) {
	return S(e, t, n) * S(e, t, r) < 0 && S(n, r, e) * S(n, r, t) < 0 ? 0 : Math.min(C(e, n, r), C(t, n, r), C(n, e, t), C(r, e, t));
}
function S([e, t], [n, r], [i, a]) {
	return (n - e) * (a - t) - (r - t) * (i - e);
}
function C([e, t], [n, r], [i, a]) {
	let [o, s] = [i - n, a - r], c = Math.min(Math.max(((e - n) * o + (t - r) * s) / (o * o + s * s || 1), 0), 1);
	return Math.hypot(e - n - c * o, t - r - c * s);
}
// src/ui/dom.ts
function w(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function T(e, t, n = "") {
	let r = w("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function E({ ctrlKey: e, metaKey: t, shiftKey: n, key: r }) {
	return (e || t ? "ctrl+" : "") + (n ? "shift+" : "") + r.toLowerCase();
}
function D(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function O(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/boxes.ts
var k = 2;
function A(e, t) {
	let n = t.map((e) => F(P("box", e, ""), e.box)), r = t.map((e) => P("tag", e, e.text));
	e.replaceChildren(...n.reverse(), ...r);
	let { clientWidth: i, clientHeight: a } = e, o = [], s = r.map((e) => ({
		width: e.offsetWidth,
		height: e.offsetHeight
	}));
	for (let [e, n] of r.entries()) {
		let r = N(t[e].box, I(s[e], {
			width: i,
			height: a
		}), o);
		o.push(r), n.style.left = `${r[0]}%`, n.style.top = `${r[1]}%`;
	}
}
function j(e, t, n, r, i) {
	e.replaceChildren(...t.map((e) => F(T(r, i, "cover"), M(e, n))));
}
function M([e, t, n, r], { width: i, height: a }) {
	let o = Math.max(i, a), [s, c] = [k * o / i, k * o / a];
	return [
		e - s,
		t - c,
		n + s,
		r + c
	];
}
function N(e, t, n) {
	let r = Math.max(Math.min(e[0], 100 - t.width), 0), i = [
		e[1] - t.height,
		e[3],
		e[1]
	].map((e) => [
		r,
		e,
		r + t.width,
		e + t.height
	]), a = i.filter(([, e, , t]) => e >= 0 && t <= 100);
	return a.find((e) => !n.some((t) => L(e, t))) ?? a[0] ?? i[0];
}
function P(e, { colour: t, textColour: n, line: r, leftOut: i, chosen: a }, o) {
	let s = w("div", e, o);
	return s.classList.toggle("left-out", i ?? !1), s.classList.toggle("chosen", a ?? !1), s.ariaHidden = "true", O(s, {
		colour: t,
		textColour: n,
		line: r
	}), s;
}
function F(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
function I(e, t) {
	return {
		width: 100 * e.width / t.width,
		height: 100 * e.height / t.height
	};
}
function L(e, t) {
	return e[0] < t[2] && t[0] < e[2] && e[1] < t[3] && t[1] < e[3];
}
// src/ui/geometry.ts
function R([e, t, n, r]) {
	return (n - e) * (r - t);
}
function z(e, [t, n]) {
	return [...e.entries()].filter(([, [e, r, i, a]]) => t >= e && t <= i && n >= r && n <= a).sort(([, e], [, t]) => R(e) - R(t))[0]?.[0] ?? null;
}
// src/ui/texts.ts
function B(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function V(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = w("div", "digit-detector");
	return e.append(n), n;
}
var H = "digit-detector:fix", U = "digit-detector:rewrite", W = "digit-detector:drawing", ue = ".dc-toolbar [aria-label=\"Update the app with this drawing\"]", G = "#000000", de = .01, K = 8, fe = {
	fillColor: G,
	strokeColor: G,
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
}, pe = class e {
	host;
	render;
	onStroke;
	#e = [];
	#t = {
		...Y([]),
		load: 0
	};
	#n = !1;
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
			...Y(e),
			load: this.#t.load + 1
		}, this.#n = !0), this.render({
			data: {
				...fe,
				strokeWidth: t,
				initialDrawing: this.#t
			},
			parentElement: this.host,
			setStateValue: (e, t) => {
				e === "drawing" && this.#r(t.raw);
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
	send() {
		this.host.querySelector(ue)?.click();
	}
	#r({ objects: e }) {
		if (this.#n) this.#n = e.length !== this.#e.length;
		else for (let t of e.slice(this.#e.length)) {
			let e = me(t);
			this.#e = [...this.#e, e], this.onStroke(e);
		}
	}
};
function q({ width: e, points: t }) {
	return {
		width: e,
		points: t.filter((e, t) => t % 3 < 2)
	};
}
function J({ width: e, points: t }) {
	return {
		width: e,
		points: t.flatMap((e, t) => t % 2 ? [e, 1] : [e])
	};
}
function me({ path: e, strokeWidth: t }) {
	let n = e.filter(([e]) => e === "Q").map(([, e, t]) => [e, t]), r = e.at(-1)?.slice(-2), i = (e) => Math.round((e ?? 0) * K) / K;
	return J({
		width: t,
		points: [...n, r].flat().map(i)
	});
}
function Y(e) {
	return {
		objects: e.map(q).map(({ width: e, points: t }) => {
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
				(t.at(-2) ?? 0) + de,
				t.at(-1) ?? 0
			]), {
				type: "Path",
				path: n,
				fill: null,
				stroke: G,
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
var he = {
	"ctrl+z": "undo",
	"ctrl+y": "redo",
	"ctrl+shift+z": "redo",
	delete: "clear",
	e: "erase"
}, X = {
	undo: "Control+Z",
	redo: "Control+Y",
	clear: "Delete",
	erase: "E"
}, Z = [
	"undo",
	"redo",
	"clear",
	"erase"
], ge = 5e3, _e = 24, Q = class {
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
	#u = w("div");
	#d = w("div", "boxes");
	#f = w("div", "eraser");
	#p = w("div", "board-tools");
	#m;
	#h = w("input");
	#g = w("i");
	constructor(e) {
		this.component = e;
		let t = Z.map((e) => [e, T("", () => this.#S(e))]);
		for (let [e, n] of t) n.setAttribute("aria-keyshortcuts", X[e]);
		this.#m = Object.fromEntries(t), this.#m.erase.ariaPressed = "false";
		let n = w("label", "pen");
		n.append(this.#g, this.#h), this.#p.role = "group", this.#p.append(...Object.values(this.#m), n), this.#u.append(w("div", "canvas-root")), this.#y(), this.#b(), this.#_();
	}
	update(e) {
		this.component = e;
		let t = V(e.parentElement);
		this.#u.parentElement !== t && t.replaceChildren(this.#u, this.#p);
		let n = B(e.data.texts);
		for (let e of Z) {
			let t = this.#m[e];
			D(t, n(`common.${e}`)), t.title = e === "erase" ? n("common.eraseHelp") : `${t.textContent} (${X[e]})`;
		}
		this.#p.ariaLabel = n("common.tools"), this.#h.ariaLabel = n("common.penWidth"), this.#l !== null && (this.#l.surface.ariaLabel = n("common.canvas"), this.#O(), this.#N(), this.#I());
	}
	async #_() {
		this.#l = await pe.create(this.component.data.module, this.#u, (e) => this.#k(e)), this.#l.show([], this.#o), this.#l.frame.append(this.#d, this.#f), this.#l.surface.role = "img", this.update(this.component), await this.#v();
	}
	async #v() {
		let { hash: e } = location;
		if (e.startsWith("#d1=")) {
			history.replaceState(history.state, "", location.pathname + location.search);
			try {
				this.#P((await ee(e)).drawing);
			} catch (e) {
				if (!(e instanceof u)) throw e;
				console.error("this link cannot be opened:", e.message);
			}
		}
	}
	#y() {
		let e = this.#h;
		e.type = "range", [e.min, e.max] = this.component.data.penWidths.map(String), e.value = String(this.#o);
		let t = () => {
			this.#g.style.width = this.#g.style.height = `${this.#o * .8}px`;
		};
		t(), e.oninput = () => {
			this.#o = Number(e.value), t(), this.#l?.show(this.#C.strokes, this.#o);
		};
	}
	#b() {
		for (let e of ["mouseup", "touchend"]) window.addEventListener(e, () => setTimeout(() => this.#l?.send()));
		document.addEventListener("keydown", (e) => this.#x(e)), document.addEventListener(U, (e) => this.#j(e.detail.index)), document.addEventListener(W, (e) => {
			this.#u.isConnected && (e.detail.drawing = this.#C.strokes);
		}), new h(this.#f, () => 0, {
			changed: (e) => this.#M(e, !1),
			finished: (e) => this.#M(e, !0),
			cancelled: () => this.#M(null, !1)
		});
	}
	#x(e) {
		if (!this.#u.isConnected || document.querySelector(".st-key-correction")) return;
		let t = e.composedPath()[0];
		if (t.isContentEditable || t.matches?.("input:not([type=range]), textarea")) return;
		let n = he[E(e)];
		n !== void 0 && (e.preventDefault(), this.#S(n));
	}
	#S(e) {
		e === "undo" ? this.#E(n(this.#e)) : e === "redo" ? this.#E(r(this.#e)) : e === "clear" ? this.#w() : (this.#s = !this.#s, this.#m.erase.ariaPressed = String(this.#s), this.#f.classList.toggle("active", this.#s));
	}
	get #C() {
		return this.#e.present;
	}
	#w() {
		this.#C.strokes.length > 0 && this.#E(t(this.#e, {
			id: ++this.#t,
			strokes: []
		}));
	}
	#T(e) {
		e !== this.#C.strokes && this.#E(t(this.#e, {
			id: this.#C.id,
			strokes: e
		}));
	}
	#E(e) {
		e.present !== this.#C && (this.#e = e, this.#l?.show(this.#C.strokes, this.#o), this.#n++, this.#D(), this.#I());
	}
	#D(e = _e) {
		clearTimeout(this.#a);
		let t = () => {
			this.#F() && this.#u.isConnected && this.#D(e - 1);
		};
		e > 0 && (this.#a = window.setTimeout(t, ge));
		let { id: n, strokes: r } = this.#C;
		this.component.setStateValue("drawing", {
			revision: this.#n,
			sheet: n,
			strokes: r.map(q)
		});
	}
	#O() {
		let { session: e } = this.component.data;
		e !== this.#i && (this.#i = e, this.#C.strokes.length !== 0 && (this.#n++, this.#D()));
	}
	#k(e) {
		let t = this.#A(e);
		t === void 0 ? this.#T([...this.#C.strokes, e]) : (this.#l?.show(this.#C.strokes, this.#o), document.dispatchEvent(new CustomEvent(H, { detail: { index: t } })));
	}
	#A(e) {
		if (!ie(e) || this.#F()) return;
		let [t, n] = e.points.map((e) => 100 * e / 400), r = this.component.data.boxes.filter(({ index: e }) => e !== void 0), i = z(r.map(({ box: e }) => e), [t, n]);
		return i === null ? void 0 : r[i].index;
	}
	#j(e) {
		let t = this.component.data.boxes.find((t) => t.index === e);
		if (t === void 0 || this.#F()) return;
		let [n, r, i, a] = t.box.map((e) => e * 400 / 100);
		this.#T(se(this.#C.strokes, [
			n,
			r,
			i,
			a
		]));
	}
	#M(e, t) {
		this.#c = e && ae(this.#c ?? {
			kept: this.#C.strokes,
			seen: 0
		}, e);
		let n = this.#c?.kept ?? this.#C.strokes;
		this.#l?.show(n, this.#o), t && (this.#c = null, this.#T(n));
	}
	#N() {
		let { id: e, strokes: t } = this.component.data.open;
		e !== this.#r && (this.#r = e, this.#P(t.map(J)));
	}
	#P(e) {
		if (e.length === 0) return;
		let n = ++this.#t, r = Array.from({ length: e.length + 1 }, (e, t) => t);
		this.#E(r.reduce((r, i) => t(r, {
			id: n,
			strokes: e.slice(0, i)
		}), this.#e));
	}
	#F() {
		return this.component.data.revision !== this.#n;
	}
	#I() {
		let { boxes: e, covered: t, texts: n } = this.component.data, r = this.#C.strokes.length === 0, i = w("div");
		A(this.#d, r ? [] : e), j(i, r ? [] : t, {
			width: 400,
			height: 400
		}, B(n)("common.covered"), () => this.component.setTriggerValue("uncover", !0)), this.#d.append(...i.children), this.#d.classList.toggle("stale", this.#F());
	}
}, $ = null;
function ve(e) {
	$ ??= new Q(e), $.update(e);
}
export { ve as default };
