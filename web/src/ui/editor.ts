/**
 * An editor for the boxes of a picture, by mouse, touch and keyboard: name, move, resize, delete and add them.
 *
 * Keys: arrows move the chosen box, with Shift they move its lower right corner; Delete deletes it.
 */

import { area } from "../detect/detections";
import { place, type Size } from "./boxes";
import { button, element, setColours, setText } from "./dom";
import { between, CORNERS, type Grip, moveBox, type PixelBox, type Point, resizeBox } from "./geometry";
import type { ClassStyle } from "./objects";
import { classButtons } from "./result";
import type { Translate } from "./texts";

export interface EditedBox {
  /** Null until the box has a name. */
  label: string | null;
  box: PixelBox;
}

export interface EditorData extends Size {
  /** URL of the picture. */
  picture: string;
  /** Shortest side of a box, in pixels: a smaller one is a slip of the finger. */
  least: number;
  boxes: readonly EditedBox[];
  classes: readonly ClassStyle[];
}

export interface EditorActions {
  done(boxes: readonly EditedBox[]): void;
  cancel(): void;
}

/** What the pointer of this ID does while it is down; `from` is where it was pressed, `box` what it pressed. */
type Drag = { pointer: number; from: Point } & (
  | { kind: "add" }
  | { kind: "move"; box: PixelBox }
  | { kind: "resize"; box: PixelBox; grip: Grip }
);

interface State {
  boxes: readonly EditedBox[];
  /** Index into `boxes`. */
  chosen: number | null;
  adding: boolean;
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const UNNAMED = { colour: "#16191d", textColour: "#ffffff", line: "dashed" } as const;

export class Editor {
  readonly #data: EditorData;
  readonly #translate: Translate;
  readonly #help = element("p", "help");
  readonly #picture = element("div", "picture");
  readonly #classes = element("div", "classes");
  readonly #add: HTMLButtonElement;
  readonly #remove: HTMLButtonElement;
  readonly #done: HTMLButtonElement;
  #state: State;
  #drag: Drag | null = null;

