// src/detect/images.ts
function e(e) {
	return createImageBitmap(e, {
		colorSpaceConversion: "none",
		premultiplyAlpha: "none"
	});
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
// src/ui/pictures.ts
function i(e, t) {
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
function a(e) {
	return (t, n = {}) => {
		let r = e["count" in n ? `${t}.${n.count === 1 ? "one" : "other"}` : t];
		if (r === void 0) throw Error(`there is no text ${t}`);
		return r.replace(/\{(\w+)\}/g, (e, t) => String(n[t] ?? e));
	};
}
// src/streamlit/component.ts
function o(e) {
	return ({ data: [t], ...n }) => e({
		...n,
		data: t
	});
}
function s(e) {
	let n = [...e.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = t("div", "digit-detector");
	return e.append(r), r;
}
// src/streamlit/picture.ts
var c = {
	type: "image/webp",
	quality: .95
}, l = 2e4, u = 6, d = class {
	component;
	#e = 0;
	#t = 0;
	#n = null;
	#r = f("image/*,.heic,.heif,.tif,.tiff");
	#i = f("image/*");
	#a = n("", () => this.#r.click(), "primary");
	#o = n("", () => void this.#_());
	#s = t("p", "hint");
	#c = t("div");
	#l = t("video");
	#u = n("", () => void this.#v(), "primary");
	#d = n("", () => this.#y());
	#f = t("p");
	#p;
	constructor(e) {
		this.component = e, this.#i.setAttribute("capture", "environment"), this.#l.muted = this.#l.playsInline = !0, this.#c.hidden = !0, this.#c.append(this.#l, p(this.#u, this.#d)), this.#f.role = "status";
		let t = [
			p(this.#a, this.#o),
			this.#s,
			this.#c,
			this.#f,
			this.#r,
			this.#i
		];
		s(e.parentElement).replaceChildren(...t), this.#p = i([this.#r, this.#i], (e) => void this.#h(e, e.name));
	}
	update(e) {
		e.data.received !== this.component.data.received && (clearTimeout(this.#t), r(this.#f, "")), this.component = e, r(this.#a, this.#m("choose")), r(this.#o, this.#m("camera")), r(this.#s, this.#m("drop")), r(this.#u, this.#m("take")), r(this.#d, a(e.data.texts)("common.close"));
	}
	remove() {
		this.#p(), this.#y(), clearTimeout(this.#t), this.#e++;
	}
	#m(e, t = {}) {
		return a(this.component.data.texts)(`common.picture.${e}`, t);
	}
	async #h(t, n) {
		let i = ++this.#e;
		clearTimeout(this.#t);
		let { maxSide: a, maxBytes: o } = this.component.data;
		r(this.#f, this.#m("sending"));
		let s = await e(t).catch(() => null), c = s === null || Math.max(s.width, s.height) <= a && t.size <= o ? t : await m(s, a);
		s?.close();
		let l = c.size > o ? null : await h(c);
		i === this.#e && (l === null ? r(this.#f, this.#m("tooLarge", {
			name: n,
			limit: o / 1e6
		})) : this.#g(l));
	}
	#g(e, t = u) {
		this.component.setTriggerValue("sent", e), t > 0 && (this.#t = window.setTimeout(() => this.#g(e, t - 1), l));
	}
	async #_() {
		this.#o.disabled = !0;
		try {
			let e = {
				facingMode: "environment",
				width: { ideal: 1280 },
				height: { ideal: 960 }
			};
			this.#n = await navigator.mediaDevices.getUserMedia({ video: e }), this.#l.srcObject = this.#n, await this.#l.play(), this.#c.hidden = !1, r(this.#f, ""), this.#u.focus();
		} catch {
			this.#y(), r(this.#f, this.#m("noCamera")), matchMedia("(pointer: coarse)").matches && this.#i.click();
		} finally {
			this.#o.disabled = !1;
		}
	}
	async #v() {
		let e = await createImageBitmap(this.#l);
		this.#y(), await this.#h(await m(e, this.component.data.maxSide), "");
	}
	#y() {
		for (let e of this.#n?.getTracks() ?? []) e.stop();
		this.#n = this.#l.srcObject = null, this.#c.hidden = !0;
	}
};
function f(e) {
	let n = t("input");
	return n.type = "file", n.accept = e, n.hidden = !0, n;
}
function p(...e) {
	let n = t("div", "actions");
	return n.append(...e), n;
}
function m(e, t) {
	let n = Math.min(1, t / Math.max(e.width, e.height)), [r, i] = [e.width, e.height].map((e) => Math.max(1, Math.round(n * e))), a = new OffscreenCanvas(r, i), o = a.getContext("2d");
	return o.imageSmoothingQuality = "high", o.drawImage(e, 0, 0, r, i), a.convertToBlob(c);
}
function h(e) {
	return new Promise((t, n) => {
		let r = new FileReader();
		r.onload = () => t(r.result), r.onerror = () => n(r.error), r.readAsDataURL(e);
	});
}
var g = /* @__PURE__ */ new WeakMap();
function _(e) {
	let t = g.get(e.parentElement) ?? new d(e);
	return g.set(e.parentElement, t), t.update(e), () => {
		g.delete(e.parentElement), t.remove();
	};
}
var v = o(_);
export { v as default };
