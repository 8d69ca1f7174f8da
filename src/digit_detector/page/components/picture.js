// src/detect/images.ts
function e(e) {
	return createImageBitmap(e, {
		colorSpaceConversion: "none",
		premultiplyAlpha: "none"
	});
}
function t(e, t) {
	let n = Math.min(1, t / Math.max(e.width, e.height)), [r, i] = [e.width, e.height].map((e) => Math.max(1, Math.round(n * e))), a = new OffscreenCanvas(r, i), o = a.getContext("2d", { willReadFrequently: !0 });
	return o.imageSmoothingQuality = "high", o.drawImage(e, 0, 0, r, i), a;
}
// src/ui/dom.ts
function n(e, t = "", n = "") {
	let r = document.createElement(e);
	return r.className = t, r.textContent = n, r;
}
function r(e, t, r = "") {
	let i = n("button", r, e);
	return i.type = "button", i.onclick = t, i;
}
function i(e, t) {
	e.textContent !== t && (e.textContent = t);
}
// src/ui/pictures.ts
function a(e, t) {
	let n = new AbortController(), { signal: r } = n, i = (e) => {
		e?.[0] && t(e[0]);
	};
	for (let t of e) t.addEventListener("change", () => {
		i(t.files), t.value = "";
	}, { signal: r });
	window.addEventListener("paste", ({ clipboardData: e }) => i(e?.files), { signal: r });
	let a = (e) => {
		e.dataTransfer?.types.includes("Files") && (e.preventDefault(), e.type === "drop" && i(e.dataTransfer.files));
	};
	return window.addEventListener("dragover", a, { signal: r }), window.addEventListener("drop", a, { signal: r }), () => n.abort();
}
// src/ui/texts.ts
function o(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function s(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function c(e) {
	let t = /* @__PURE__ */ new WeakMap();
	return s((n) => {
		let { parentElement: r } = n, i = t.get(r) ?? e(n);
		return t.set(r, i), i.update(n), () => {
			t.delete(r), i.remove();
		};
	});
}
function l(e) {
	let t = [...e.children].find((e) => e.className === "digit-detector");
	if (t) return t;
	let r = n("div", "digit-detector");
	return e.append(r), r;
}
// src/streamlit/picture.ts
var u = {
	type: "image/webp",
	quality: .95
}, d = 2e4, f = 6, p = class {
	component;
	#e = 0;
	#t = 0;
	#n = null;
	#r = !1;
	#i = m("image/*,.heic,.heif,.tif,.tiff");
	#a = m("image/*");
	#o = r("", () => this.#i.click(), "primary");
	#s = r("", () => void this.#v());
	#c = n("p", "hint");
	#l = n("div");
	#u = n("video");
	#d = r("", () => void this.#y(), "primary");
	#f = r("", () => this.#b());
	#p = n("p");
	#m;
	constructor(e) {
		this.component = e, this.#a.setAttribute("capture", "environment"), this.#u.muted = this.#u.playsInline = !0, this.#l.hidden = !0, this.#l.append(this.#u, h(this.#d, this.#f)), this.#p.role = "status";
		let t = [
			h(this.#o, this.#s),
			this.#c,
			this.#l,
			this.#p,
			this.#i,
			this.#a
		];
		l(e.parentElement).replaceChildren(...t), this.#m = a([this.#i, this.#a], (e) => void this.#g(e, e.name));
	}
	update(e) {
		e.data.received > this.component.data.received && (clearTimeout(this.#t), i(this.#p, "")), this.component = e, i(this.#o, this.#h("choose")), i(this.#s, this.#h("camera")), i(this.#c, this.#h("drop")), i(this.#d, this.#h("take")), i(this.#f, o(e.data.texts)("common.close"));
	}
	remove() {
		this.#r = !0, this.#m(), this.#b(), clearTimeout(this.#t), this.#e++;
	}
	#h(e, t = {}) {
		return o(this.component.data.texts)(`common.picture.${e}`, t);
	}
	async #g(e, t) {
		let n = ++this.#e;
		clearTimeout(this.#t);
		let { maxSide: r, maxBytes: a } = this.component.data;
		i(this.#p, this.#h("sending"));
		let o = await g(e, r, a).catch(() => null), s = o !== null && o.size > a, c = o === null || s ? null : await _(o).catch(() => null);
		n === this.#e && (c === null ? s ? i(this.#p, this.#h("tooLarge", {
			name: t,
			limit: a / 1e6
		})) : i(this.#p, this.#h("unreadable", { name: t })) : this.#_(c));
	}
	#_(e, t = f) {
		this.component.setTriggerValue("sent", e), t > 0 && (this.#t = window.setTimeout(() => this.#_(e, t - 1), d));
	}
	async #v() {
		this.#b(), this.#s.disabled = !0;
		try {
			let e = {
				facingMode: "environment",
				width: { ideal: 1280 },
				height: { ideal: 960 }
			};
			if (this.#n = this.#u.srcObject = await navigator.mediaDevices.getUserMedia({ video: e }), this.#r) return this.#b();
			await this.#u.play(), this.#l.hidden = !1, i(this.#p, ""), this.#d.focus();
		} catch {
			if (this.#b(), this.#r) return;
			i(this.#p, this.#h("noCamera")), matchMedia("(pointer: coarse)").matches && this.#a.click();
		} finally {
			this.#s.disabled = !1;
		}
	}
	async #y() {
		let e = await createImageBitmap(this.#u);
		this.#b(), await this.#g(await t(e, this.component.data.maxSide).convertToBlob(u), "");
	}
	#b() {
		for (let e of this.#n?.getTracks() ?? []) e.stop();
		this.#n = this.#u.srcObject = null, this.#l.hidden = !0;
	}
};
function m(e) {
	let t = n("input");
	return t.type = "file", t.accept = e, t.hidden = !0, t;
}
function h(...e) {
	let t = n("div", "actions");
	return t.append(...e), t;
}
async function g(n, r, i) {
	let a = await e(n).catch(() => null), o = a === null || Math.max(a.width, a.height) <= r && n.size <= i ? n : await t(a, r).convertToBlob(u);
	return a?.close(), o;
}
function _(e) {
	return new Promise((t, n) => {
		let r = new FileReader();
		r.onload = () => t(r.result), r.onerror = () => n(r.error), r.readAsDataURL(e);
	});
}
var v = c((e) => new p(e));
export { v as default };
