/** The canvas: a layer for the drawing, sharp at any pixel ratio, and one for the current stroke. */

import { paintDrawing, paintStroke } from "../ink/paint";
import { type Drawing, SIDE, type Stroke } from "../ink/strokes";
import { byId } from "./dom";

export class Canvas {
  readonly element = byId("canvas", HTMLElement);
  readonly #drawingLayer = contextOf("drawing");
  readonly #strokeLayer = contextOf("stroke");
  #drawing: Drawing = [];
  #stroke: Stroke | null = null;
  #isScheduled = false;
  #side = 1;
  #colour = "";

  /** `onResize` is called after each change of `side`. */
  constructor(onResize: () => void) {
    const refit = (): void => {
      this.#refit();
      onResize();
    };
    new ResizeObserver(refit).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refit);
  }

  /** On the screen, in CSS pixels. */
  get side(): number {
    return this.#side;
  }

  set isHidden(isHidden: boolean) {
    this.element.classList.toggle("hidden", isHidden);
  }

  /** Show the drawing and, above it, the current stroke, which is painted once per frame. */
  show(drawing: Drawing, stroke: Stroke | null): void {
    if (drawing !== this.#drawing) {
      this.#drawing = drawing;
      this.#paintDrawing();
    }
    this.#stroke = stroke;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      clear(this.#strokeLayer);
      this.#paintStroke();
    });
  }

  #refit(): void {
    this.#side = this.element.clientWidth;
    this.#colour = getComputedStyle(this.element).getPropertyValue("--ink");
    const pixels = Math.max(1, Math.round(this.side * devicePixelRatio));
    for (const context of [this.#drawingLayer, this.#strokeLayer]) {
      context.canvas.width = context.canvas.height = pixels;
      context.scale(pixels / SIDE, pixels / SIDE);
    }
    this.#paintDrawing();
    this.#paintStroke();
  }

  #paintDrawing(): void {
    clear(this.#drawingLayer);
    paintDrawing(this.#drawingLayer, this.#drawing, this.#colour);
  }

  #paintStroke(): void {
    if (this.#stroke) paintStroke(this.#strokeLayer, this.#stroke, this.#colour);
  }
}

function contextOf(id: string): CanvasRenderingContext2D {
  return byId(id, HTMLCanvasElement).getContext("2d")!;
}

function clear(context: CanvasRenderingContext2D): void {
  context.clearRect(-SIDE, -SIDE, 3 * SIDE, 3 * SIDE);
}
