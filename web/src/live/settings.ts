/** The settings: thresholds, pen width, and a view of the network's input. */

import type { Prediction, Thresholds } from "../detect/postprocess";
import { PEN_WIDTH } from "../ink/strokes";
import { specification } from "../specification";
import { byId } from "./dom";

export class Settings {
  readonly #pen = byId("pen", HTMLInputElement);
  readonly #score = byId("score", HTMLInputElement);
  readonly #iou = byId("iou", HTMLInputElement);
  readonly #more = byId("more", HTMLDetailsElement);
  readonly #input = byId("input", HTMLCanvasElement);

  /** `onChange` is called when the answer must be shown again. */
  constructor(onChange: () => void) {
    Object.assign(this.#pen, { min: PEN_WIDTH.min, max: PEN_WIDTH.max, value: PEN_WIDTH.default });
    this.#score.value = String(specification.model.scoreThreshold);
    this.#iou.value = String(specification.model.iouThreshold);
    this.#showValues();
    this.#pen.addEventListener("input", () => this.#showValues());
    for (const slider of [this.#score, this.#iou]) {
      slider.addEventListener("input", () => {
        this.#showValues();
        onChange();
      });
    }
    this.#more.addEventListener("toggle", onChange);
  }

  get penWidth(): number {
    return this.#pen.valueAsNumber;
  }

  get thresholds(): Thresholds {
    return { score: this.#score.valueAsNumber, iou: this.#iou.valueAsNumber };
  }

  /** Show the network's input if the settings are open. */
  showInput({
    views: [
      {
        letterbox: { input },
      },
    ],
  }: Prediction): void {
    if (!this.#more.open) return;
    const side = specification.model.inputSize;
    this.#input.width = this.#input.height = side;
    const picture = new ImageData(side, side);
    input.forEach((ink, index) => {
      const shade = 255 * (1 - ink);
      picture.data.set([shade, shade, shade, 255], 4 * index);
    });
    this.#input.getContext("2d")!.putImageData(picture, 0, 0);
  }

  #showValues(): void {
    byId("nib", HTMLElement).style.setProperty("--width", this.#pen.value);
    for (const slider of [this.#score, this.#iou]) {
      byId(`${slider.id}-value`, HTMLOutputElement).value = slider.valueAsNumber.toFixed(2);
    }
  }
}
