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
};
function a({ points: e }) {
	return Array.from({ length: e.length / 3 }, (t, n) => [e[3 * n], e[3 * n + 1]]);
}
var o = 2e5, s = 1e6, c = 100, l = 1e3, u = class extends Error {
	reason;
	constructor(e) {
		super(e), this.reason = e;
	}
};
async function d(e) {
	if (!e.startsWith("#d1=")) throw new u("foreign");
	if (e.length > o) throw new u("long");
	let [t, ...n] = e.slice(4).split("&"), r = (e) => e.startsWith("fix="), i;
	try {
		let e = atob(t.replaceAll("-", "+").replaceAll("_", "/"));
		i = await m(Uint8Array.from(e, (e) => e.charCodeAt(0)), new DecompressionStream("deflate-raw"), s);
	} catch (e) {
		throw e instanceof u ? e : new u("damaged");
	}
	return {
		drawing: te(i),
		thresholds: f(n.filter((e) => !r(e))),
		corrections: ee(n.filter(r))
	};
}
function ee(e) {
	return p(e.length <= c), e.map((e) => {
		let [, t, n] = /^fix=([a-z0-9]{1,16})((?:,\d{1,4}){4})$/.exec(e) ?? [];
		p(t !== void 0);
		let [r, i, a, o] = n.split(",").slice(1).map((e) => Number(e) / l);
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
			p([t, n].every((e) => e >= -400 && e <= 800)), p(r > 0 && r <= 2);
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
async function m(e, t, n) {
	let r = new Blob([e]).stream().pipeThrough(t).getReader(), i = [], a = 0;
	for (;;) {
		let { done: e, value: t } = await r.read();
		if (e) break;
		if (i.push(t), (a += t.length) > n) throw await r.cancel(), new u("long");
	}
	return new Uint8Array(await new Blob(i).arrayBuffer());
}
// src/numbers.ts
function h(e, t, n) {
	return Math.min(Math.max(e, t), n);
}
// src/ink/pen.ts
var ne = 1e3, re = .25, ie = class {
	element;
	width;
	listener;
	#e = null;
	#t = "";
	#n = [];
	#r = 0;
	#i = -Infinity;
	#a = null;
	constructor(e, t, n) {
		this.element = e, this.width = t, this.listener = n, e.addEventListener("pointerdown", (e) => this.#o(e)), window.addEventListener("pointermove", (e) => this.#s(e)), window.addEventListener("pointerup", (e) => this.#c(e)), window.addEventListener("pointercancel", (e) => e.pointerId === this.#e && this.#l()), e.addEventListener("wheel", (e) => this.isDown && e.preventDefault(), { passive: !1 });
		for (let e of ["scroll", "resize"]) addEventListener(e, () => this.#a = null, {
			capture: !0,
			passive: !0
		});
		e.addEventListener("touchstart", (e) => g(e) || e.preventDefault(), { passive: !1 });
	}
	get isDown() {
		return this.#e !== null;
	}
	#o(e) {
		if (!(e.button !== 0 || g(e))) {
			if (e.pointerType === "pen") this.#i = e.timeStamp, this.#t === "touch" && this.isDown && this.#l();
			else if (e.pointerType === "touch" && e.timeStamp - this.#i < ne) return;
			this.isDown || (e.preventDefault(), this.element.setPointerCapture(e.pointerId), this.#e = e.pointerId, this.#t = e.pointerType, this.#a = null, this.#n = [], this.#r = this.width(), this.#d(e), this.listener.changed(this.#u()));
		}
	}
	#s(e) {
		if (e.pointerType === "pen" && (this.#i = e.timeStamp), e.pointerId !== this.#e) return;
		let t = e.getCoalescedEvents?.() ?? [];
		for (let n of t.length > 0 ? t : [e]) this.#d(n);
		this.listener.changed(this.#u());
	}
	#c(e) {
		e.pointerId === this.#e && (this.#e = null, this.listener.finished(this.#u()));
	}
	#l() {
		this.#e = null, this.listener.cancelled();
	}
	#u() {
		return {
			width: this.#r,
			points: this.#n
		};
	}
	#d(e) {
		this.#a ??= this.element.getBoundingClientRect();
		let t = _(e.clientX - this.#a.x, this.#a.width), n = _(e.clientY - this.#a.y, this.#a.height), r = this.#n.length - 3;
		if (r >= 0 && Math.hypot(t - this.#n[r], n - this.#n[r + 1]) < re) return;
		let i = e.pointerType === "pen" && e.pressure > 0 ? .4 + 1.2 * e.pressure : 1;
		this.#n.push(t, n, v(i));
	}
};
function g(e) {
	return e.target instanceof Element && e.target.closest("button, .fix") !== null;
}
function _(e, t) {
	return v(h(e * 400 / t, -400, 800));
}
function v(e) {
	return Math.round(e * 8) / 8;
}
// src/ink/selection.ts
var y = 4, b = 6, x = 8;
function S(e) {
	let [t, ...n] = a(e);
	return n.every(([e, n]) => Math.hypot(e - t[0], n - t[1]) <= y);
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
	let n = e.filter((e) => !le(t, e));
	return n.length === e.length ? e : n;
}
function se(e, [t, n, r, i]) {
	let a = [
		t - x,
		n - x,
		r + x,
		i + x
	], o = e.map((e) => ce(e, a)), s = Math.max(0, ...o);
	return s === 0 ? e : e.filter((e, t) => s > .5 ? o[t] <= .5 : o[t] < s);
}
function ce(e, [t, n, r, i]) {
	let o = a(e);
	return o.filter(([e, a]) => e >= t && e <= r && a >= n && a <= i).length / o.length;
}
function le(e, t) {
	let n = b + t.width / 2, r = a(t);
	return a(e).some((e, t, i) => r.some((a, o) => ue(e, i[t + 1] ?? e, a, r[o + 1] ?? a) <= n));
}
function ue(e, t, n, r) {
	return C(e, t, n) * C(e, t, r) < 0 && C(n, r, e) * C(n, r, t) < 0 ? 0 : Math.min(w(e, n, r), w(t, n, r), w(n, e, t), w(r, e, t));
}
function C([e, t], [n, r], [i, a]) {
	return (n - e) * (a - t) - (r - t) * (i - e);
}
function w([e, t], [n, r], [i, a]) {
	let [o, s] = [i - n, a - r], c = h(((e - n) * o + (t - r) * s) / (o * o + s * s || 1), 0, 1);
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
function de({ ctrlKey: e, metaKey: t, shiftKey: n, key: r }) {
	return (e || t ? "ctrl+" : "") + (n ? "shift+" : "") + r.toLowerCase();
}
function D(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function fe(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line);
}
// src/ui/objects.ts
function pe(e) {
	return e > 0 && e < .005 ? "<1%" : `${Math.round(e * 100)}%`;
}
// src/ui/boxes.ts
var O = 2, k = .12;
function A(e, t) {
	return e.filter(({ covered: e }) => !e).sort((e, t) => t.top[0].score - e.top[0].score).map((n) => {
		let r = `${n.name} ${n.corrected ? "✓" : pe(n.top[0].score)}`;
		return {
			...n,
			text: r,
			chosen: n === e[t ?? -1]
		};
	});
}
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
	return e.reduce((e, { width: t, height: n }) => e + t * n, 0) > k * 100 * 100;
}
function P(e, t, n, r, i) {
	e.replaceChildren(...t.map((e) => R(E(r, i, "cover"), F(e, n))));
}
function F([e, t, n, r], { width: i, height: a }) {
	let o = Math.max(i, a), [s, c] = [O * o / i, O * o / a];
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
function L(e, t, n) {
	let r = T("div", e, n);
	return r.classList.toggle("left-out", t.leftOut ?? !1), r.classList.toggle("chosen", t.chosen ?? !1), r.ariaHidden = "true", fe(r, t), r;
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
// src/detect/detections.ts
function V([e, t, n, r]) {
	return (n - e) * (r - t);
}
// src/ui/geometry.ts
function me(e, [t, n]) {
	return [...e.entries()].filter(([, [e, r, i, a]]) => t >= e && t <= i && n >= r && n <= a).sort(([, e], [, t]) => V(e) - V(t))[0]?.[0] ?? null;
}
// src/ui/texts.ts
function he(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/ui/tools.ts
var ge = {
	"ctrl+z": "undo",
	"ctrl+y": "redo",
	"ctrl+shift+z": "redo",
	e: "erase"
}, H = [
	"undo",
	"redo",
	"erase",
	"clear"
], U = {
	undo: "Control+Z",
	redo: "Control+Y",
	erase: "E",
	clear: "Delete"
}, _e = {
	undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
	redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
	erase: "m8 20-4-4a2 2 0 0 1 0-3l9-9a2 2 0 0 1 3 0l4 4a2 2 0 0 1 0 3l-9 9Zm0 0h12M9 9l7 7",
	clear: "M4 7h16M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3"
}, W = "http://www.w3.org/2000/svg", ve = class {
	#e;
	#t;
	#n = T("input");
	#r = T("i");
	constructor(e, { press: t, widen: n }) {
		this.#e = e, e.role = "group";
		let r = H.map((e) => [e, ye(e, () => t(e))]);
		this.#t = Object.fromEntries(r), Object.assign(this.#n, {
			type: "range",
			id: "pen",
			min: i.min,
			max: i.max
		}), this.#n.oninput = () => n(this.#n.valueAsNumber);
		let a = T("label", "pen"), o = T("span", "nib");
		o.append(this.#r), a.append(o, this.#n);
		let { undo: s, redo: c, erase: l, clear: u } = this.#t;
		e.replaceChildren(s, c, l, a, u);
	}
	show({ enabled: e, isErasing: t, penWidth: n }, r) {
		this.#e.ariaLabel = r("common.tools");
		for (let t of H) {
			let n = this.#t[t], i = r(`common.${t}`);
			D(n.lastElementChild, i), n.title = t === "erase" ? r("common.eraseHelp") : `${i} (${U[t]})`, n.disabled = !e[t];
		}
		this.#t.erase.ariaPressed = String(t), this.#n.ariaLabel = this.#n.title = r("common.penWidth"), this.#n.value = String(n), this.#r.style.setProperty("--width", String(n));
	}
};
function ye(e, t) {
	let n = E("", t);
	n.id = e, n.setAttribute("aria-keyshortcuts", U[e]);
	let r = document.createElementNS(W, "svg");
	r.setAttribute("viewBox", "0 0 24 24"), r.ariaHidden = "true";
	let i = document.createElementNS(W, "path");
	return i.setAttribute("d", _e[e]), r.append(i), n.append(r, T("span")), n;
}
// src/streamlit/component.ts
function be(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function xe(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let n = T("div", "digit-detector");
	return e.append(n), n;
}
var G = "digit-detector:fix", Se = "digit-detector:chosen", Ce = "digit-detector:rewrite", we = "digit-detector:drawing", Te = ".dc-toolbar [aria-label=\"Update the app with this drawing\"]", K = -4e3, q = "#000000", Ee = .01, J = 8, De = {
	fillColor: q,
	strokeColor: q,
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
}, Oe = class e {
	host;
	render;
	onStroke;
	#e = [];
	#t = {
		...Z([]),
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
			...Z(e),
			load: this.#t.load + 1
		}, this.#n = !0), this.render({
			data: {
				...De,
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
		this.#i("mouseup", t, n), this.#r = 0, setTimeout(() => this.host.querySelector(Te)?.click());
	}
	abandon() {
		this.#i("mousedown", K, K), this.#i("mouseup", K, K), this.#r = 0;
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
		let t = e.filter(({ path: [[, e]] }) => e > K / 2);
		if (this.#n) this.#n = t.length !== this.#e.length;
		else for (let e of t.slice(this.#e.length)) {
			let t = ke(e);
			this.#e = [...this.#e, t], this.onStroke(t);
		}
	}
};
function Y({ width: e, points: t }) {
	return {
		width: e,
		points: t.filter((e, t) => t % 3 < 2)
	};
}
function X({ width: e, points: t }) {
	return {
		width: e,
		points: t.flatMap((e, t) => t % 2 ? [e, 1] : [e])
	};
}
function ke({ path: e, strokeWidth: t }) {
	let n = e.filter(([e]) => e === "Q").map(([, e, t]) => [e, t]), r = e.at(-1)?.slice(-2), i = (e) => Math.round((e ?? 0) * J) / J;
	return X({
		width: t,
		points: [...n, r].flat().map(i)
	});
}
function Z(e) {
	return {
		objects: e.map(Y).map(({ width: e, points: t }) => {
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
				(t.at(-2) ?? 0) + Ee,
				t.at(-1) ?? 0
			]), {
				type: "Path",
				path: n,
				fill: null,
				stroke: q,
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
var Ae = 5e3, je = 24, Q = class {
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
	#u = null;
	#d = T("div");
	#f = T("div", "boxes");
	#p = T("div", "pad");
	#m;
	#h = T("div", "tools");
	#g = T("p");
	#_;
	constructor(e) {
		this.component = e, this.#_ = new ve(this.#h, {
			press: (e) => this.#S(e),
			widen: (e) => {
				this.#o = e, this.#u?.show(this.#T.strokes, e), this.#C();
			}
		}), this.#g.role = "alert", this.#d.append(T("div", "canvas-root")), this.#m = this.#b(), this.#v();
	}
	update(e) {
		this.component = e;
		let t = xe(e.parentElement);
		this.#d.parentElement !== t && t.replaceChildren(this.#d, this.#h, this.#g), this.#C(), this.#u !== null && (this.#u.surface.ariaLabel = this.#w("common.canvas"), this.#A(), this.#F(), this.#R());
	}
	async #v() {
		this.#u = await Oe.create(this.component.data.module, this.#d, (e) => this.#j(e)), this.#u.show([], this.#o), this.#u.frame.append(this.#f, this.#p), this.#u.surface.role = "img", this.update(this.component), await this.#y();
	}
	async #y() {
		let { hash: e } = location;
		if (e.startsWith("#d1=")) {
			history.replaceState(history.state, "", location.pathname + location.search);
			try {
				this.#I((await d(e)).drawing);
			} catch (e) {
				if (!(e instanceof u)) throw e;
				let t = this.#w(`common.link.${e.reason}`);
				D(this.#g, this.#w("common.linkBroken", { reason: t }));
			}
		}
	}
	#b() {
		return document.addEventListener("keydown", (e) => this.#x(e)), document.addEventListener(Ce, (e) => this.#N(e.detail.index)), document.addEventListener(Se, (e) => {
			this.#l = e.detail.index, this.#R();
		}), document.addEventListener(we, (e) => {
			this.#d.isConnected && (e.detail.drawing = this.#T.strokes);
		}), new ie(this.#p, () => this.#o, {
			changed: (e) => this.#s ? this.#P(e, !1) : this.#u?.draw(e),
			finished: (e) => this.#s ? this.#P(e, !0) : this.#u?.finish(e),
			cancelled: () => this.#s ? this.#P(null, !1) : this.#u?.abandon()
		});
	}
	#x(e) {
		if (!this.#d.isConnected || document.querySelector(".st-key-correction")) return;
		let t = e.composedPath()[0];
		if (t.isContentEditable || t.matches?.("input:not([type=range]), textarea")) return;
		let n = de(e), r = ge[n], i = this.#l;
		if (r) this.#S(r);
		else if (n === "delete" && i !== null) this.#N(i);
		else if (n === "delete") this.#S("clear");
		else if (n === "escape" && i !== null) document.dispatchEvent(new CustomEvent(G, { detail: { index: null } }));
		else return;
		e.preventDefault();
	}
	#S(e) {
		this.#m.isDown || (e === "undo" ? this.#O(n(this.#e)) : e === "redo" ? this.#O(r(this.#e)) : e === "clear" ? this.#E() : (this.#s = !this.#s, this.#p.classList.toggle("erasing", this.#s)), this.#C());
	}
	#C() {
		let { past: e, present: t, future: n } = this.#e, r = t.strokes.length > 0, i = {
			undo: e.length > 0,
			redo: n.length > 0,
			erase: r || this.#s,
			clear: r
		};
		this.#_.show({
			enabled: i,
			isErasing: this.#s,
			penWidth: this.#o
		}, this.#w);
	}
	get #w() {
		return he(this.component.data.texts);
	}
	get #T() {
		return this.#e.present;
	}
	#E() {
		this.#T.strokes.length > 0 && this.#O(t(this.#e, {
			id: ++this.#t,
			strokes: []
		}));
	}
	#D(e) {
		e !== this.#T.strokes && this.#O(t(this.#e, {
			id: this.#T.id,
			strokes: e
		}));
	}
	#O(e) {
		e.present !== this.#T && (this.#e = e, this.#n++, this.#k(), this.#u?.show(this.#T.strokes, this.#o), D(this.#g, ""), this.#R(), this.#C());
	}
	#k(e = je) {
		clearTimeout(this.#a);
		let t = () => {
			this.#L() && this.#d.isConnected && this.#k(e - 1);
		};
		e > 0 && (this.#a = window.setTimeout(t, Ae));
		let { id: n, strokes: r } = this.#T;
		this.component.setStateValue("drawing", {
			revision: this.#n,
			sheet: n,
			strokes: r.map(Y)
		});
	}
	#A() {
		let { session: e } = this.component.data;
		e !== this.#i && (this.#i = e, this.#T.strokes.length !== 0 && (this.#n++, this.#k()));
	}
	#j(e) {
		let t = this.#M(e);
		t === void 0 ? this.#D([...this.#T.strokes, e]) : (this.#u?.show(this.#T.strokes, this.#o), document.dispatchEvent(new CustomEvent(G, { detail: { index: t } })));
	}
	#M(e) {
		if (!S(e) || this.#L()) return;
		let [t, n] = e.points.map((e) => 100 * e / 400), { objects: r } = this.component.data, i = r.filter(({ covered: e }) => !e), a = me(i.map(({ box: e }) => e), [t, n]);
		return a === null ? void 0 : r.indexOf(i[a]);
	}
	#N(e) {
		let t = this.component.data.objects.at(e);
		if (t === void 0 || this.#L() || this.#m.isDown) return;
		let [n, r, i, a] = t.box.map((e) => e * 400 / 100);
		this.#D(se(this.#T.strokes, [
			n,
			r,
			i,
			a
		]));
	}
	#P(e, t) {
		this.#c = e && ae(this.#c ?? {
			kept: this.#T.strokes,
			seen: 0
		}, e);
		let n = this.#c?.kept ?? this.#T.strokes;
		this.#u?.show(n, this.#o), t && (this.#c = null, this.#D(n));
	}
	#F() {
		let { id: e, strokes: t } = this.component.data.open;
		e !== this.#r && (this.#r = e, this.#I(t.map(X)));
	}
	#I(e) {
		if (e.length === 0) return;
		let n = ++this.#t, r = Array.from({ length: e.length + 1 }, (e, t) => t);
		this.#O(r.reduce((r, i) => t(r, {
			id: n,
			strokes: e.slice(0, i)
		}), this.#e));
	}
	#L() {
		return this.component.data.revision !== this.#n;
	}
	#R() {
		let { objects: e, leftOut: t } = this.component.data, n = this.#T.strokes.length === 0, r = T("div"), i = n ? [] : e.filter((e) => e.covered).map(({ box: e }) => e), a = [...A(e, this.#l), ...t.map((e) => ({
			...e,
			leftOut: !0
		}))];
		j(this.#f, n ? [] : a), P(r, i, {
			width: 400,
			height: 400
		}, this.#w("common.covered"), () => this.component.setTriggerValue("uncover", !0)), this.#f.append(...r.children), this.#f.classList.toggle("stale", this.#L());
	}
}, $ = null;
function Me(e) {
	$ ??= new Q(e), $.update(e);
}
var Ne = be(Me);
export { Ne as default };
