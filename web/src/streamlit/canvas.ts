/**
 * The page's canvas: pen, eraser, undo history, and the detector's boxes over the ink.
 *
 * The strokes live here, in one history; every change is shown at once and then sent to Python, which answers with boxes.
 */

import { begin, change, type History, redo, undo } from "../ink/history";
import { fromFragment, LinkError, PREFIX } from "../ink/link";
import { Pen } from "../ink/pen";
import { cutOut, type Erasing, isTap, rub } from "../ink/selection";
import { type Drawing, PEN_WIDTH, SIDE, type Stroke } from "../ink/strokes";
import { type ShownBox, showBoxes, showCovers } from "../ui/boxes";
import { button, element, setText, shortcutOf } from "../ui/dom";
import { smallestAt } from "../ui/geometry";
import type { PercentBox } from "../ui/objects";
import { type Texts, translator } from "../ui/texts";
import { type ComponentArguments, DRAWING, FIX, mount, REWRITE, receive } from "./component";
import { DrawableCanvas, fromPen, type PenStroke, toPen } from "./drawable_canvas";
import "../ui/boxes.css";
import "../ui/buttons.css";
import "./theme.css";
import "./canvas.css";

interface CanvasData {
  /** URL of streamlit-drawable-canvas' front end. */
  module: string;
  /** With the index into the answer's objects; without one, a box was left out. */
  boxes: (ShownBox & { index?: number })[];
  covered: PercentBox[];
  /** The drawing that the boxes are about. */
  revision: number;
  /** Another one after the server has lost the session, such as by a restart. */
  session: string;
  /** A drawing to be opened on a new sheet, once for each ID. */
  open: { id: number; strokes: PenStroke[] };
  penWidths: [number, number];
  texts: Texts;
}

type CanvasArguments = ComponentArguments<CanvasData>;

interface Sheet {
  /** Another number after each Clear and each drawing that was opened. */
  id: number;
  strokes: Drawing;
}

type Tool = "undo" | "redo" | "clear" | "erase";

const SHORTCUTS: Readonly<Record<string, Tool>> = {
  "ctrl+z": "undo",
  "ctrl+y": "redo",
  "ctrl+shift+z": "redo",
  delete: "clear",
  e: "erase",
};
const KEYS: Readonly<Record<Tool, string>> = { undo: "Control+Z", redo: "Control+Y", clear: "Delete", erase: "E" };
const TOOLS = ["undo", "redo", "clear", "erase"] as const;

/** After this, a drawing without an answer is sent again: the connection or the session may have been lost. */
const RETRY_MS = 5000;
const MAX_RETRIES = 24;

class Board {
  #history: History<Sheet> = begin({ id: 0, strokes: [] });
  #sheets = 0;
  #revision = 0;
  #opened = -1;
  #session = "";
  #retry = 0;
  #penWidth = PEN_WIDTH.default;
  #erasing = false;
  #rubbed: Erasing | null = null;
  #canvas: DrawableCanvas | null = null;
  readonly #host = element("div");
  readonly #layer = element("div", "boxes");
  /** Takes what hands do, for the canvas or the eraser. */
  readonly #pad = element("div", "pad");
  readonly #hand: Pen;
  readonly #bar = element("div", "board-tools");
  readonly #buttons: Readonly<Record<Tool, HTMLButtonElement>>;
  readonly #pen = element("input");
  readonly #dot = element("i");

