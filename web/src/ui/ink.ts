/** Strokes as SVG that write themselves, point by point, or move smoothly to other strokes. */

import type { Point, Points } from "../handwriting/glyphs";
import { toPath } from "../handwriting/paint";

const SVG = "http://www.w3.org/2000/svg";
const WRITING_MS = 500; // for a digit
const LIFTED_MS = 120; // between its strokes
const MOVING_MS = 350;

type Strokes = readonly Points[];

/** The ink of one digit. */
export class Ink {
  readonly node = document.createElementNS(SVG, "g");
  #strokes: Strokes = [];
  #animation = 0;

  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }

  /** Show strokes at once. */
  show(strokes: Strokes): void {
    this.#begin(strokes);
    this.#paint(strokes);
  }

  /** Write strokes as a hand would: points lie closer in corners, so the pen slows down there. */
  write(strokes: Strokes, delay = 0): void {
    if (prefersStillness()) {
      this.show(strokes);
      return;
    }
    this.#begin(strokes);
    const count = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    const whole = WRITING_MS + LIFTED_MS * (strokes.length - 1);
    this.#paint([]);
    this.#run(whole, delay, (time) => {
      let left = time;
      const written: Points[] = [];
      for (const stroke of strokes) {
        const duration = (WRITING_MS * stroke.length) / count;
        if (left > 0) written.push(stroke.slice(0, Math.max(1, Math.round((stroke.length * left) / duration))));
        left -= duration + LIFTED_MS;
      }
      this.#paint(written);
    });
  }

  /** Move to strokes of the same number of points; others are written instead. */
  move(strokes: Strokes): void {
    const before = this.#strokes;
    if (isSame(before, strokes)) return;
    const isAlike =
      before.length === strokes.length && strokes.every(({ length }, index) => length === before[index].length);
    if (!isAlike || prefersStillness()) {
      this.write(strokes);
      return;
    }
    this.#begin(strokes);
    this.#run(MOVING_MS, 0, (time) => {
      const part = (1 - Math.cos((Math.PI * time) / MOVING_MS)) / 2;
      const between = (from: Point, to: Point): Point => [
        from[0] + part * (to[0] - from[0]),
        from[1] + part * (to[1] - from[1]),
      ];
      this.#paint(strokes.map((stroke, index) => stroke.map((to, point) => between(before[index][point], to))));
    });
  }

  #begin(strokes: Strokes): void {
    cancelAnimationFrame(this.#animation);
    this.#strokes = strokes;
  }

  /** Call `step` with the time since the start, in ms, and at last with `duration`. */
  #run(duration: number, delay: number, step: (time: number) => void): void {
    let start: number | null = null;
    const frame = (now: number): void => {
      start ??= now + delay;
      const time = now - start;
      if (time > 0) step(Math.min(time, duration));
      if (time < duration) this.#animation = requestAnimationFrame(frame);
    };
    this.#animation = requestAnimationFrame(frame);
  }

  #paint(strokes: Strokes): void {
    while (this.node.childElementCount > strokes.length) this.node.lastElementChild!.remove();
    while (this.node.childElementCount < strokes.length) this.node.append(document.createElementNS(SVG, "path"));
    for (const [index, path] of [...this.node.children].entries()) path.setAttribute("d", toPath(strokes[index]));
  }
}

/** A picture of ink in this area: x, y, width, height. */
export function inkPicture(area: readonly number[]): SVGSVGElement {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "ink");
  picture.setAttribute("viewBox", area.join(" "));
  picture.setAttribute("preserveAspectRatio", "xMinYMid");
  return picture;
}

function isSame(a: Strokes, b: Strokes): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
