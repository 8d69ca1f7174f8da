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
}, a = 2e5, o = 1e6, s = 400, c = class extends Error {
	reason;
	constructor(e) {
		super(e), this.reason = e;
	}
};
async function l(e) {
	if (!e.startsWith("#d1=")) throw new c("foreign");
	if (e.length > a) throw new c("long");
	let [t, ...n] = e.slice(4).split("&"), r;
	try {
		let e = atob(t.replaceAll("-", "+").replaceAll("_", "/"));
		r = await p(Uint8Array.from(e, (e) => e.charCodeAt(0)), new DecompressionStream("deflate-raw"), o);
	} catch (e) {
		throw e instanceof c ? e : new c("damaged");
	}
	return {
		drawing: d(r),
		thresholds: u(n)
	};
}
function u(e) {
	let t = {};
	for (let [, n, r] of e.map((e) => /^(score|iou)=([\d.]+)$/.exec(e) ?? [])) {
		let e = Number(r);
		f(e >= 0 && e <= 1), t[n] = e;
	}
	return t;
}
function d(e) {
	let t = 0, n = () => {
		let n = 0;
		for (let r = 1;; r *= 128) {
			if (t >= e.length || r > 2 ** 28) throw new c("damaged");
			let i = e[t++];
			if (n += i % 128 * r, i < 128) return n;
		}
	}, r = [];
	for (; t < e.length;) {
		let t = n() / 8, a = n();
		f(t >= i.min && t <= i.max && a > 0 && a <= e.length);
		let o = [];
		for (let e = 0; e < a * 3; e++) {
			let t = n(), r = t % 2 ? -(t + 1) / 2 : t / 2;
			o.push((o[e - 3] ?? 0) + r / 8);
		}
		for (let e = 0; e < o.length; e += 3) {
			let [t, n, r] = o.slice(e, e + 3);
			f([t, n].every((e) => e >= -s && e <= 400 + s)), f(r > 0 && r <= 2);
		}
		r.push({
			width: t,
			points: o
		});
	}
	return r;
}
function f(e) {
	if (!e) throw new c("empty");
}
async function p(e, t, n) {
	let r = new Blob([e]).stream().pipeThrough(t).getReader(), i = [], a = 0;
	for (;;) {
		let { done: e, value: t } = await r.read();
		if (e) break;
		if (i.push(t), (a += t.length) > n) throw await r.cancel(), new c("long");
	}
	return new Uint8Array(await new Blob(i).arrayBuffer());
}
// src/ink/selection.ts
var m = 4, h = 6, g = 8;
function _({ points: e }) {
	return b(e).every(([t, n]) => Math.hypot(t - e[0], n - e[1]) <= m);
}
function ee(e, t) {
	let n = e.filter((e) => !y(t, e));
	return n.length === e.length ? e : n;
}
function v(e, [t, n, r, i]) {
	let a = e.map(({ points: e }) => {
		let a = b(e);
		return a.filter(([e, a]) => e >= t - g && e <= r + g && a >= n - g && a <= i + g).length / a.length;
	}), o = Math.max(0, ...a);
	return o === 0 ? e : e.filter((e, t) => o > .5 ? a[t] <= .5 : a[t] < o);
}
function y(e, t) {
	let n = h + t.width / 2, r = b(t.points);
	return b(e.points).some((e, t, i) => r.some((a, o) => te(e, i[t + 1] ?? e, a, r[o + 1] ?? a) <= n));
}
function b(e) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[n * 3], e[n * 3 + 1]]);
}
function te(e, t, n, r) {
	return x(e, t, n) * x(e, t, r) < 0 && x(n, r, e) * x(n, r, t) < 0 ? 0 : Math.min(S(e, n, r), S(t, n, r), S(n, e, t), S(r, e, t));
}
function x([e, t], [n, r], [i, a]) {
	return (n - e) * (a - t) - (r - t) * (i - e);
}
function S([e, t], [n, r], [i, a]) {
	let [o, s] = [i - n, a - r], c = Math.min(Math.max(((e - n) * o + (t - r) * s) / (o * o + s * s || 1), 0), 1);
	return Math.hypot(e - n - c * o, t - r - c * s);
}
// src/ui/dom.ts
function C(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function w(e, t, n = "") {
	let r = C("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function T(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function E(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/boxes.ts
var D = 2;
function ne(e, t) {
	let n = t.map((e) => A(k("box", e, ""), e.box)), r = t.map((e) => k("tag", e, e.text));
	e.replaceChildren(...n.reverse(), ...r);
	let { clientWidth: i, clientHeight: a } = e, o = [], s = r.map((e) => ({
		width: e.offsetWidth,
		height: e.offsetHeight
	}));
	for (let [e, n] of r.entries()) {
		let r = O(t[e].box, j(s[e], {
			width: i,
			height: a
		}), o);
		o.push(r), n.style.left = `${r[0]}%`, n.style.top = `${r[1]}%`;
	}
}
function re(e, t, n, r, i) {
	e.replaceChildren(...t.map((e) => A(w(r, i, "cover"), ie(e, n))));
}
function ie([e, t, n, r], { width: i, height: a }) {
	let o = Math.max(i, a), [s, c] = [D * o / i, D * o / a];
	return [
		e - s,
		t - c,
		n + s,
		r + c
	];
}
function O(e, t, n) {
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
	return a.find((e) => !n.some((t) => M(e, t))) ?? a[0] ?? i[0];
}
function k(e, { colour: t, textColour: n, line: r, leftOut: i, chosen: a }, o) {
	let s = C("div", e, o);
	return s.classList.toggle("left-out", i ?? !1), s.classList.toggle("chosen", a ?? !1), s.ariaHidden = "true", E(s, {
		colour: t,
		textColour: n,
		line: r
	}), s;
}
function A(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
function j(e, t) {
	return {
		width: 100 * e.width / t.width,
		height: 100 * e.height / t.height
	};
}
function M(e, t) {
	return e[0] < t[2] && t[0] < e[2] && e[1] < t[3] && t[1] < e[3];
}
// src/ui/texts.ts
function N(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function P(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = C("div", "digit-detector");
	return e.append(n), n;
}
// src/streamlit/data.ts
var F = "digit-detector:fix", I = "digit-detector:rewrite", L = "digit-detector:drawing", R = ".dc-toolbar [aria-label=\"Update the app with this drawing\"]", z = "#000000", B = .01, V = 8, H = {
	fillColor: z,
	strokeColor: z,
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
}, U = class e {
	host;
	render;
	onStroke;
	#e = [];
	#t = {
		...q([]),
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
			...q(e),
			load: this.#t.load + 1
		}, this.#n = !0), this.render({
			data: {
				...H,
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
		this.host.querySelector(R)?.click();
	}
	#r({ objects: e }) {
		if (this.#n) this.#n = e.length !== this.#e.length;
		else for (let t of e.slice(this.#e.length)) {
			let e = K(t);
			this.#e = [...this.#e, e], this.onStroke(e);
		}
	}
};
function W({ width: e, points: t }) {
	return {
		width: e,
		points: t.filter((e, t) => t % 3 < 2)
	};
}
function G({ width: e, points: t }) {
	return {
		width: e,
		points: t.flatMap((e, t) => t % 2 ? [e, 1] : [e])
	};
}
function K({ path: e, strokeWidth: t }) {
	let n = e.filter(([e]) => e === "Q").map(([, e, t]) => [e, t]), r = e.at(-1)?.slice(-2), i = (e) => Math.round((e ?? 0) * V) / V;
	return G({
		width: t,
		points: [...n, r].flat().map(i)
	});
}
function q(e) {
	return {
		objects: e.map(W).map(({ width: e, points: t }) => {
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
				(t.at(-2) ?? 0) + B,
				t.at(-1) ?? 0
			]), {
				type: "Path",
				path: n,
				fill: null,
				stroke: z,
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
var J = {
	"ctrl+z": "undo",
	"ctrl+y": "redo",
	"ctrl+shift+z": "redo",
	delete: "clear",
	e: "erase"
}, Y = {
	undo: "Control+Z",
	redo: "Control+Y",
	clear: "Delete",
	erase: "E"
}, X = [
	"undo",
	"redo",
	"clear",
	"erase"
], ae = class {
	component;
	#e = e({
		id: 0,
		strokes: []
	});
	#t = 0;
	#n = 0;
	#r = -1;
	#i = i.default;
	#a = !1;
	#o = null;
	#s = C("div");
	#c = C("div", "boxes");
	#l = C("div", "eraser");
	#u = C("div", "board-tools");
	#d;
	#f = C("input");
	#p = C("i");
	constructor(e) {
		this.component = e;
		let t = X.map((e) => [e, w("", () => this.#y(e))]);
		for (let [e, n] of t) n.setAttribute("aria-keyshortcuts", Y[e]);
		this.#d = Object.fromEntries(t), this.#d.erase.ariaPressed = "false";
		let n = C("label", "pen");
		n.append(this.#p, this.#f), this.#u.role = "group", this.#u.append(...Object.values(this.#d), n), this.#s.append(C("div", "canvas-root")), this.#g(), this.#_(), this.#m();
	}
	update(e) {
		this.component = e;
		let t = P(e.parentElement);
		this.#s.parentElement !== t && t.replaceChildren(this.#s, this.#u);
		let n = N(e.data.texts);
		for (let e of X) {
			let t = this.#d[e];
			T(t, n(`common.${e}`)), t.title = e === "erase" ? n("common.eraseHelp") : `${t.textContent} (${Y[e]})`;
		}
		this.#u.ariaLabel = n("common.tools"), this.#f.ariaLabel = n("common.penWidth"), this.#o !== null && (this.#o.surface.ariaLabel = n("common.canvas"), this.#O(), this.#j());
	}
	async #m() {
		this.#o = await U.create(this.component.data.module, this.#s, (e) => this.#w(e)), this.#o.show([], this.#i), this.#o.frame.append(this.#c, this.#l), this.#o.surface.role = "img", this.update(this.component), await this.#h();
	}
	async #h() {
		let { hash: e } = location;
		if (e.startsWith("#d1=")) {
			history.replaceState(history.state, "", location.pathname + location.search);
			try {
				this.#k((await l(e)).drawing);
			} catch (e) {
				if (!(e instanceof c)) throw e;
				console.error("this link cannot be opened:", e.message);
			}
		}
	}
	#g() {
		let e = this.#f;
		e.type = "range", [e.min, e.max] = this.component.data.penWidths.map(String), e.value = String(this.#i);
		let t = () => {
			this.#p.style.width = this.#p.style.height = `${this.#i * .8}px`;
		};
		t(), e.oninput = () => {
			this.#i = Number(e.value), t(), this.#o?.show(this.#b.strokes, this.#i);
		};
	}
	#_() {
		for (let e of ["mouseup", "touchend"]) window.addEventListener(e, () => setTimeout(() => this.#o?.send()));
		document.addEventListener("keydown", (e) => this.#v(e)), document.addEventListener(I, (e) => this.#E(e.detail.index)), document.addEventListener(L, (e) => {
			this.#s.isConnected && (e.detail.drawing = this.#b.strokes);
		}), this.#l.addEventListener("pointerdown", (e) => this.#D(e));
	}
	#v(e) {
		if (!this.#s.isConnected || document.querySelector(".st-key-correction")) return;
		let t = e.composedPath()[0];
		if (t.isContentEditable || t.matches?.("input:not([type=range]), textarea")) return;
		let n = J[(e.ctrlKey || e.metaKey ? "ctrl+" : "") + (e.shiftKey ? "shift+" : "") + e.key.toLowerCase()];
		n !== void 0 && (e.preventDefault(), this.#y(n));
	}
	#y(e) {
		e === "undo" ? this.#C(n(this.#e)) : e === "redo" ? this.#C(r(this.#e)) : e === "clear" ? this.#x() : (this.#a = !this.#a, this.#d.erase.ariaPressed = String(this.#a), this.#l.classList.toggle("active", this.#a));
	}
	get #b() {
		return this.#e.present;
	}
	#x() {
		this.#b.strokes.length > 0 && this.#C(t(this.#e, {
			id: ++this.#t,
			strokes: []
		}));
	}
	#S(e) {
		e !== this.#b.strokes && this.#C(t(this.#e, {
			id: this.#b.id,
			strokes: e
		}));
	}
	#C(e) {
		if (e.present === this.#b) return;
		this.#e = e;
		let { id: t, strokes: n } = this.#b;
		this.#o?.show(n, this.#i), this.#n++, this.#j(), this.component.setStateValue("drawing", {
			revision: this.#n,
			sheet: t,
			strokes: n.map(W)
		});
	}
	#w(e) {
		let t = this.#T(e);
		t === void 0 ? this.#S([...this.#b.strokes, e]) : (this.#o?.show(this.#b.strokes, this.#i), document.dispatchEvent(new CustomEvent(F, { detail: { index: t } })));
	}
	#T(e) {
		if (!_(e) || this.#A()) return;
		let [t = 0, n = 0] = e.points;
		return this.component.data.boxes.filter(({ box: [e, r, i, a], index: o }) => o !== void 0 && t >= Z(e) && t <= Z(i) && n >= Z(r) && n <= Z(a)).sort((e, t) => Q(e.box) - Q(t.box))[0]?.index;
	}
	#E(e) {
		let t = this.component.data.boxes.find((t) => t.index === e);
		if (t === void 0 || this.#A()) return;
		let [n, r, i, a] = t.box.map(Z);
		this.#S(v(this.#b.strokes, [
			n,
			r,
			i,
			a
		]));
	}
	#D(e) {
		e.preventDefault(), this.#l.setPointerCapture(e.pointerId);
		let t = this.#b.strokes, { left: n, top: r, width: i } = this.#l.getBoundingClientRect(), a = (e) => [(e.clientX - n) * 400 / i, (e.clientY - r) * 400 / i], o = a(e), s = (e) => {
			let n = a(e), r = t;
			t = ee(t, {
				width: 0,
				points: [
					...o,
					1,
					...n,
					1
				]
			}), o = n, t !== r && this.#o?.show(t, this.#i);
		}, c = new AbortController(), l = { signal: c.signal };
		s(e), this.#l.addEventListener("pointermove", (e) => {
			for (let t of e.getCoalescedEvents?.() ?? [e]) s(t);
		}, l);
		for (let e of ["pointerup", "pointercancel"]) this.#l.addEventListener(e, () => {
			c.abort(), this.#S(t);
		}, l);
	}
	#O() {
		let { id: e, strokes: t } = this.component.data.open;
		e !== this.#r && (this.#r = e, this.#k(t.map(G)));
	}
	#k(e) {
		if (e.length === 0) return;
		let n = ++this.#t, r = Array.from({ length: e.length + 1 }, (e, t) => t);
		this.#C(r.reduce((r, i) => t(r, {
			id: n,
			strokes: e.slice(0, i)
		}), this.#e));
	}
	#A() {
		return this.component.data.revision !== this.#n;
	}
	#j() {
		let { boxes: e, covered: t, texts: n } = this.component.data, r = this.#b.strokes.length === 0, i = C("div");
		ne(this.#c, r ? [] : e), re(i, r ? [] : t, {
			width: 400,
			height: 400
		}, N(n)("common.covered"), () => this.component.setTriggerValue("uncover", !0)), this.#c.append(...i.children), this.#c.classList.toggle("stale", this.#A());
	}
};
function Z(e) {
	return e * 400 / 100;
}
function Q([e, t, n, r]) {
	return (n - e) * (r - t);
}
var $ = null;
function oe(e) {
	$ ??= new ae(e), $.update(e);
}
export { oe as default };
