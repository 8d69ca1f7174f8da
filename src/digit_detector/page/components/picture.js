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
	#r = m("image/*,.heic,.heif,.tif,.tiff");
	#i = m("image/*");
	#a = r("", () => this.#r.click(), "primary");
	#o = r("", () => void this.#_());
	#s = n("p", "hint");
	#c = n("div");
	#l = n("video");
	#u = r("", () => void this.#v(), "primary");
	#d = r("", () => this.#y());
	#f = n("p");
	#p;
	constructor(e) {
		this.component = e, this.#i.setAttribute("capture", "environment"), this.#l.muted = this.#l.playsInline = !0, this.#c.hidden = !0, this.#c.append(this.#l, h(this.#u, this.#d)), this.#f.role = "status";
		let t = [
			h(this.#a, this.#o),
			this.#s,
			this.#c,
			this.#f,
			this.#r,
			this.#i
		];
		l(e.parentElement).replaceChildren(...t), this.#p = a([this.#r, this.#i], (e) => void this.#h(e, e.name));
	}
	update(e) {
		e.data.received !== this.component.data.received && (clearTimeout(this.#t), i(this.#f, "")), this.component = e, i(this.#a, this.#m("choose")), i(this.#o, this.#m("camera")), i(this.#s, this.#m("drop")), i(this.#u, this.#m("take")), i(this.#d, o(e.data.texts)("common.close"));
	}
	remove() {
		this.#p(), this.#y(), clearTimeout(this.#t), this.#e++;
	}
	#m(e, t = {}) {
		return o(this.component.data.texts)(`common.picture.${e}`, t);
	}
	async #h(n, r) {
		let a = ++this.#e;
		clearTimeout(this.#t);
		let { maxSide: o, maxBytes: s } = this.component.data;
		i(this.#f, this.#m("sending"));
		let c = await e(n).catch(() => null), l = c === null || Math.max(c.width, c.height) <= o && n.size <= s ? n : await t(c, o).convertToBlob(u);
		c?.close();
		let d = l.size > s ? null : await g(l);
		a === this.#e && (d === null ? i(this.#f, this.#m("tooLarge", {
			name: r,
			limit: s / 1e6
		})) : this.#g(d));
	}
	#g(e, t = f) {
		this.component.setTriggerValue("sent", e), t > 0 && (this.#t = window.setTimeout(() => this.#g(e, t - 1), d));
	}
	async #_() {
		this.#o.disabled = !0;
		try {
			let e = {
				facingMode: "environment",
				width: { ideal: 1280 },
				height: { ideal: 960 }
			};
			this.#n = await navigator.mediaDevices.getUserMedia({ video: e }), this.#l.srcObject = this.#n, await this.#l.play(), this.#c.hidden = !1, i(this.#f, ""), this.#u.focus();
		} catch {
			this.#y(), i(this.#f, this.#m("noCamera")), matchMedia("(pointer: coarse)").matches && this.#i.click();
		} finally {
			this.#o.disabled = !1;
		}
	}
	async #v() {
		let e = await createImageBitmap(this.#l);
		this.#y(), await this.#h(await t(e, this.component.data.maxSide).convertToBlob(u), "");
	}
	#y() {
		for (let e of this.#n?.getTracks() ?? []) e.stop();
		this.#n = this.#l.srcObject = null, this.#c.hidden = !0;
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
function g(e) {
	return new Promise((t, n) => {
		let r = new FileReader();
		r.onload = () => t(r.result), r.onerror = () => n(r.error), r.readAsDataURL(e);
	});
}
var _ = c((e) => new p(e));
export { _ as default };
