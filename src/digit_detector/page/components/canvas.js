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
		i = await ee(Uint8Array.from(e, (e) => e.charCodeAt(0)), new DecompressionStream("deflate-raw"), o);
	} catch (e) {
		throw e instanceof u ? e : new u("damaged");
	}
	return {
		drawing: m(i),
		thresholds: p(n.filter((e) => !r(e))),
		corrections: f(n.filter(r))
	};
}
function f(e) {
	return h(e.length <= s), e.map((e) => {
		let [, t, n] = /^fix=([a-z0-9]{1,16})((?:,\d{1,4}){4})$/.exec(e) ?? [];
		h(t !== void 0);
		let [r, i, a, o] = n.split(",").slice(1).map((e) => Number(e) / c);
		return h(r < a && i < o && a <= 1 && o <= 1), {
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
function p(e) {
	let t = {};
	for (let [, n, r] of e.map((e) => /^(score|iou)=([\d.]+)$/.exec(e) ?? [])) {
		let e = Number(r);
		h(e >= 0 && e <= 1), t[n] = e;
	}
	return t;
}
function m(e) {
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
		h(t >= i.min && t <= i.max && a > 0 && a <= e.length);
		let o = [];
		for (let e = 0; e < a * 3; e++) {
			let t = n(), r = t % 2 ? -(t + 1) / 2 : t / 2;
			o.push((o[e - 3] ?? 0) + r / 8);
		}
		for (let e = 0; e < o.length; e += 3) {
			let [t, n, r] = o.slice(e, e + 3);
			h([t, n].every((e) => e >= -l && e <= 400 + l)), h(r > 0 && r <= 2);
		}
		r.push({
			width: t,
			points: o
		});
	}
	return r;
}
function h(e) {
	if (!e) throw new u("empty");
}
async function ee(e, t, n) {
	let r = new Blob([e]).stream().pipeThrough(t).getReader(), i = [], a = 0;
	for (;;) {
		let { done: e, value: t } = await r.read();
		if (e) break;
		if (i.push(t), (a += t.length) > n) throw await r.cancel(), new u("long");
	}
	return new Uint8Array(await new Blob(i).arrayBuffer());
}
// src/ink/selection.ts
var g = 4, te = 6, _ = 8;
function v({ points: e }) {
	return x(e).every(([t, n]) => Math.hypot(t - e[0], n - e[1]) <= g);
}
function ne(e, t) {
	let n = e.filter((e) => !b(t, e));
	return n.length === e.length ? e : n;
}
function y(e, [t, n, r, i]) {
	let a = e.map(({ points: e }) => {
		let a = x(e);
		return a.filter(([e, a]) => e >= t - _ && e <= r + _ && a >= n - _ && a <= i + _).length / a.length;
	}), o = Math.max(0, ...a);
	return o === 0 ? e : e.filter((e, t) => o > .5 ? a[t] <= .5 : a[t] < o);
}
function b(e, t) {
	let n = te + t.width / 2, r = x(t.points);
	return x(e.points).some((e, t, i) => r.some((a, o) => S(e, i[t + 1] ?? e, a, r[o + 1] ?? a) <= n));
}
function x(e) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[n * 3], e[n * 3 + 1]]);
}
function S(e, t, n, r) {
	return C(e, t, n) * C(e, t, r) < 0 && C(n, r, e) * C(n, r, t) < 0 ? 0 : Math.min(w(e, n, r), w(t, n, r), w(n, e, t), w(r, e, t));
}
function C([e, t], [n, r], [i, a]) {
	return (n - e) * (a - t) - (r - t) * (i - e);
}
function w([e, t], [n, r], [i, a]) {
	let [o, s] = [i - n, a - r], c = Math.min(Math.max(((e - n) * o + (t - r) * s) / (o * o + s * s || 1), 0), 1);
	return Math.hypot(e - n - c * o, t - r - c * s);
}
// src/ui/dom.ts
function T(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function E(e, t, n = "") {
	let r = T("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function re({ ctrlKey: e, metaKey: t, shiftKey: n, key: r }) {
	return (e || t ? "ctrl+" : "") + (n ? "shift+" : "") + r.toLowerCase();
}
function ie(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function ae(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/boxes.ts
var D = 2;
function O(e, t) {
	let n = t.map((e) => N(M("box", e, ""), e.box)), r = t.map((e) => M("tag", e, e.text));
	e.replaceChildren(...n.reverse(), ...r);
	let { clientWidth: i, clientHeight: a } = e, o = [], s = r.map((e) => ({
		width: e.offsetWidth,
		height: e.offsetHeight
	}));
	for (let [e, n] of r.entries()) {
		let r = j(t[e].box, P(s[e], {
			width: i,
			height: a
		}), o);
		o.push(r), n.style.left = `${r[0]}%`, n.style.top = `${r[1]}%`;
	}
}
function k(e, t, n, r, i) {
	e.replaceChildren(...t.map((e) => N(E(r, i, "cover"), A(e, n))));
}
function A([e, t, n, r], { width: i, height: a }) {
	let o = Math.max(i, a), [s, c] = [D * o / i, D * o / a];
	return [
		e - s,
		t - c,
		n + s,
		r + c
	];
}
function j(e, t, n) {
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
	return a.find((e) => !n.some((t) => F(e, t))) ?? a[0] ?? i[0];
}
function M(e, { colour: t, textColour: n, line: r, leftOut: i, chosen: a }, o) {
	let s = T("div", e, o);
	return s.classList.toggle("left-out", i ?? !1), s.classList.toggle("chosen", a ?? !1), s.ariaHidden = "true", ae(s, {
		colour: t,
		textColour: n,
		line: r
	}), s;
}
function N(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
function P(e, t) {
	return {
		width: 100 * e.width / t.width,
		height: 100 * e.height / t.height
	};
}
function F(e, t) {
	return e[0] < t[2] && t[0] < e[2] && e[1] < t[3] && t[1] < e[3];
}
// src/ui/geometry.ts
function I([e, t, n, r]) {
	return (n - e) * (r - t);
}
function L(e, [t, n]) {
	return [...e.entries()].filter(([, [e, r, i, a]]) => t >= e && t <= i && n >= r && n <= a).sort(([, e], [, t]) => I(e) - I(t))[0]?.[0] ?? null;
}
// src/ui/texts.ts
function R(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function z(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = T("div", "digit-detector");
	return e.append(n), n;
}
var B = "digit-detector:fix", V = "digit-detector:rewrite", oe = "digit-detector:drawing", H = ".dc-toolbar [aria-label=\"Update the app with this drawing\"]", U = "#000000", W = .01, G = 8, K = {
	fillColor: U,
	strokeColor: U,
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
}, q = class e {
	host;
	render;
	onStroke;
	#e = [];
	#t = {
		...X([]),
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
			...X(e),
			load: this.#t.load + 1
		}, this.#n = !0), this.render({
			data: {
				...K,
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
		this.host.querySelector(H)?.click();
	}
	#r({ objects: e }) {
		if (this.#n) this.#n = e.length !== this.#e.length;
		else for (let t of e.slice(this.#e.length)) {
			let e = se(t);
			this.#e = [...this.#e, e], this.onStroke(e);
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
function se({ path: e, strokeWidth: t }) {
	let n = e.filter(([e]) => e === "Q").map(([, e, t]) => [e, t]), r = e.at(-1)?.slice(-2), i = (e) => Math.round((e ?? 0) * G) / G;
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
				(t.at(-2) ?? 0) + W,
				t.at(-1) ?? 0
			]), {
				type: "Path",
				path: n,
				fill: null,
				stroke: U,
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
var ce = {
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
], le = 5e3, ue = class {
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
	#l = T("div");
	#u = T("div", "boxes");
	#d = T("div", "eraser");
	#f = T("div", "board-tools");
	#p;
	#m = T("input");
	#h = T("i");
	constructor(e) {
		this.component = e;
		let t = Q.map((e) => [e, E("", () => this.#x(e))]);
		for (let [e, n] of t) n.setAttribute("aria-keyshortcuts", Z[e]);
		this.#p = Object.fromEntries(t), this.#p.erase.ariaPressed = "false";
		let n = T("label", "pen");
		n.append(this.#h, this.#m), this.#f.role = "group", this.#f.append(...Object.values(this.#p), n), this.#l.append(T("div", "canvas-root")), this.#v(), this.#y(), this.#g();
	}
	update(e) {
		this.component = e;
		let t = z(e.parentElement);
		this.#l.parentElement !== t && t.replaceChildren(this.#l, this.#f);
		let n = R(e.data.texts);
		for (let e of Q) {
			let t = this.#p[e];
			ie(t, n(`common.${e}`)), t.title = e === "erase" ? n("common.eraseHelp") : `${t.textContent} (${Z[e]})`;
		}
		this.#f.ariaLabel = n("common.tools"), this.#m.ariaLabel = n("common.penWidth"), this.#c !== null && (this.#c.surface.ariaLabel = n("common.canvas"), this.#D(), this.#M(), this.#F());
	}
	async #g() {
		this.#c = await q.create(this.component.data.module, this.#l, (e) => this.#O(e)), this.#c.show([], this.#o), this.#c.frame.append(this.#u, this.#d), this.#c.surface.role = "img", this.update(this.component), await this.#_();
	}
	async #_() {
		let { hash: e } = location;
		if (e.startsWith("#d1=")) {
			history.replaceState(history.state, "", location.pathname + location.search);
			try {
				this.#N((await d(e)).drawing);
			} catch (e) {
				if (!(e instanceof u)) throw e;
				console.error("this link cannot be opened:", e.message);
			}
		}
	}
	#v() {
		let e = this.#m;
		e.type = "range", [e.min, e.max] = this.component.data.penWidths.map(String), e.value = String(this.#o);
		let t = () => {
			this.#h.style.width = this.#h.style.height = `${this.#o * .8}px`;
		};
		t(), e.oninput = () => {
			this.#o = Number(e.value), t(), this.#c?.show(this.#S.strokes, this.#o);
		};
	}
	#y() {
		for (let e of ["mouseup", "touchend"]) window.addEventListener(e, () => setTimeout(() => this.#c?.send()));
		document.addEventListener("keydown", (e) => this.#b(e)), document.addEventListener(V, (e) => this.#A(e.detail.index)), document.addEventListener(oe, (e) => {
			this.#l.isConnected && (e.detail.drawing = this.#S.strokes);
		}), this.#d.addEventListener("pointerdown", (e) => this.#j(e));
	}
	#b(e) {
		if (!this.#l.isConnected || document.querySelector(".st-key-correction")) return;
		let t = e.composedPath()[0];
		if (t.isContentEditable || t.matches?.("input:not([type=range]), textarea")) return;
		let n = ce[re(e)];
		n !== void 0 && (e.preventDefault(), this.#x(n));
	}
	#x(e) {
		e === "undo" ? this.#T(n(this.#e)) : e === "redo" ? this.#T(r(this.#e)) : e === "clear" ? this.#C() : (this.#s = !this.#s, this.#p.erase.ariaPressed = String(this.#s), this.#d.classList.toggle("active", this.#s));
	}
	get #S() {
		return this.#e.present;
	}
	#C() {
		this.#S.strokes.length > 0 && this.#T(t(this.#e, {
			id: ++this.#t,
			strokes: []
		}));
	}
	#w(e) {
		e !== this.#S.strokes && this.#T(t(this.#e, {
			id: this.#S.id,
			strokes: e
		}));
	}
	#T(e) {
		e.present !== this.#S && (this.#e = e, this.#c?.show(this.#S.strokes, this.#o), this.#n++, this.#E(), this.#F());
	}
	#E() {
		clearTimeout(this.#a), this.#a = window.setTimeout(() => this.#P() && this.#E(), le);
		let { id: e, strokes: t } = this.#S;
		this.component.setStateValue("drawing", {
			revision: this.#n,
			sheet: e,
			strokes: t.map(J)
		});
	}
	#D() {
		let { session: e } = this.component.data;
		e !== this.#i && (this.#i = e, this.#S.strokes.length !== 0 && (this.#n++, this.#E()));
	}
	#O(e) {
		let t = this.#k(e);
		t === void 0 ? this.#w([...this.#S.strokes, e]) : (this.#c?.show(this.#S.strokes, this.#o), document.dispatchEvent(new CustomEvent(B, { detail: { index: t } })));
	}
	#k(e) {
		if (!v(e) || this.#P()) return;
		let [t, n] = e.points.map((e) => 100 * e / 400), r = this.component.data.boxes.filter(({ index: e }) => e !== void 0), i = L(r.map(({ box: e }) => e), [t, n]);
		return i === null ? void 0 : r[i].index;
	}
	#A(e) {
		let t = this.component.data.boxes.find((t) => t.index === e);
		if (t === void 0 || this.#P()) return;
		let [n, r, i, a] = t.box.map((e) => e * 400 / 100);
		this.#w(y(this.#S.strokes, [
			n,
			r,
			i,
			a
		]));
	}
	#j(e) {
		e.preventDefault(), this.#d.setPointerCapture(e.pointerId);
		let t = this.#S.strokes, { left: n, top: r, width: i } = this.#d.getBoundingClientRect(), a = (e) => [(e.clientX - n) * 400 / i, (e.clientY - r) * 400 / i], o = a(e), s = (e) => {
			let n = a(e), r = t;
			t = ne(t, {
				width: 0,
				points: [
					...o,
					1,
					...n,
					1
				]
			}), o = n, t !== r && this.#c?.show(t, this.#o);
		}, c = new AbortController(), l = { signal: c.signal };
		s(e), this.#d.addEventListener("pointermove", (e) => {
			for (let t of e.getCoalescedEvents?.() ?? [e]) s(t);
		}, l);
		for (let e of ["pointerup", "pointercancel"]) this.#d.addEventListener(e, () => {
			c.abort(), this.#w(t);
		}, l);
	}
	#M() {
		let { id: e, strokes: t } = this.component.data.open;
		e !== this.#r && (this.#r = e, this.#N(t.map(Y)));
	}
	#N(e) {
		if (e.length === 0) return;
		let n = ++this.#t, r = Array.from({ length: e.length + 1 }, (e, t) => t);
		this.#T(r.reduce((r, i) => t(r, {
			id: n,
			strokes: e.slice(0, i)
		}), this.#e));
	}
	#P() {
		return this.component.data.revision !== this.#n;
	}
	#F() {
		let { boxes: e, covered: t, texts: n } = this.component.data, r = this.#S.strokes.length === 0, i = T("div");
		O(this.#u, r ? [] : e), k(i, r ? [] : t, {
			width: 400,
			height: 400
		}, R(n)("common.covered"), () => this.component.setTriggerValue("uncover", !0)), this.#u.append(...i.children), this.#u.classList.toggle("stale", this.#P());
	}
}, $ = null;
function de(e) {
	$ ??= new ue(e), $.update(e);
}
export { de as default };
