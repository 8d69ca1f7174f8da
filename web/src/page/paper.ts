/** The paper: what is drawn, crisp at any pixel ratio, and what is being drawn, on a layer of its own. */

import { paintDrawing, paintStroke } from "../draw/paint";
import { SIDE, type Drawing, type Stroke } from "../draw/strokes";
import { byId } from "./dom";

export class Paper {
  readonly element = byId("paper", HTMLElement);
  readonly #ink = contextOf("drawing");
  readonly #live = contextOf("stroke");
  #drawing: Drawing = [];
  #stroke: Stroke | null = null;
  #isDue = false;
  #side = 1;
  #colour = "";

  /** `resized` hears of each change of `side`. */
  constructor(resized: () => void) {
    const refit = (): void => {
      this.#refit();
      resized();
    };
    new ResizeObserver(refit).observe(this.element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refit);
  }

  /** Its side on the screen in CSS px. */
  get side(): number {
    return this.#side;
  }

  set isHidden(isHidden: boolean) {
    this.element.classList.toggle("hidden", isHidden);
  }

  /** Show the drawing, and the stroke under the pen over it; painted once a frame. */
  show(drawing: Drawing, stroke: Stroke | null): void {
    if (drawing !== this.#drawing) {
      this.#drawing = drawing;
      this.#paintDrawing();
    }
    this.#stroke = stroke;
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      clear(this.#live);
      this.#paintStroke();
    });
  }

  #refit(): void {
    this.#side = this.element.clientWidth;
    this.#colour = getComputedStyle(this.element).getPropertyValue("--ink");
    const pixels = Math.max(1, Math.round(this.side * devicePixelRatio));
    for (const context of [this.#ink, this.#live]) {
      context.canvas.width = context.canvas.height = pixels;
      context.scale(pixels / SIDE, pixels / SIDE);
    }
    this.#paintDrawing();
    this.#paintStroke();
  }

  #paintDrawing(): void {
    clear(this.#ink);
    paintDrawing(this.#ink, this.#drawing, this.#colour);
  }

  #paintStroke(): void {
    if (this.#stroke) paintStroke(this.#live, this.#stroke, this.#colour);
  }
}

function contextOf(id: string): CanvasRenderingContext2D {
  return byId(id, HTMLCanvasElement).getContext("2d")!;
}

function clear(context: CanvasRenderingContext2D): void {
  context.clearRect(-SIDE, -SIDE, 3 * SIDE, 3 * SIDE);
}
