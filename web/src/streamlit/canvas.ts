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
import { objectBoxes, type ShownBox, showBoxes, showCovers } from "../ui/boxes";
import { element, setText, shortcutOf } from "../ui/dom";
import { smallestAt } from "../ui/geometry";
import type { FoundObject } from "../ui/objects";
import { type Texts, type Translate, translator } from "../ui/texts";
import { TOOL_KEYS, type Tool, Tools } from "../ui/tools";
import { CHOSEN, type ComponentArguments, DRAWING, FIX, mount, REWRITE, receive } from "./component";
import { DrawableCanvas, fromPen, type PenStroke, toPen } from "./drawable_canvas";
import "../ui/boxes.css";
import "../ui/tools.css";
import "./theme.css";
import "./canvas.css";

interface CanvasData {
  /** URL of streamlit-drawable-canvas' front end. */
  module: string;
  /** The same as the answer's. */
  objects: FoundObject[];
  leftOut: ShownBox[];
  /** The drawing that these are about. */
  revision: number;
  /** Another one after the server has lost the session, such as by a restart. */
  session: string;
  /** A drawing to be opened on a new sheet, once for each ID. */
  open: { id: number; strokes: PenStroke[] };
  texts: Texts;
}

type CanvasArguments = ComponentArguments<CanvasData>;

interface Sheet {
  /** Another number after each Clear and each drawing that was opened. */
  id: number;
  strokes: Drawing;
}

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
  /** Index of the object whose class is being chosen. */
  #chosen: number | null = null;
  #canvas: DrawableCanvas | null = null;
  readonly #host = element("div");
  readonly #layer = element("div", "boxes");
  /** Takes what hands do, for the canvas or the eraser. */
  readonly #pad = element("div", "pad");
  readonly #hand: Pen;
  readonly #bar = element("div", "tools");
  /** Why a link could not be opened, until something is drawn. */
  readonly #message = element("p");
  readonly #tools: Tools;

  constructor(private component: CanvasArguments) {
    this.#tools = new Tools(this.#bar, {
      press: (tool) => this.#press(tool),
      widen: (penWidth) => {
        this.#penWidth = penWidth;
        this.#canvas?.show(this.#sheet.strokes, penWidth);
        this.#showTools();
      },
    });
    this.#message.role = "alert";
    this.#host.append(element("div", "canvas-root"));
    this.#hand = this.#listen();
    void this.#start();
  }

  update(component: CanvasArguments): void {
    this.component = component;
    const root = mount(component.parentElement);
    if (this.#host.parentElement !== root) root.replaceChildren(this.#host, this.#bar, this.#message);
    this.#showTools();
    if (this.#canvas === null) return;
    this.#canvas.surface.ariaLabel = this.#translate("common.canvas");
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
      const reason = this.#translate(`common.link.${error.reason}`);
      setText(this.#message, this.#translate("common.linkBroken", { reason }));
    }
  }

  #listen(): Pen {
    document.addEventListener("keydown", (event) => this.#strike(event));
    const onRewrite = (event: Event): void => this.#rewrite((event as CustomEvent<{ index: number }>).detail.index);
    document.addEventListener(REWRITE, onRewrite);
    document.addEventListener(CHOSEN, (event) => {
      this.#chosen = (event as CustomEvent<{ index: number | null }>).detail.index;
      this.#showBoxes();
    });
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
    const shortcut = shortcutOf(event);
    const tool = TOOL_KEYS[shortcut];
    const chosen = this.#chosen;
    if (tool) this.#press(tool);
    else if (shortcut === "delete" && chosen !== null) this.#rewrite(chosen);
    else if (shortcut === "delete") this.#press("clear");
    else if (shortcut === "escape" && chosen !== null)
      document.dispatchEvent(new CustomEvent(FIX, { detail: { index: null } }));
    else return;
    event.preventDefault();
  }

  #press(tool: Tool): void {
    if (this.#hand.isDown) return; // its stroke or eraser would bring back what this changes
    if (tool === "undo") this.#travel(undo(this.#history));
    else if (tool === "redo") this.#travel(redo(this.#history));
    else if (tool === "clear") this.#clear();
    else {
      this.#erasing = !this.#erasing;
      this.#pad.classList.toggle("erasing", this.#erasing);
    }
    this.#showTools();
  }

  #showTools(): void {
    const { past, present, future } = this.#history;
    const hasInk = present.strokes.length > 0;
    const enabled = { undo: past.length > 0, redo: future.length > 0, erase: hasInk || this.#erasing, clear: hasInk };
    this.#tools.show({ enabled, isErasing: this.#erasing, penWidth: this.#penWidth }, this.#translate);
  }

  get #translate(): Translate {
    return translator(this.component.data.texts);
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
    this.#revision++;
    this.#send(); // first, so that the server works while the browser paints
    this.#canvas?.show(this.#sheet.strokes, this.#penWidth);
    setText(this.#message, "");
    this.#showBoxes();
    this.#showTools();
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
    const { objects } = this.component.data;
    const shown = objects.filter(({ covered }) => !covered);
    const boxes = shown.map(({ box }) => box);
    const smallest = smallestAt(boxes, [x, y]);
    return smallest === null ? undefined : objects.indexOf(shown[smallest]);
  }

  /** Take an object's strokes away; Undo brings them back. */
  #rewrite(index: number): void {
    const object = this.component.data.objects.at(index);
    if (object === undefined || this.#isStale() || this.#hand.isDown) return; // chosen in an answer before
    const [x0, y0, x1, y1] = object.box.map((perCent) => (perCent * SIDE) / 100);
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
    const { objects, leftOut } = this.component.data;
    const isEmpty = this.#sheet.strokes.length === 0;
    const covers = element("div");
    const covered = isEmpty ? [] : objects.filter((object) => object.covered).map(({ box }) => box);
    const boxes = [...objectBoxes(objects, this.#chosen), ...leftOut.map((box) => ({ ...box, leftOut: true }))];
    showBoxes(this.#layer, isEmpty ? [] : boxes);
    showCovers(covers, covered, { width: SIDE, height: SIDE }, this.#translate("common.covered"), () =>
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
