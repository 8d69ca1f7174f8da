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
function r(e, t) {
	e.style.setProperty("--colour", t.colour), e.style.setProperty("--on-colour", t.textColour), e.style.setProperty("--line-style", t.line ?? "solid");
}
// src/ui/boxes.ts
function i(e, [t, n, r, i]) {
	return Object.assign(e.style, {
		left: `${t}%`,
		top: `${n}%`,
		width: `${r - t}%`,
		height: `${i - n}%`
	}), e;
}
// src/ui/geometry.ts
var a = [
	[-1, -1],
	[1, -1],
	[-1, 1],
	[1, 1]
];
function o([e, t, n, r]) {
	return (n - e) * (r - t);
}
function s([e, t], [n, r]) {
	return [
		Math.min(e, n),
		Math.min(t, r),
		Math.max(e, n),
		Math.max(t, r)
	];
}
function c([e, t, n, r], [i, a], { width: o, height: s }) {
	let [c, l] = [d(i, -e, o - n), d(a, -t, s - r)];
	return [
		e + c,
		t + l,
		n + c,
		r + l
	];
}
function l(e, t, [n, r], i, a) {
	let [o, s] = u(e[0], e[2], t[0], n, i.width, a), [c, l] = u(e[1], e[3], t[1], r, i.height, a);
	return [
		o,
		c,
		s,
		l
	];
}
function u(e, t, n, r, i, a) {
	return n < 0 ? [d(e + r, 0, t - a), t] : n > 0 ? [e, d(t + r, e + a, i)] : [e, t];
}
function d(e, t, n) {
	return Math.min(Math.max(e, t), n);
}
// src/ui/result.ts
function f(e, n, r) {
	return e.map((e) => {
		let i = t(e.name, () => r(e.label));
		return i.ariaPressed = String(e.label === n), i;
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
	#n = e("p", "help");
	#r = e("div", "picture");
	#i = e("div", "classes");
	#a;
	#o;
	#s;
	#c;
	#l = null;
	constructor(n, r, i, a) {
		this.#e = r, this.#t = i;
		let { boxes: o } = r;
		this.#c = {
			boxes: o,
			chosen: o.length === 1 ? 0 : null,
			adding: o.length === 0
		};
		let s = e("img");
		s.src = r.picture, s.alt = i("common.editor.picture"), Object.assign(this.#r, {
			role: "group",
			ariaLabel: i("common.editor.boxes")
		}), this.#r.style.aspectRatio = `${r.width} / ${r.height}`, this.#r.append(s), this.#i.append(...f(r.classes, null, (e) => this.#y({ label: e }))), Object.assign(this.#i, {
			role: "group",
			ariaLabel: i("common.editor.chosen")
		}), this.#a = t(i("common.editor.add"), ({ detail: e }) => this.#d(e === 0)), this.#o = t(i("common.editor.delete"), () => this.#u()), this.#o.setAttribute("aria-keyshortcuts", "Delete"), this.#s = t(i("common.editor.done"), () => a.done(this.#c.boxes), "primary");
		let c = t(i("common.editor.cancel"), () => a.cancel()), l = e("div", "actions");
		l.append(this.#a, this.#o, c, this.#s), n.replaceChildren(this.#r, this.#n, this.#i, l), this.#p(), this.#x();
	}
	#u() {
		this.#b({
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
			]), this.#S().at(-1)?.focus();
		} else this.#b({
			adding: !this.#c.adding,
			chosen: null
		});
	}
	#f(e) {
		let t = [...this.#c.boxes, {
			label: null,
			box: e
		}];
		this.#b({
			boxes: t,
			chosen: t.length - 1,
			adding: !1
		});
	}
	#p() {
		let e = this.#r;
		e.addEventListener("pointerdown", (e) => this.#m(e)), e.addEventListener("pointermove", (e) => this.#h(e)), e.addEventListener("pointerup", (e) => this.#g(e)), e.addEventListener("pointercancel", () => {
			this.#l = null, this.#x();
		}), e.addEventListener("touchstart", (e) => this.#l && e.preventDefault(), { passive: !1 }), e.addEventListener("keydown", (e) => {
			let { chosen: t } = this.#c, n = p[e.key];
			if (t === null || !n) return;
			e.preventDefault();
			let r = Math.max(this.#e.width, this.#e.height) / 100, i = [n[0] * r, n[1] * r];
			this.#v(e.shiftKey ? this.#_([1, 1], i) : c(this.#c.boxes[t].box, i, this.#e));
		});
	}
	onKey(e) {
		let t = e.composedPath()[0];
		e.key !== "Delete" || t instanceof Element && t.matches("input, textarea") || this.#c.chosen !== null && this.#u();
	}
	#m(e) {
		if (this.#l || e.button !== 0) return;
		let t = this.#C(e), n = e.target, r = this.#S().indexOf(n.closest(".box"));
		if (this.#c.adding) this.#l = {
			kind: "add",
			from: t
		};
		else if (r >= 0) {
			let { box: i } = this.#c.boxes[r], o = n.dataset.corner;
			this.#l = o ? {
				kind: "resize",
				from: t,
				box: i,
				grip: a[Number(o)]
			} : {
				kind: "move",
				from: t,
				box: i
			}, r !== this.#c.chosen && e.pointerType === "touch" ? this.#l = null : (this.#b({ chosen: r }), this.#S()[r].focus());
		}
		this.#l && this.#r.setPointerCapture(e.pointerId);
	}
	#h(e) {
		let t = this.#l;
		if (!t) return;
		let n = this.#C(e), r = [n[0] - t.from[0], n[1] - t.from[1]];
		t.kind === "add" ? this.#x([...this.#c.boxes, {
			label: null,
			box: s(t.from, n)
		}]) : t.kind === "move" ? this.#v(c(t.box, r, this.#e)) : this.#v(l(t.box, t.grip, r, this.#e, this.#e.least));
	}
	#g(e) {
		let t = this.#l;
		if (this.#l = null, t?.kind !== "add") return;
		let n = s(t.from, this.#C(e));
		Math.min(n[2] - n[0], n[3] - n[1]) >= this.#e.least ? this.#f(n) : this.#x();
	}
	#_(e, t) {
		return l(this.#c.boxes[this.#c.chosen].box, e, t, this.#e, this.#e.least);
	}
	#v(e) {
		this.#y({ box: e });
	}
	#y(e) {
		let { boxes: t, chosen: n } = this.#c;
		this.#b({ boxes: t.map((t, r) => r === n ? {
			...t,
			...e
		} : t) });
	}
	#b(e) {
		this.#c = {
			...this.#c,
			...e
		}, this.#x();
	}
	#x(s = this.#c.boxes) {
		let { chosen: c, adding: l } = this.#c, { width: u, height: d, classes: f } = this.#e, p = this.#S();
		for (; p.length > s.length;) p.pop().remove();
		for (; p.length < s.length;) {
			let n = t("", () => this.#b({ chosen: p.indexOf(n) }), "box");
			n.append(e("span"), ...a.map((e, t) => g(t))), this.#r.append(n), p.push(n);
		}
		for (let [e, { label: t, box: a }] of s.entries()) {
			let l = p[e], h = f.find((e) => e.label === t), [g, _, v, y] = a;
			i(l, [
				100 * g / u,
				100 * _ / d,
				100 * v / u,
				100 * y / d
			]);
			let b = s.filter((e) => o(e.box) > o(a)).length;
			l.style.zIndex = String(e === c ? s.length : b), r(l, h ?? m), l.ariaLabel = this.#t("common.editor.box", {
				number: e + 1,
				label: h?.name ?? this.#t("common.editor.new")
			}), l.ariaPressed = String(e === c), n(l.firstElementChild, h?.name ?? "");
		}
		this.#r.classList.toggle("adding", l), this.#a.ariaPressed = String(l), this.#o.disabled = c === null;
		for (let [e, { label: t }] of f.entries()) {
			let n = this.#i.children[e];
			n.disabled = c === null, n.ariaPressed = String(c !== null && s[c].label === t);
		}
		let h = s.some(({ label: e }) => e === null);
		this.#s.disabled = h;
		let _ = l ? "draw" : c === null ? h ? "unnamed" : "choose" : "chosen";
		n(this.#n, this.#t(`common.editor.${_}`));
	}
	#S() {
		return [...this.#r.querySelectorAll(":scope > .box")];
	}
	#C({ clientX: e, clientY: t }) {
		let n = this.#r.getBoundingClientRect(), r = (e, t, n, r) => Math.min(Math.max((e - t) / n, 0), 1) * r;
		return [r(e, n.left, n.width, this.#e.width), r(t, n.top, n.height, this.#e.height)];
	}
};
function g(t) {
	let n = e("i", "corner");
	return n.dataset.corner = String(t), n;
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
function y(t) {
	let n = [...t.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = e("div", "digit-detector");
	return t.append(r), r;
}
// src/streamlit/correct.ts
var b = /* @__PURE__ */ new WeakMap();
function x({ parentElement: e, data: t, setTriggerValue: n }) {
	let r = () => {
		let t = b.get(e)?.onKey;
		t && document.removeEventListener("keydown", t), b.delete(e);
	}, i = JSON.stringify(t);
	if (b.get(e)?.data === i) return r;
	r();
	let a = y(e), o = new h(a, t, _(t.texts), {
		done: (e) => n("answer", { boxes: e }),
		cancel: () => n("answer", { boxes: null })
	});
	a.scrollIntoView({ block: "nearest" });
	let s = (e) => o.onKey(e);
	return document.addEventListener("keydown", s), b.set(e, {
		data: i,
		onKey: s
	}), r;
}
var S = v(x);
export { S as default };
