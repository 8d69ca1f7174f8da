/** Shows detections: the reading, the list, boxes on the canvas, and covers over rude objects. */

import type { Box, Detection, Detections } from "../detect/detections";
import { reading } from "../detect/reading_order";
import { specification } from "../specification";
import { layOut, toSvg } from "./boxes";
import { byId, percent } from "./dom";

export class Answer {
  readonly #boxes = byId("boxes", SVGSVGElement);
  readonly #reading = byId("reading", HTMLOutputElement);
  readonly #list = byId("detections", HTMLOListElement);
  readonly #covers = byId("covers", HTMLElement);
  #isUncovered = false;

  /** Whether the user has uncovered the rude objects of this drawing. */
  get isUncovered(): boolean {
    return this.#isUncovered;
  }

  /** Show detections on a canvas of `side` pixels; covers change only while the pen is up, so none appears under it. */
  show({ width, detections }: Detections, side: number, isPenDown: boolean): void {
    const scale = side / width;
    const text = reading(detections);
    if (this.#reading.value !== text) this.#reading.value = text;
    this.#reading.dataset.size = sizeFor(text);
    this.#boxes.replaceChildren(...toSvg(layOut(detections, scale, side)));
    this.#list.replaceChildren(...detections.map((detection) => item(detection, scale)));
    if (!isPenDown) this.#cover(detections, scale);
  }

  /** Dim the boxes of a drawing that has changed since. */
  dim(isStale: boolean): void {
    this.#boxes.classList.toggle("stale", isStale);
  }

  coverAgain(): void {
    this.#isUncovered = false;
  }

  #cover(detections: readonly Detection[], scale: number): void {
    const rude = this.#isUncovered ? [] : detections.filter(({ label }) => label === specification.censored);
    this.#covers.replaceChildren(...rude.map(({ box }) => this.#coverOver(box.map((value) => value * scale) as Box)));
  }

  #coverOver([x0, y0, x1, y1]: Box): HTMLElement {
    const cover = document.createElement("button");
    cover.type = "button";
    cover.className = "cover";
    cover.setAttribute("aria-label", "Covered: perhaps rude. Show it");
    cover.textContent = "Show";
    const margin = 8; // the edges of strokes extend beyond the box
    const place = { left: x0 - margin, top: y0 - margin, width: x1 - x0 + 2 * margin, height: y1 - y0 + 2 * margin };
    for (const [name, value] of Object.entries(place)) cover.style.setProperty(name, `${value}px`);
    cover.addEventListener("click", () => {
      this.#isUncovered = true;
      this.#covers.replaceChildren();
    });
    return cover;
  }
}

/** Long numbers get smaller type, so the canvas below never moves. */
function sizeFor(text: string): string {
  const lines = text.split("\n");
  const longest = Math.max(...lines.map((line) => line.length));
  if (lines.length === 1 && longest <= 15) return "large";
  return lines.length <= 2 && longest <= 31 ? "medium" : "small";
}

function item({ label, score, box, top }: Detection, scale: number): HTMLLIElement {
  const element = document.createElement("li");
  element.dataset.label = label;
  element.dataset.score = score.toFixed(4);
  element.dataset.box = box.map((value) => (value * scale).toFixed(2)).join(",");
  element.style.setProperty("--colour", specification.colours[label].box);
  element.style.setProperty("--on-colour", specification.colours[label].text);
  element.append(
    span("name", label),
    span("score", percent(score)),
    span(
      "others",
      top
        .slice(1)
        .map((other) => `${other.label} ${percent(other.score)}`)
        .join(" · "),
    ),
  );
  return element;
}

function span(className: string, text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
