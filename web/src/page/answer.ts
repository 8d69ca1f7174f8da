/** What was found, shown: boxes on the paper, the reading, the list, and covers over what is rude. */

import type { Box } from "../detect/preprocess";
import { reading, type Detection, type Detections } from "../detect/result";
import { specification } from "../specification";
import { layOut, toSvg } from "./boxes";
import { byId, percent } from "./dom";

export class Answer {
  readonly #boxes = byId("boxes", SVGSVGElement);
  readonly #reading = byId("reading", HTMLOutputElement);
  readonly #list = byId("detections", HTMLOListElement);
  readonly #covers = byId("covers", HTMLElement);
  #uncovered = false;

  /** Whether the visitor has asked to see what is rude on this drawing. */
  get isUncovered(): boolean {
    return this.#uncovered;
  }

  /** Show detections on a paper of `side` px; covers only where the pen rests, so that none comes under it. */
  show({ width, detections }: Detections, side: number, isPenDown: boolean): void {
    const scale = side / width;
    const text = reading(detections);
    if (this.#reading.value !== text) this.#reading.value = text;
    this.#reading.dataset.size = sizeFor(text);
    this.#boxes.replaceChildren(...toSvg(layOut(detections, scale, side)));
    this.#list.replaceChildren(...detections.map((detection) => item(detection, scale)));
    if (!isPenDown) this.#cover(detections, scale);
  }

  /** Boxes of a drawing that has changed since are dimmed. */
  dim(isStale: boolean): void {
    this.#boxes.classList.toggle("stale", isStale);
  }

  coverAgain(): void {
    this.#uncovered = false;
  }

  #cover(detections: readonly Detection[], scale: number): void {
    const rude = this.#uncovered ? [] : detections.filter(({ label }) => label === specification.censored);
    this.#covers.replaceChildren(...rude.map(({ box }) => this.#coverOver(box.map((value) => value * scale) as Box)));
  }

  #coverOver([x0, y0, x1, y1]: Box): HTMLElement {
    const cover = document.createElement("button");
    cover.type = "button";
    cover.className = "cover";
    cover.setAttribute("aria-label", "Covered: perhaps rude. Show it");
    cover.textContent = "Show";
    const reach = 8; // the strokes' edges stand out of the box
    const place = { left: x0 - reach, top: y0 - reach, width: x1 - x0 + 2 * reach, height: y1 - y0 + 2 * reach };
    for (const [name, value] of Object.entries(place)) cover.style.setProperty(name, `${value}px`);
    cover.addEventListener("click", () => {
      this.#uncovered = true;
      this.#covers.replaceChildren();
    });
    return cover;
  }
}

/** Long numbers are set smaller, so that the paper below never moves. */
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
    words("name", label),
    words("score", percent(score)),
    words("others", top.slice(1).map((other) => `${other.label} ${percent(other.score)}`).join(" · ")),
  );
  return element;
}

function words(kind: string, text: string): HTMLElement {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}
