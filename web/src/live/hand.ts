/** "Your hand" on this page: the model runs in the worker, from the visitor's first tap on. */

import { GLYPH_SIZE } from "../handwriting/glyphs";
import { findReferences, MIN_SCORE, type Reference, type Sample } from "../handwriting/references";
import type { HandOutputs } from "../handwriting/writer";
import { SIDE } from "../ink/strokes";
import { specification } from "../specification";
import { HandPanel } from "../ui/hand";
import { translators } from "./catalogue";
import { type Found, toFractions } from "./found";
import { isEmpty, isStale, type State } from "./state";

type Learn = (glyphs: Float32Array, labels: Int32Array) => Promise<HandOutputs>;

export class HandSection {
  readonly #panel: HandPanel;
  readonly #learn: Learn;
  #state: State | null = null;
  #references: readonly Reference[] = [];
  #outputs: HandOutputs | null = null;
  #error: string | null = null;
  /** The samples of the newest request. */
  #asked = "";

  constructor(root: HTMLElement, learn: Learn) {
    this.#learn = learn;
    this.#panel = new HandPanel(root, () => void this.#update());
  }

  /** Show a state, unless it is about to change: the hand is down, or the answer is about an earlier drawing. */
  render(state: State): void {
    const before = this.#state;
    if (state.detector.kind === "progress") this.#asked = ""; // an ended worker answers no more
    if (state.stroke || isStale(state)) return;
    const isSame = before?.found === state.found && before.history === state.history;
    if (isSame && before.language === state.language) return;
    this.#state = state;
    this.#references = referencesOf(state);
    this.#show();
    void this.#update();
  }

  #show(): void {
    const state = this.#state!;
    const isPicture = state.history.present.picture !== null && state.found.some(isSureDigit);
    this.#panel.show(
      {
        references: this.#references,
        isPicture,
        isEmpty: isEmpty(state),
        outputs: this.#outputs,
        error: this.#error,
      },
      translators[state.language],
    );
  }

  /** Have the hand learnt from the newest samples. */
  async #update(): Promise<void> {
    const { samples, isOpen } = this.#panel;
    const key = samples.map(({ digit, glyph }) => `${digit}:${glyph.join()}`).join(";");
    if (!isOpen || this.#references.length === 0 || key === this.#asked) return;
    this.#asked = key;
    try {
      const outputs = await this.#learn(...tensors(samples));
      if (key !== this.#asked) return;
      [this.#outputs, this.#error] = [outputs, null];
    } catch (error) {
      if (key !== this.#asked) return;
      [this.#asked, this.#error] = ["", (error as Error).message]; // to be tried again with the next change
    }
    this.#show();
  }
}

function referencesOf(state: State): Reference[] {
  const objects = state.found.map((object) => ({
    label: object.label,
    box: toFractions(object.box, state.size).map((edge) => edge * SIDE) as Found["box"],
    sure: object.corrected || object.score >= MIN_SCORE,
  }));
  return findReferences(state.history.present.drawing, objects);
}

function isSureDigit({ label, score }: Found): boolean {
  return specification.digits.includes(label) && score >= MIN_SCORE;
}

function tensors(samples: readonly Sample[]): [Float32Array, Int32Array] {
  const glyphs = new Float32Array(samples.length * GLYPH_SIZE);
  samples.forEach(({ glyph }, index) => glyphs.set(glyph, index * GLYPH_SIZE));
  return [glyphs, Int32Array.from(samples, ({ digit }) => digit)];
}