  constructor(root: Element, data: EditorData, translate: Translate, actions: EditorActions) {
    this.#data = data;
    this.#translate = translate;
    const { boxes } = data;
    this.#state = { boxes, chosen: boxes.length === 1 ? 0 : null, adding: boxes.length === 0 };
    const image = element("img");
    image.src = data.picture;
    image.alt = translate("common.editor.picture");
    Object.assign(this.#picture, { role: "group", ariaLabel: translate("common.editor.boxes") });
    this.#picture.style.aspectRatio = `${data.width} / ${data.height}`;
    this.#picture.append(image);
    this.#classes.append(...classButtons(data.classes, null, (label) => this.#change({ label })));
    Object.assign(this.#classes, { role: "group", ariaLabel: translate("common.editor.chosen") });
    this.#add = button(translate("common.editor.add"), ({ detail }) => this.#toggleAdding(detail === 0));
    this.#remove = button(translate("common.editor.delete"), () => this.#delete());
    this.#remove.setAttribute("aria-keyshortcuts", "Delete");
    this.#done = button(translate("common.editor.done"), () => actions.done(this.#state.boxes), "primary");
    const cancel = button(translate("common.editor.cancel"), () => actions.cancel());
    const bar = element("div", "actions");
    bar.append(this.#add, this.#remove, cancel, this.#done);
    root.replaceChildren(this.#picture, this.#help, this.#classes, bar);
    this.#listen();
    this.#render();
  }

  /** Delete the chosen box, if there is one. */
  #delete(): void {
    this.#update({ boxes: this.#state.boxes.filter((_, index) => index !== this.#state.chosen), chosen: null });
  }

  /** By keyboard, where no corner can be pressed, a new box appears in the middle. */
  #toggleAdding(byKeyboard: boolean): void {
    if (byKeyboard) {
      const { width, height } = this.#data;
      this.#append([width / 3, height / 3, (2 * width) / 3, (2 * height) / 3]);
      this.#boxButtons().at(-1)?.focus();
    } else {
      this.#update({ adding: !this.#state.adding, chosen: null });
    }
  }

  #append(box: PixelBox): void {
    const boxes = [...this.#state.boxes, { label: null, box }];
    this.#update({ boxes, chosen: boxes.length - 1, adding: false });
  }

  #listen(): void {
    const picture = this.#picture;
    picture.addEventListener("pointerdown", (event) => this.#down(event));
    picture.addEventListener("pointermove", (event) => this.#move(event));
    picture.addEventListener("pointerup", (event) => this.#up(event));
    picture.addEventListener("pointercancel", (event) => {
      if (event.pointerId !== this.#drag?.pointer) return;
      this.#drag = null;
      this.#render();
    });
    // A touch that draws or drags must not scroll the page.
    picture.addEventListener("touchstart", (event) => this.#drag && event.preventDefault(), { passive: false });
    picture.addEventListener("keydown", (event) => {
      const { chosen } = this.#state;
      const arrow = ARROWS[event.key];
      if (chosen === null || !arrow) return;
      event.preventDefault();
      const step = Math.max(this.#data.width, this.#data.height) / 100;
      const by: Point = [arrow[0] * step, arrow[1] * step];
      const { box } = this.#state.boxes[chosen];
      this.#change({ box: event.shiftKey ? resizeBox(box, [1, 1], by, this.#data) : moveBox(box, by, this.#data) });
    });
  }

  /** Delete the chosen box by its key, wherever the focus is; the caller listens to the whole page. */
  onKey(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    if (event.key !== "Delete" || (target instanceof Element && target.matches("input, textarea"))) return;
    if (this.#state.chosen !== null) this.#delete();
  }

  #down(event: PointerEvent): void {
    if (this.#drag || event.button !== 0) return;
    const start = { pointer: event.pointerId, from: this.#place(event) };
    const pressed = event.target as HTMLElement;
    const index = this.#boxButtons().indexOf(pressed.closest(".box") as HTMLButtonElement);
    if (this.#state.adding) {
      this.#drag = { ...start, kind: "add" };
    } else if (index >= 0) {
      const { box } = this.#state.boxes[index];
      const corner = pressed.dataset.corner;
      this.#drag = corner
        ? { ...start, kind: "resize", box, grip: CORNERS[Number(corner)] }
        : { ...start, kind: "move", box };
      // A touch that scrolls the page begins on a box that is not chosen yet.
      if (index !== this.#state.chosen && event.pointerType === "touch") this.#drag = null;
      else {
        this.#update({ chosen: index });
        this.#boxButtons()[index].focus(); // Safari focuses no button by itself
      }
    }
    if (this.#drag) this.#picture.setPointerCapture(event.pointerId);
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (event.pointerId !== drag?.pointer) return;
    const to = this.#place(event);
    const by: Point = [to[0] - drag.from[0], to[1] - drag.from[1]];
    if (drag.kind === "add") this.#render([...this.#state.boxes, { label: null, box: between(drag.from, to) }]);
    else if (drag.kind === "move") this.#change({ box: moveBox(drag.box, by, this.#data) });
    else this.#change({ box: resizeBox(drag.box, drag.grip, by, this.#data) });
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    if (event.pointerId !== drag?.pointer) return;
    this.#drag = null;
    if (drag.kind !== "add") return;
    const box = between(drag.from, this.#place(event));
    if (Math.min(box[2] - box[0], box[3] - box[1]) >= this.#data.least) this.#append(box);
    else this.#render();
  }

  /** Change the chosen box. */
  #change(change: Partial<EditedBox>): void {
    const { boxes, chosen } = this.#state;
    this.#update({ boxes: boxes.map((edited, index) => (index === chosen ? { ...edited, ...change } : edited)) });
  }

  #update(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    this.#render();
  }

  #render(boxes = this.#state.boxes): void {
    const { chosen, adding } = this.#state;
    const { width, height, classes } = this.#data;
    const buttons = this.#boxButtons();
    while (buttons.length > boxes.length) buttons.pop()!.remove();
    while (buttons.length < boxes.length) {
      const node = button("", () => this.#update({ chosen: buttons.indexOf(node) }), "box");
      node.append(element("span"), ...CORNERS.map((_, corner) => cornerOf(corner)));
      this.#picture.append(node);
      buttons.push(node);
    }
    for (const [index, { label, box }] of boxes.entries()) {
      const node = buttons[index];
      const style = classes.find((each) => each.label === label);
      const [x0, y0, x1, y1] = box;
      place(node, [(100 * x0) / width, (100 * y0) / height, (100 * x1) / width, (100 * y1) / height]);
      // A small box lies over a large one, so each can be pressed.
      const rank = boxes.filter((other) => area(other.box) > area(box)).length;
      node.style.zIndex = String(index === chosen ? boxes.length : rank);
      setColours(node, style ?? UNNAMED);
      node.ariaLabel = this.#translate("common.editor.box", {
        number: index + 1,
        label: style?.name ?? this.#translate("common.editor.new"),
      });
      node.ariaPressed = String(index === chosen);
      setText(node.firstElementChild!, style?.name ?? "");
    }
    this.#picture.classList.toggle("adding", adding);
    this.#add.ariaPressed = String(adding);
    this.#remove.disabled = chosen === null;
    for (const [index, { label }] of classes.entries()) {
      const node = this.#classes.children[index] as HTMLButtonElement;
      node.disabled = chosen === null;
      node.ariaPressed = String(chosen !== null && boxes[chosen].label === label);
    }
    const isUnnamed = boxes.some(({ label }) => label === null);
    this.#done.disabled = isUnnamed;
    const help = adding ? "draw" : chosen !== null ? "chosen" : isUnnamed ? "unnamed" : "choose";
    setText(this.#help, this.#translate(`common.editor.${help}`));
  }

  #boxButtons(): HTMLButtonElement[] {
    return [...this.#picture.querySelectorAll<HTMLButtonElement>(":scope > .box")];
  }

  /** Where an event is, in pixels of the picture. */
  #place({ clientX, clientY }: PointerEvent): Point {
    const frame = this.#picture.getBoundingClientRect();
    const along = (at: number, start: number, length: number, whole: number): number =>
      Math.min(Math.max((at - start) / length, 0), 1) * whole;
    return [
      along(clientX, frame.left, frame.width, this.#data.width),
      along(clientY, frame.top, frame.height, this.#data.height),
    ];
  }
}

function cornerOf(corner: number): HTMLElement {
  const node = element("i", "corner");
  node.dataset.corner = String(corner);
  return node;
}
