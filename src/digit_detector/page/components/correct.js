// src/detect/detections.ts
function e([e, t, n, r]) {
	return (n - e) * (r - t);
}
// src/ui/dom.ts
function t(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function n(e, n, r = "") {
	let i = t("button", r, e);
	return i.type = "button", i.onclick = n, i;
}
function r(e, t) {
	e.textContent !== t && (e.textContent = t);
}
function i(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line);
}
// src/ui/boxes.ts
function a(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
// src/numbers.ts
function o(e, t, n) {
	return Math.min(Math.max(e, t), n);
}
// src/ui/geometry.ts
var s = [
	[-1, -1],
	[1, -1],
	[-1, 1],
	[1, 1]
];
function c([e, t], [n, r]) {
	return [
		Math.min(e, n),
		Math.min(t, r),
		Math.max(e, n),
		Math.max(t, r)
	];
}
function l([e, t, n, r], [i, a], { width: s, height: c }) {
	let [l, u] = [o(i, -e, s - n), o(a, -t, c - r)];
	return [
		e + l,
		t + u,
		n + l,
		r + u
	];
}
function u(e, t, [n, r], i) {
	let { width: a, height: o, least: s } = i, [c, l] = d(e[0], e[2], t[0], n, a, s), [u, f] = d(e[1], e[3], t[1], r, o, s);
	return [
		c,
		u,
		l,
		f
	];
}
function d(e, t, n, r, i, a) {
	return n < 0 ? [o(e + r, 0, t - a), t] : [e, o(t + r, e + a, i)];
}
// src/ui/result.ts
function f(e, t, r) {
	return e.map((e) => {
		let i = n(e.name, () => r(e.label));
		return i.ariaPressed = String(e.label === t), i;
	});
}
// src/ui/editor.ts
var p = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, -1],
	ArrowDown: [0, 1]
}, m = {
	colour: "#16191d",
	textColour: "#ffffff",
	line: "dashed"
}, h = class {
	#e;
	#t;
	#n = t("p", "help");
	#r = t("div", "picture");
	#i = t("div", "classes");
	#a;
	#o;
	#s;
	#c;
	#l = null;
	constructor(e, r, i, a) {
		this.#e = r, this.#t = i;
		let { boxes: o } = r;
		this.#c = {
			boxes: o,
			chosen: o.length === 1 ? 0 : null,
			adding: o.length === 0
		};
		let s = t("img");
		s.src = r.picture, s.alt = i("common.editor.picture"), Object.assign(this.#r, {
			role: "group",
			ariaLabel: i("common.editor.boxes")
		}), this.#r.style.aspectRatio = `${r.width} / ${r.height}`, this.#r.append(s), this.#i.append(...f(r.classes, null, (e) => this.#_({ label: e }))), Object.assign(this.#i, {
			role: "group",
			ariaLabel: i("common.editor.chosen")
		}), this.#a = n(i("common.editor.add"), ({ detail: e }) => this.#d(e === 0)), this.#o = n(i("common.editor.delete"), () => this.#u()), this.#o.setAttribute("aria-keyshortcuts", "Delete"), this.#s = n(i("common.editor.done"), () => a.done(this.#c.boxes), "primary");
		let c = n(i("common.editor.cancel"), () => a.cancel()), l = t("div", "actions");
		l.append(this.#a, this.#o, c, this.#s), e.replaceChildren(this.#r, this.#n, this.#i, l), this.#p(), this.#y();
	}
	#u() {
		this.#v({
			boxes: this.#c.boxes.filter((e, t) => t !== this.#c.chosen),
			chosen: null
		});
	}
	#d(e) {
		if (e) {
			let { width: e, height: t } = this.#e;
			this.#f([
				e / 3,
				t / 3,
				2 * e / 3,
				2 * t / 3
			]), this.#b().at(-1)?.focus();
		} else this.#v({
			adding: !this.#c.adding,
			chosen: null
		});
	}
	#f(e) {
		let t = [...this.#c.boxes, {
			label: null,
			box: e
		}];
		this.#v({
			boxes: t,
			chosen: t.length - 1,
			adding: !1
		});
	}
	#p() {
		let e = this.#r;
		e.addEventListener("pointerdown", (e) => this.#m(e)), e.addEventListener("pointermove", (e) => this.#h(e)), e.addEventListener("pointerup", (e) => this.#g(e)), e.addEventListener("pointercancel", (e) => {
			e.pointerId === this.#l?.pointer && (this.#l = null, this.#y());
		}), e.addEventListener("touchstart", (e) => this.#l && e.preventDefault(), { passive: !1 }), e.addEventListener("keydown", (e) => {
			let { chosen: t } = this.#c, n = p[e.key];
			if (t === null || !n) return;
			e.preventDefault();
			let r = Math.max(this.#e.width, this.#e.height) / 100, i = [n[0] * r, n[1] * r], { box: a } = this.#c.boxes[t];
			this.#_({ box: e.shiftKey ? u(a, [1, 1], i, this.#e) : l(a, i, this.#e) });
		});
	}
	onKey(e) {
		let t = e.composedPath()[0];
		e.key !== "Delete" || t instanceof Element && t.matches("input, textarea") || this.#c.chosen !== null && this.#u();
	}
	#m(e) {
		if (this.#l || e.button !== 0) return;
		let t = {
			pointer: e.pointerId,
			from: this.#x(e)
		}, n = e.target, r = this.#b().indexOf(n.closest(".box"));
		if (this.#c.adding) this.#l = {
			...t,
			kind: "add"
		};
		else if (r >= 0) {
			let { box: i } = this.#c.boxes[r], a = n.dataset.corner;
			this.#l = a ? {
				...t,
				kind: "resize",
				box: i,
				grip: s[Number(a)]
			} : {
				...t,
				kind: "move",
				box: i
			}, r !== this.#c.chosen && e.pointerType === "touch" ? this.#l = null : (this.#v({ chosen: r }), this.#b()[r].focus());
		}
		this.#l && this.#r.setPointerCapture(e.pointerId);
	}
	#h(e) {
		let t = this.#l;
		if (e.pointerId !== t?.pointer) return;
		let n = this.#x(e), r = [n[0] - t.from[0], n[1] - t.from[1]];
		t.kind === "add" ? this.#y([...this.#c.boxes, {
			label: null,
			box: c(t.from, n)
		}]) : t.kind === "move" ? this.#_({ box: l(t.box, r, this.#e) }) : this.#_({ box: u(t.box, t.grip, r, this.#e) });
	}
	#g(e) {
		let t = this.#l;
		if (e.pointerId !== t?.pointer || (this.#l = null, t.kind !== "add")) return;
		let n = c(t.from, this.#x(e));
		Math.min(n[2] - n[0], n[3] - n[1]) >= this.#e.least ? this.#f(n) : this.#y();
	}
	#_(e) {
		let { boxes: t, chosen: n } = this.#c;
		this.#v({ boxes: t.map((t, r) => r === n ? {
			...t,
			...e
		} : t) });
	}
	#v(e) {
		this.#c = {
			...this.#c,
			...e
		}, this.#y();
	}
	#y(o = this.#c.boxes) {
		let { chosen: c, adding: l } = this.#c, { width: u, height: d, classes: f } = this.#e, p = this.#b();
		for (; p.length > o.length;) p.pop().remove();
		for (; p.length < o.length;) {
			let e = n("", () => this.#v({ chosen: p.indexOf(e) }), "box");
			e.append(t("span"), ...s.map((e, t) => g(t))), this.#r.append(e), p.push(e);
		}
		for (let [t, { label: n, box: s }] of o.entries()) {
			let l = p[t], h = f.find((e) => e.label === n), [g, _, v, y] = s;
			a(l, [
				100 * g / u,
				100 * _ / d,
				100 * v / u,
				100 * y / d
			]);
			let b = o.filter((t) => e(t.box) > e(s)).length;
			l.style.zIndex = String(t === c ? o.length : b), i(l, h ?? m), l.ariaLabel = this.#t("common.editor.box", {
				number: t + 1,
				label: h?.name ?? this.#t("common.editor.new")
			}), l.ariaPressed = String(t === c), r(l.firstElementChild, h?.name ?? "");
		}
		this.#r.classList.toggle("adding", l), this.#a.ariaPressed = String(l), this.#o.disabled = c === null;
		for (let [e, { label: t }] of f.entries()) {
			let n = this.#i.children[e];
			n.disabled = c === null, n.ariaPressed = String(c !== null && o[c].label === t);
		}
		let h = o.some(({ label: e }) => e === null);
		this.#s.disabled = h;
		let _ = l ? "draw" : c === null ? h ? "unnamed" : "choose" : "chosen";
		r(this.#n, this.#t(`common.editor.${_}`));
	}
	#b() {
		return [...this.#r.querySelectorAll(":scope > .box")];
	}
	#x({ clientX: e, clientY: t }) {
		let n = this.#r.getBoundingClientRect(), r = (e, t, n, r) => Math.min(Math.max((e - t) / n, 0), 1) * r;
		return [r(e, n.left, n.width, this.#e.width), r(t, n.top, n.height, this.#e.height)];
	}
};
function g(e) {
	let n = t("i", "corner");
	return n.dataset.corner = String(e), n;
}
// src/ui/texts.ts
function _(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function v(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function y(e) {
	let t = /* @__PURE__ */ new WeakMap();
	return v((n) => {
		let { parentElement: r } = n, i = t.get(r) ?? e(n);
		return t.set(r, i), i.update(n), () => {
			t.delete(r), i.remove();
		};
	});
}
function b(e) {
	let n = [...e.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = t("div", "digit-detector");
	return e.append(r), r;
}
// src/streamlit/correct.ts
var x = class {
	#e = "";
	#t = null;
	#n = (e) => this.#t?.onKey(e);
	constructor() {
		document.addEventListener("keydown", this.#n);
	}
	update({ parentElement: e, data: t, setTriggerValue: n }) {
		let r = JSON.stringify(t);
		if (r === this.#e) return;
		this.#e = r;
		let i = b(e);
		this.#t = new h(i, t, _(t.texts), {
			done: (e) => n("answer", { boxes: e }),
			cancel: () => n("answer", { boxes: null })
		}), i.scrollIntoView({ block: "nearest" });
	}
	remove() {
		document.removeEventListener("keydown", this.#n);
	}
}, S = y(() => new x());
export { S as default };
