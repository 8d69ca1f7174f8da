/** A picture from a file, the clipboard, another window or the camera: shrunk here, and sent once over the web socket. */

import { decodeBitmap, shrink } from "../detect/images";
import { button, element, setText } from "../ui/dom";
import { receivePictures } from "../ui/pictures";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, mount, persist } from "./component";
import "../ui/buttons.css";
import "./theme.css";
import "./picture.css";

interface PictureData {
  /** How many pictures Python has received; a new session, which knows none on the way, counts from 0. */
  received: number;
  /** px of the longer side; larger pictures are shrunk. */
  maxSide: number;
  /** Of a file that is sent. */
  maxBytes: number;
  texts: Texts;
}

type PictureArguments = ComponentArguments<PictureData>;

/** Lossy, but close enough; Safari writes PNG instead. */
const ENCODING: ImageEncodeOptions = { type: "image/webp", quality: 0.95 };

/** After this, a picture that was not received is sent again: the connection may have been lost. */
const RETRY_MS = 20_000;
const MAX_RETRIES = 6;

class PictureSource {
  /** Counts the pictures that were opened, of which only the newest is sent. */
  #opened = 0;
  #retry = 0;
  #stream: MediaStream | null = null;
  #isRemoved = false;
  readonly #files = fileInput("image/*,.heic,.heif,.tif,.tiff");
  /** Opens a phone's own camera app. */
  readonly #app = fileInput("image/*");
  readonly #choose = button("", () => this.#files.click(), "primary");
  readonly #camera = button("", () => void this.#openCamera());
  readonly #hint = element("p", "hint");
  readonly #preview = element("div");
  readonly #video = element("video");
  readonly #take = button("", () => void this.#takePicture(), "primary");
  readonly #close = button("", () => this.#closeCamera());
  readonly #status = element("p");
  readonly #stopReceiving: () => void;

  constructor(private component: PictureArguments) {
    this.#app.setAttribute("capture", "environment");
    this.#video.muted = this.#video.playsInline = true;
    this.#preview.hidden = true;
    this.#preview.append(this.#video, actions(this.#take, this.#close));
    this.#status.role = "status";
    const parts = [
      actions(this.#choose, this.#camera),
      this.#hint,
      this.#preview,
      this.#status,
      this.#files,
      this.#app,
    ];
    mount(component.parentElement).replaceChildren(...parts);
    this.#stopReceiving = receivePictures([this.#files, this.#app], (file) => void this.#open(file, file.name));
  }

  update(component: PictureArguments): void {
    if (component.data.received > this.component.data.received) {
      clearTimeout(this.#retry);
      setText(this.#status, "");
    }
    this.component = component;
    setText(this.#choose, this.#text("choose"));
    setText(this.#camera, this.#text("camera"));
    setText(this.#hint, this.#text("drop"));
    setText(this.#take, this.#text("take"));
    setText(this.#close, translator(component.data.texts)("common.close"));
  }

  remove(): void {
    this.#isRemoved = true;
    this.#stopReceiving();
    this.#closeCamera();
    clearTimeout(this.#retry);
    this.#opened++;
  }

  #text(name: string, values: Record<string, string | number> = {}): string {
    return translator(this.component.data.texts)(`common.picture.${name}`, values);
  }

  /** Read a picture and send it; a file that this browser cannot decode goes as it is, for the server to read. */
  async #open(picture: Blob, name: string): Promise<void> {
    const opened = ++this.#opened;
    clearTimeout(this.#retry);
    const { maxSide, maxBytes } = this.component.data;
    setText(this.#status, this.#text("sending"));
    const sent = await prepare(picture, maxSide, maxBytes).catch(() => null);
    const isTooLarge = sent !== null && sent.size > maxBytes;
    const url = sent === null || isTooLarge ? null : await toDataUrl(sent).catch(() => null);
    if (opened !== this.#opened) return;
    if (url !== null) this.#send(url);
    else if (isTooLarge) setText(this.#status, this.#text("tooLarge", { name, limit: maxBytes / 1e6 }));
    else setText(this.#status, this.#text("unreadable", { name }));
  }

  #send(url: string, retries = MAX_RETRIES): void {
    this.component.setTriggerValue("sent", url);
    if (retries > 0) this.#retry = window.setTimeout(() => this.#send(url, retries - 1), RETRY_MS);
  }

  async #openCamera(): Promise<void> {
    this.#closeCamera();
    this.#camera.disabled = true; // until the visitor has allowed or refused it
    try {
      const video = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };
      this.#stream = this.#video.srcObject = await navigator.mediaDevices.getUserMedia({ video });
      if (this.#isRemoved) return this.#closeCamera(); // the visitor has left the page before allowing it
      await this.#video.play();
      this.#preview.hidden = false;
      setText(this.#status, "");
      this.#take.focus();
    } catch {
      this.#closeCamera();
      if (this.#isRemoved) return;
      setText(this.#status, this.#text("noCamera"));
      if (matchMedia("(pointer: coarse)").matches) this.#app.click();
    } finally {
      this.#camera.disabled = false;
    }
  }

  async #takePicture(): Promise<void> {
    const frame = await createImageBitmap(this.#video);
    this.#closeCamera();
    await this.#open(await shrink(frame, this.component.data.maxSide).convertToBlob(ENCODING), "");
  }

  #closeCamera(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = this.#video.srcObject = null;
    this.#preview.hidden = true;
  }
}

function fileInput(accept: string): HTMLInputElement {
  const input = element("input");
  input.type = "file";
  input.accept = accept;
  input.hidden = true;
  return input;
}

function actions(...buttons: HTMLButtonElement[]): HTMLElement {
  const row = element("div", "actions");
  row.append(...buttons);
  return row;
}

/** The picture as it is sent: shrunk if it is large, or as it is if this browser cannot decode it. */
async function prepare(picture: Blob, maxSide: number, maxBytes: number): Promise<Blob> {
  const bitmap = await decodeBitmap(picture).catch(() => null);
  const isSmall = bitmap === null || (Math.max(bitmap.width, bitmap.height) <= maxSide && picture.size <= maxBytes);
  const sent = isSmall ? picture : await shrink(bitmap, maxSide).convertToBlob(ENCODING);
  bitmap?.close();
  return sent;
}

/** Rejects files that cannot be read: folders, and those that were moved or changed after they were chosen. */
function toDataUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

export default persist<PictureData>((component) => new PictureSource(component));
