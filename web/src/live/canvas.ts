/** The canvas: a layer for the drawing or picture, sharp at any pixel ratio, and one for the hand's current stroke. */

import type { Pixels } from "../detect/images";
import { paintDrawing, paintStroke } from "../ink/paint";
import { type Drawing, SIDE, type Stroke } from "../ink/strokes";
import { pictureArea } from "./found";

export class Canvas {
  readonly #element: HTMLElement;
  readonly #drawingLayer: CanvasRenderingContext2D;
  readonly #strokeLayer: CanvasRenderingContext2D;
  #drawing: Drawing = [];
  #picture: Pixels | null = null;
  #stroke: Stroke | null = null;
  #isScheduled = false;
  #colour = "";

  /** `onResize` is called after each change of the element's size or colours. */
  constructor(element: HTMLElement, onResize: () => void) {
    this.#element = element;
    const [drawing, stroke] = element.querySelectorAll("canvas");
    this.#drawingLayer = drawing.getContext("2d")!;
    this.#strokeLayer = stroke.getContext("2d")!;
    const refit = (): void => {
      this.#refit();
      onResize();
    };
    new ResizeObserver(refit).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refit);
  }

  /** Show the drawing or picture and, above it, the current stroke, which is painted once per frame. */
  show(drawing: Drawing, picture: Pixels | null, stroke: Stroke | null): void {
    if (drawing !== this.#drawing || picture !== this.#picture) {
      this.#drawing = drawing;
      this.#picture = picture;
      this.#paintDrawing();
    }
    if (stroke === this.#stroke) return;
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
    this.#colour = getComputedStyle(this.#element).getPropertyValue("--ink");
    const pixels = Math.max(1, Math.round(this.#element.clientWidth * devicePixelRatio));
    for (const context of [this.#drawingLayer, this.#strokeLayer]) {
      context.canvas.width = context.canvas.height = pixels;
      context.scale(pixels / SIDE, pixels / SIDE);
    }
    this.#paintDrawing();
    this.#paintStroke();
  }

  #paintDrawing(): void {
    clear(this.#drawingLayer);
    if (this.#picture) paintPicture(this.#drawingLayer, this.#picture);
    paintDrawing(this.#drawingLayer, this.#drawing, this.#colour);
  }

  #paintStroke(): void {
    if (this.#stroke) paintStroke(this.#strokeLayer, this.#stroke, this.#colour);
  }
}

/** Paint a picture on white paper, as large as it fits into the square. */
function paintPicture(context: CanvasRenderingContext2D, picture: Pixels): void {
  const [x0, y0, x1, y1] = pictureArea(picture).map((value) => value * SIDE);
  context.fillStyle = "white";
  context.fillRect(x0, y0, x1 - x0, y1 - y0);
  context.drawImage(canvasOf(picture), x0, y0, x1 - x0, y1 - y0);
}

/** A canvas that holds exactly these pixels. */
export function canvasOf({ data, width, height }: Pixels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")!.putImageData(new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0);
  return canvas;
}

function clear(context: CanvasRenderingContext2D): void {
  context.clearRect(-SIDE, -SIDE, 3 * SIDE, 3 * SIDE);
}
