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
	let n = [...e.children].find((e) => e.className === "digit-detector");
	if (n) return n;
	let r = t("div", "digit-detector");
	return e.append(r), r;
}
// src/streamlit/picture.ts
var s = {
	type: "image/webp",
	quality: .95
}, c = class {
	component;
	#e = 0;
	#t = null;
	#n = l("image/*,.heic,.heif,.tif,.tiff");
	#r = l("image/*");
	#i = n("", () => this.#n.click(), "primary");
	#a = n("", () => void this.#h());
	#o = t("p", "hint");
	#s = t("div");
	#c = t("video");
	#l = n("", () => void this.#g(), "primary");
	#u = n("", () => this.#_());
	#d = t("p");
	#f;
	constructor(e) {
		this.component = e, this.#r.setAttribute("capture", "environment"), this.#c.muted = this.#c.playsInline = !0, this.#s.hidden = !0, this.#s.append(this.#c, u(this.#l, this.#u)), this.#d.role = "status";
		let t = [
			u(this.#i, this.#a),
			this.#o,
			this.#s,
			this.#d,
			this.#n,
			this.#r
		];
		o(e.parentElement).replaceChildren(...t), this.#f = i([this.#n, this.#r], (e) => void this.#m(e, e.name));
	}
	update(e) {
		e.data.received !== this.component.data.received && r(this.#d, ""), this.component = e, r(this.#i, this.#p("choose")), r(this.#a, this.#p("camera")), r(this.#o, this.#p("drop")), r(this.#l, this.#p("take")), r(this.#u, a(e.data.texts)("common.close"));
	}
	remove() {
		this.#f(), this.#_(), this.#e++;
	}
	#p(e, t = {}) {
		return a(this.component.data.texts)(`common.picture.${e}`, t);
	}
	async #m(t, n) {
		let i = ++this.#e, { maxSide: a, maxBytes: o } = this.component.data;
		r(this.#d, this.#p("sending"));
		let s = await e(t).catch(() => null), c = s === null || Math.max(s.width, s.height) <= a && t.size <= o ? t : await d(s, a);
		s?.close();
		let l = c.size > o ? null : await f(c);
		i === this.#e && (l === null ? r(this.#d, this.#p("tooLarge", {
			name: n,
			limit: o / 1e6
		})) : this.component.setTriggerValue("sent", l));
	}
	async #h() {
		this.#a.disabled = !0;
		try {
			let e = {
				facingMode: "environment",
				width: { ideal: 1280 },
				height: { ideal: 960 }
			};
			this.#t = await navigator.mediaDevices.getUserMedia({ video: e }), this.#c.srcObject = this.#t, await this.#c.play(), this.#s.hidden = !1, r(this.#d, ""), this.#l.focus();
		} catch {
			this.#_(), r(this.#d, this.#p("noCamera")), matchMedia("(pointer: coarse)").matches && this.#r.click();
		} finally {
			this.#a.disabled = !1;
		}
	}
	async #g() {
		let e = await createImageBitmap(this.#c);
		this.#_(), await this.#m(await d(e, this.component.data.maxSide), "");
	}
	#_() {
		for (let e of this.#t?.getTracks() ?? []) e.stop();
		this.#t = this.#c.srcObject = null, this.#s.hidden = !0;
	}
};
function l(e) {
	let n = t("input");
	return n.type = "file", n.accept = e, n.hidden = !0, n;
}
function u(...e) {
	let n = t("div", "actions");
	return n.append(...e), n;
}
function d(e, t) {
	let n = Math.min(1, t / Math.max(e.width, e.height)), [r, i] = [e.width, e.height].map((e) => Math.max(1, Math.round(n * e))), a = new OffscreenCanvas(r, i), o = a.getContext("2d");
	return o.imageSmoothingQuality = "high", o.drawImage(e, 0, 0, r, i), a.convertToBlob(s);
}
function f(e) {
	return new Promise((t, n) => {
		let r = new FileReader();
		r.onload = () => t(r.result), r.onerror = () => n(r.error), r.readAsDataURL(e);
	});
}
var p = /* @__PURE__ */ new WeakMap();
function m(e) {
	let t = p.get(e.parentElement) ?? new c(e);
	return p.set(e.parentElement, t), t.update(e), () => {
		p.delete(e.parentElement), t.remove();
	};
}
export { m as default };
