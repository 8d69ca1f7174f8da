// src/ink/strokes.ts
var e = {
	min: 2,
	max: 40,
	default: 14
}, t = 2e5, n = 1e6, r = 400, i = class extends Error {
	reason;
	constructor(e) {
		super(e), this.reason = e;
	}
};
async function a(e) {
	if (!e.startsWith("#d1=")) throw new i("foreign");
	if (e.length > t) throw new i("long");
	let [r, ...a] = e.slice(4).split("&"), c;
	try {
		let e = atob(r.replaceAll("-", "+").replaceAll("_", "/"));
		c = await l(Uint8Array.from(e, (e) => e.charCodeAt(0)), new DecompressionStream("deflate-raw"), n);
	} catch (e) {
		throw e instanceof i ? e : new i("damaged");
	}
	return {
		drawing: s(c),
		thresholds: o(a)
	};
}
function o(e) {
	let t = {};
	for (let [, n, r] of e.map((e) => /^(score|iou)=([\d.]+)$/.exec(e) ?? [])) {
		let e = Number(r);
		c(e >= 0 && e <= 1), t[n] = e;
	}
	return t;
}
function s(t) {
	let n = 0, a = () => {
		let e = 0;
		for (let r = 1;; r *= 128) {
			if (n >= t.length || r > 2 ** 28) throw new i("damaged");
			let a = t[n++];
			if (e += a % 128 * r, a < 128) return e;
		}
	}, o = [];
	for (; n < t.length;) {
		let n = a() / 8, i = a();
		c(n >= e.min && n <= e.max && i > 0 && i <= t.length);
		let s = [];
		for (let e = 0; e < i * 3; e++) {
			let t = a(), n = t % 2 ? -(t + 1) / 2 : t / 2;
			s.push((s[e - 3] ?? 0) + n / 8);
		}
		for (let e = 0; e < s.length; e += 3) {
			let [t, n, i] = s.slice(e, e + 3);
			c([t, n].every((e) => e >= -r && e <= 400 + r)), c(i > 0 && i <= 2);
		}
		o.push({
			width: n,
			points: s
		});
	}
	return o;
}
function c(e) {
	if (!e) throw new i("empty");
}
async function l(e, t, n) {
	let r = new Blob([e]).stream().pipeThrough(t).getReader(), a = [], o = 0;
	for (;;) {
		let { done: e, value: t } = await r.read();
		if (e) break;
		if (a.push(t), (o += t.length) > n) throw await r.cancel(), new i("long");
	}
	return new Uint8Array(await new Blob(a).arrayBuffer());
}
// src/ui/dom.ts
function u(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function d(e, t, n = "") {
	let r = u("button", n, e);
	return r.type = "button", r.onclick = t, r;
}
function f(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function p(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/boxes.ts
var m = 2;
function h(e, t) {
	let n = t.map((e) => b(y("box", e, ""), e.box)), r = t.map((e) => y("tag", e, e.text));
	e.replaceChildren(...n.reverse(), ...r);
	let { clientWidth: i, clientHeight: a } = e, o = [], s = r.map((e) => ({
		width: e.offsetWidth,
		height: e.offsetHeight
	}));
	for (let [e, n] of r.entries()) {
		let r = v(t[e].box, x(s[e], {
			width: i,
			height: a
		}), o);
		o.push(r), n.style.left = `${r[0]}%`, n.style.top = `${r[1]}%`;
	}
}
function g(e, t, n, r, i) {
	e.replaceChildren(...t.map((e) => b(d(r, i, "cover"), _(e, n))));
}
function _([e, t, n, r], { width: i, height: a }) {
	let o = Math.max(i, a), [s, c] = [m * o / i, m * o / a];
	return [
		e - s,
		t - c,
		n + s,
		r + c
	];
}
function v(e, t, n) {
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
	return a.find((e) => !n.some((t) => S(e, t))) ?? a[0] ?? i[0];
}
function y(e, { colour: t, textColour: n, line: r, leftOut: i, chosen: a }, o) {
	let s = u("div", e, o);
	return s.classList.toggle("left-out", i ?? !1), s.classList.toggle("chosen", a ?? !1), s.ariaHidden = "true", p(s, {
		colour: t,
		textColour: n,
		line: r
	}), s;
}
function b(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
function x(e, t) {
	return {
		width: 100 * e.width / t.width,
		height: 100 * e.height / t.height
	};
}
function S(e, t) {
	return e[0] < t[2] && t[0] < e[2] && e[1] < t[3] && t[1] < e[3];
}
// src/ui/texts.ts
function C(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function w(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = u("div", "digit-detector");
	return e.append(n), n;
}
// src/streamlit/data.ts
var T = "digit-detector:fix", E = "digit-detector:rewrite", D = "digit-detector:drawing", O = ".dc-toolbar [aria-label=\"Update the app with this drawing\"]", k = "#000000", A = .01, j = 8, M = {
	fillColor: k,
	strokeColor: k,
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
}, N = class e {
	host;
	render;
	onStroke;
	#e = [];
	#t = {
		...F([]),
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
			...F(e),
			load: this.#t.load + 1
		}, this.#n = !0), this.render({
			data: {
				...M,
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
		this.host.querySelector(O)?.click();
	}
	#r({ objects: e }) {
		if (this.#n) this.#n = e.length !== this.#e.length;
		else for (let t of e.slice(this.#e.length)) {
			let e = P(t);
			this.#e = [...this.#e, e], this.onStroke(e);
		}
	}
};
function P({ path: e, strokeWidth: t }) {
	let n = e.filter(([e]) => e === "Q").map(([, e, t]) => [e, t]), r = e.at(-1)?.slice(-2), i = (e) => Math.round((e ?? 0) * j) / j;
	return {
		width: t,
		points: [...n, r].flat().map(i)
	};
}
function F(e) {
	return {
		objects: e.map(({ width: e, points: t }) => {
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
				(t.at(-2) ?? 0) + A,
				t.at(-1) ?? 0
			]), {
				type: "Path",
				path: n,
				fill: null,
				stroke: k,
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
var I = {
	"ctrl+z": "undo",
	"ctrl+y": "redo",
	"ctrl+shift+z": "redo",
	delete: "clear",
	e: "erase"
}, L = {
	undo: "Control+Z",
	redo: "Control+Y",
	clear: "Delete",
	erase: "E"
}, R = [
	"undo",
	"redo",
	"clear",
	"erase"
], z = 14, B = 4, V = 8, H = class {
	component;
	#e = [];
	#t = [];
	#n = {
		id: 0,
		strokes: []
	};
	#r = 0;
	#i = 0;
	#a = -1;
	#o = z;
	#s = !1;
	#c = null;
	#l = u("div");
	#u = u("div", "boxes");
	#d = u("div", "eraser");
	#f = u("div", "tools");
	#p;
	#m = u("input");
	#h = u("i");
	constructor(e) {
		this.component = e;
		let t = R.map((e) => [e, d("", () => this.#x(e))]);
		for (let [e, n] of t) n.setAttribute("aria-keyshortcuts", L[e]);
		this.#p = Object.fromEntries(t), this.#p.erase.ariaPressed = "false";
		let n = u("label", "pen");
		n.append(this.#h, this.#m), this.#f.role = "group", this.#f.append(...Object.values(this.#p), n), this.#l.append(u("div", "canvas-root")), this.#v(), this.#y(), this.#g();
	}
	update(e) {
		this.component = e;
		let t = w(e.parentElement);
		this.#l.parentElement !== t && t.replaceChildren(this.#l, this.#f);
		let n = C(e.data.texts);
		for (let e of R) {
			let t = this.#p[e];
			f(t, n(`common.${e}`)), t.title = e === "erase" ? n("common.eraseHelp") : `${t.textContent} (${L[e]})`;
		}
		this.#f.ariaLabel = n("common.tools"), this.#m.ariaLabel = n("common.penWidth"), this.#c !== null && (this.#c.surface.ariaLabel = n("common.canvas"), this.#A(), this.#N());
	}
	async #g() {
		this.#c = await N.create(this.component.data.module, this.#l, (e) => this.#E(e)), this.#c.show([], this.#o), this.#c.frame.append(this.#u, this.#d), this.#c.surface.role = "img", this.update(this.component), await this.#_();
	}
	async #_() {
		let { hash: e } = location;
		if (e.startsWith("#d1=")) {
			history.replaceState(history.state, "", location.pathname + location.search);
			try {
				this.#j((await a(e)).drawing.map(W));
			} catch (e) {
				if (!(e instanceof i)) throw e;
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
			this.#o = Number(e.value), t(), this.#c?.show(this.#n.strokes, this.#o);
		};
	}
	#y() {
		for (let e of ["mouseup", "touchend"]) window.addEventListener(e, () => setTimeout(() => this.#c?.send()));
		document.addEventListener("keydown", (e) => this.#b(e)), document.addEventListener(E, (e) => this.#O(e.detail.index)), document.addEventListener(D, (e) => {
			this.#l.isConnected && (e.detail.drawing = this.#n.strokes.map(U));
		}), this.#d.addEventListener("pointerdown", (e) => this.#k(e));
	}
	#b(e) {
		if (!this.#l.isConnected || document.querySelector(".st-key-correction")) return;
		let t = e.composedPath()[0];
		if (t.isContentEditable || t.matches?.("input:not([type=range]), textarea")) return;
		let n = I[(e.ctrlKey || e.metaKey ? "ctrl+" : "") + (e.shiftKey ? "shift+" : "") + e.key.toLowerCase()];
		n !== void 0 && (e.preventDefault(), this.#x(n));
	}
	#x(e) {
		e === "undo" ? this.#S(this.#e, this.#t) : e === "redo" ? this.#S(this.#t, this.#e) : e === "clear" ? this.#C() : (this.#s = !this.#s, this.#p.erase.ariaPressed = String(this.#s), this.#d.classList.toggle("active", this.#s));
	}
	#S(e, t) {
		let n = e.pop();
		n !== void 0 && (t.push(this.#n), this.#n = n, this.#T());
	}
	#C() {
		this.#n.strokes.length !== 0 && this.#w({
			id: ++this.#r,
			strokes: []
		});
	}
	#w(e) {
		this.#e.push(this.#n), this.#t = [], this.#n = e, this.#T();
	}
	#T() {
		this.#c?.show(this.#n.strokes, this.#o), this.#i++, this.#N();
		let { id: e, strokes: t } = this.#n;
		this.component.setStateValue("drawing", {
			revision: this.#i,
			sheet: e,
			strokes: t
		});
	}
	#E(e) {
		let t = this.#D(e);
		t === void 0 ? this.#w({
			id: this.#n.id,
			strokes: [...this.#n.strokes, e]
		}) : (this.#c?.show(this.#n.strokes, this.#o), document.dispatchEvent(new CustomEvent(T, { detail: { index: t } })));
	}
	#D({ points: e }) {
		let [t = 0, n = 0] = e;
		if (e.every((e, r) => Math.abs(e - (r % 2 ? n : t)) <= B) && !this.#M()) return this.component.data.boxes.filter(({ box: [e, r, i, a], index: o }) => o !== void 0 && t >= G(e) && t <= G(i) && n >= G(r) && n <= G(a)).sort((e, t) => K(e.box) - K(t.box))[0]?.index;
	}
	#O(e) {
		let t = this.component.data.boxes.find((t) => t.index === e);
		if (t === void 0 || this.#M()) return;
		let n = this.#n.strokes.map((e) => q(e, t.box)), r = Math.min(.6, Math.max(...n)), i = this.#n.strokes.filter((e, t) => (n[t] ?? 0) < r || r === 0);
		i.length < this.#n.strokes.length && this.#w({
			id: this.#n.id,
			strokes: i
		});
	}
	#k(e) {
		e.preventDefault(), this.#d.setPointerCapture(e.pointerId);
		let t = this.#n.strokes, { left: n, top: r, width: i } = this.#d.getBoundingClientRect(), a = (e) => [(e.clientX - n) * 400 / i, (e.clientY - r) * 400 / i], [o, s] = a(e), c = (e) => {
			let [n, r] = a(e), i = Math.ceil(Math.hypot(n - o, r - s) / V) || 1, c = t.length;
			for (let e = 1; e <= i; e++) {
				let [a, c] = [o + (n - o) * e / i, s + (r - s) * e / i];
				t = t.filter((e) => J(e, a, c) > e.width / 2 + V);
			}
			[o, s] = [n, r], t.length < c && this.#c?.show(t, this.#o);
		}, l = new AbortController(), u = { signal: l.signal };
		c(e), this.#d.addEventListener("pointermove", (e) => {
			for (let t of e.getCoalescedEvents?.() ?? [e]) c(t);
		}, u);
		for (let e of ["pointerup", "pointercancel"]) this.#d.addEventListener(e, () => {
			l.abort(), t.length < this.#n.strokes.length && this.#w({
				id: this.#n.id,
				strokes: t
			});
		}, u);
	}
	#A() {
		let { id: e, strokes: t } = this.component.data.open;
		e !== this.#a && (this.#a = e, this.#j(t));
	}
	#j(e) {
		if (e.length === 0) return;
		let t = ++this.#r;
		this.#e.push(this.#n);
		for (let n = 0; n < e.length; n++) this.#e.push({
			id: t,
			strokes: e.slice(0, n)
		});
		this.#t = [], this.#n = {
			id: t,
			strokes: e
		}, this.#T();
	}
	#M() {
		return this.component.data.revision !== this.#i;
	}
	#N() {
		let { boxes: e, covered: t, texts: n } = this.component.data, r = this.#n.strokes.length === 0, i = u("div");
		h(this.#u, r ? [] : e), g(i, r ? [] : t, {
			width: 400,
			height: 400
		}, C(n)("common.covered"), () => this.component.setTriggerValue("uncover", !0)), this.#u.append(...i.children), this.#u.classList.toggle("stale", this.#M());
	}
};
function U({ width: e, points: t }) {
	return {
		width: e,
		points: t.flatMap((e, t) => t % 2 ? [e, 1] : [e])
	};
}
function W({ width: e, points: t }) {
	return {
		width: e,
		points: t.filter((e, t) => t % 3 < 2)
	};
}
function G(e) {
	return e * 400 / 100;
}
function K([e, t, n, r]) {
	return (n - e) * (r - t);
}
function q({ points: e }, [t, n, r, i]) {
	let a = 0;
	for (let o = 0; o < e.length; o += 2) {
		let [s = 0, c = 0] = e.slice(o, o + 2);
		s >= G(t) && s <= G(r) && c >= G(n) && c <= G(i) && a++;
	}
	return 2 * a / e.length;
}
function J({ points: e }, t, n) {
	let r = Infinity;
	for (let i = 0; i < e.length; i += 2) {
		let [a = 0, o = 0, s = a, c = o] = e.slice(i, i + 4), [l, u] = [s - a, c - o], d = l || u ? Math.min(Math.max(((t - a) * l + (n - o) * u) / (l * l + u * u), 0), 1) : 0;
		r = Math.min(r, Math.hypot(t - a - d * l, n - o - d * u));
	}
	return r;
}
var Y = null;
function X(e) {
	Y ??= new H(e), Y.update(e);
}
export { X as default };