  constructor(private component: CanvasArguments) {
    const tools = TOOLS.map((name) => [name, button("", () => this.#press(name))] as const);
    for (const [name, node] of tools) node.setAttribute("aria-keyshortcuts", KEYS[name]);
    this.#buttons = Object.fromEntries(tools) as Record<Tool, HTMLButtonElement>;
    this.#buttons.erase.ariaPressed = "false";
    const pen = element("label", "pen");
    pen.append(this.#dot, this.#pen);
    this.#bar.role = "group";
    this.#bar.append(...Object.values(this.#buttons), pen);
    this.#host.append(element("div", "canvas-root"));
    this.#preparePen();
    this.#hand = this.#listen();
    void this.#start();
  }

  update(component: CanvasArguments): void {
    this.component = component;
    const root = mount(component.parentElement);
    if (this.#host.parentElement !== root) root.replaceChildren(this.#host, this.#bar);
    const translate = translator(component.data.texts);
    for (const name of TOOLS) {
      const node = this.#buttons[name];
      setText(node, translate(`common.${name}`));
      node.title = name === "erase" ? translate("common.eraseHelp") : `${node.textContent} (${KEYS[name]})`;
    }
    this.#bar.ariaLabel = translate("common.tools");
    this.#pen.ariaLabel = translate("common.penWidth");
    if (this.#canvas === null) return;
    this.#canvas.surface.ariaLabel = translate("common.canvas");
    this.#resume();
    this.#open();
    this.#showBoxes();
  }

  async #start(): Promise<void> {
    this.#canvas = await DrawableCanvas.create(this.component.data.module, this.#host, (stroke) => this.#drawn(stroke));
    this.#canvas.show([], this.#penWidth);
    this.#canvas.frame.append(this.#layer, this.#pad);
    this.#canvas.surface.role = "img";
    this.update(this.component);
    await this.#openLink();
  }

  /** Open the drawing of a shared link, once. */
  async #openLink(): Promise<void> {
    const { hash } = location;
    if (!hash.startsWith(PREFIX)) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    try {
      this.#show((await fromFragment(hash)).drawing);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      console.error("this link cannot be opened:", error.message);
    }
  }

  #preparePen(): void {
    const pen = this.#pen;
    pen.type = "range";
    [pen.min, pen.max] = this.component.data.penWidths.map(String);
    pen.value = String(this.#penWidth);
    const showDot = (): void => {
      this.#dot.style.width = this.#dot.style.height = `${this.#penWidth * 0.8}px`;
    };
    showDot();
    pen.oninput = () => {
      this.#penWidth = Number(pen.value);
      showDot();
      this.#canvas?.show(this.#sheet.strokes, this.#penWidth);
    };
  }

  #listen(): Pen {
    document.addEventListener("keydown", (event) => this.#strike(event));
    const onRewrite = (event: Event): void => this.#rewrite((event as CustomEvent<{ index: number }>).detail.index);
    document.addEventListener(REWRITE, onRewrite);
    const onDrawing = (event: Event): void => {
      if (!this.#host.isConnected) return; // another page's link
      (event as CustomEvent<{ drawing: Drawing }>).detail.drawing = this.#sheet.strokes;
    };
    document.addEventListener(DRAWING, onDrawing);
    return new Pen(this.#pad, () => this.#penWidth, {
      changed: (path) => (this.#erasing ? this.#rub(path, false) : this.#canvas?.draw(path)),
      finished: (path) => (this.#erasing ? this.#rub(path, true) : this.#canvas?.finish(path)),
      cancelled: () => (this.#erasing ? this.#rub(null, false) : this.#canvas?.abandon()),
    });
  }

  #strike(event: KeyboardEvent): void {
    if (!this.#host.isConnected) return;
    if (document.querySelector(".st-key-correction")) return; // its boxes are what the keys are for
    const focused = event.composedPath()[0] as HTMLElement;
    if (focused.isContentEditable || focused.matches?.("input:not([type=range]), textarea")) return;
    const name = SHORTCUTS[shortcutOf(event)];
    if (name === undefined) return;
    event.preventDefault();
    this.#press(name);
  }

  #press(name: Tool): void {
    if (name === "undo") this.#travel(undo(this.#history));
    else if (name === "redo") this.#travel(redo(this.#history));
    else if (name === "clear") this.#clear();
    else if (!this.#hand.isDown) {
      this.#erasing = !this.#erasing;
      this.#buttons.erase.ariaPressed = String(this.#erasing);
      this.#pad.classList.toggle("erasing", this.#erasing);
    }
  }

  get #sheet(): Sheet {
    return this.#history.present;
  }

  #clear(): void {
    if (this.#sheet.strokes.length > 0) this.#travel(change(this.#history, { id: ++this.#sheets, strokes: [] }));
  }

  /** Put other strokes on the same sheet, undoably. */
  #change(strokes: Drawing): void {
    if (strokes !== this.#sheet.strokes) this.#travel(change(this.#history, { id: this.#sheet.id, strokes }));
  }

  #travel(history: History<Sheet>): void {
    if (history.present === this.#sheet) return;
    this.#history = history;
    this.#canvas?.show(this.#sheet.strokes, this.#penWidth);
    this.#revision++;
    this.#send();
    this.#showBoxes();
  }

  /** Send what is on the canvas, again and again until it is answered. */
  #send(retries = MAX_RETRIES): void {
    clearTimeout(this.#retry);
    const retry = (): void => {
      if (this.#isStale() && this.#host.isConnected) this.#send(retries - 1);
    };
    if (retries > 0) this.#retry = window.setTimeout(retry, RETRY_MS);
    const { id, strokes } = this.#sheet;
    this.component.setStateValue("drawing", { revision: this.#revision, sheet: id, strokes: strokes.map(toPen) });
  }

  /** Have a session that does not know the drawing take it as a change. */
  #resume(): void {
    const { session } = this.component.data;
    if (session === this.#session) return;
    this.#session = session;
    if (this.#sheet.strokes.length === 0) return;
    this.#revision++;
    this.#send();
  }

  #drawn(stroke: Stroke): void {
    const tapped = this.#tapped(stroke);
    if (tapped === undefined) {
      this.#change([...this.#sheet.strokes, stroke]);
    } else {
      this.#canvas?.show(this.#sheet.strokes, this.#penWidth);
      document.dispatchEvent(new CustomEvent(FIX, { detail: { index: tapped } }));
    }
  }

  /** The index of the object on whose box a stroke is no more than a tap. */
  #tapped(stroke: Stroke): number | undefined {
    if (!isTap(stroke) || this.#isStale()) return undefined;
    const [x, y] = stroke.points.map((value) => (100 * value) / SIDE);
    const found = this.component.data.boxes.filter(({ index }) => index !== undefined);
    const boxes = found.map(({ box }) => box);
    const smallest = smallestAt(boxes, [x, y]);
    return smallest === null ? undefined : found[smallest].index;
  }

  /** Take an object's strokes away; Undo brings them back. */
  #rewrite(index: number): void {
    const found = this.component.data.boxes.find((each) => each.index === index);
    if (found === undefined || this.#isStale()) return;
    const [x0, y0, x1, y1] = found.box.map((perCent) => (perCent * SIDE) / 100);
    this.#change(cutOut(this.#sheet.strokes, [x0, y0, x1, y1]));
  }

  /** Take away every stroke that the eraser has met so far; lifted, it has made one step of the history. */
  #rub(path: Stroke | null, isLifted: boolean): void {
    this.#rubbed = path && rub(this.#rubbed ?? { kept: this.#sheet.strokes, seen: 0 }, path);
    const kept = this.#rubbed?.kept ?? this.#sheet.strokes;
    this.#canvas?.show(kept, this.#penWidth);
    if (!isLifted) return;
    this.#rubbed = null;
    this.#change(kept);
  }

  /** Open the drawing that Python asks for, once. */
  #open(): void {
    const { id, strokes } = this.component.data.open;
    if (id === this.#opened) return;
    this.#opened = id;
    this.#show(strokes.map(fromPen));
  }

  /** Put a drawing on a sheet of its own, stroke by stroke, so that Undo takes it back likewise. */
  #show(strokes: Drawing): void {
    if (strokes.length === 0) return;
    const id = ++this.#sheets;
    const counts = Array.from({ length: strokes.length + 1 }, (_, count) => count);
    this.#travel(
      counts.reduce((history, count) => change(history, { id, strokes: strokes.slice(0, count) }), this.#history),
    );
  }

  #isStale(): boolean {
    return this.component.data.revision !== this.#revision;
  }

  #showBoxes(): void {
    const { boxes, covered, texts } = this.component.data;
    const isEmpty = this.#sheet.strokes.length === 0;
    const covers = element("div");
    showBoxes(this.#layer, isEmpty ? [] : boxes);
    showCovers(covers, isEmpty ? [] : covered, { width: SIDE, height: SIDE }, translator(texts)("common.covered"), () =>
      this.component.setTriggerValue("uncover", true),
    );
    this.#layer.append(...covers.children);
    this.#layer.classList.toggle("stale", this.#isStale());
  }
}

/** One for the visitor: it outlives its place on the page, which Streamlit may build again at any time. */
let board: Board | null = null;

function show(component: CanvasArguments): void {
  board ??= new Board(component);
  board.update(component);
}

export default receive(show);
