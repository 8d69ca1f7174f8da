/** A person's hand, as learnt from a few drawn digits: the same rules as `Hand` in `handwriting/writer.py`. */

import { bounds, GLYPH_SIZE, type Glyph, type Points, toStrokes } from "./glyphs";
import type { Sample } from "./references";
import type { HandOutputs } from "./writer";

export const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** The newest ones count. */
export const MAX_REFERENCES = 32;
/** Longest number that is written. */
export const MAX_LENGTH = 20;
/** Between digits, relative to their size. */
const GAP = 0.25;

export class Hand {
  constructor(
    private readonly samples: readonly Sample[],
    private readonly outputs: HandOutputs,
  ) {}

  /** The plausible candidates of a digit for choosing: the best, then one of each other form, and so on. */
  options(digit: number): Glyph[] {
    const forms = this.#forms(digit);
    const ranks = forms.map((form, index) => forms.slice(0, index).filter((other) => other === form).length);
    const shown = [...forms.keys()].filter((index) => index === 0 || forms[index] >= 0);
    return shown.sort((a, b) => ranks[a] - ranks[b]).map((index) => this.#candidate(digit, index));
  }

  /** Of these digits, the one that would tell most about the hand; undefined if there is none. */
  mostUnsure(digits: readonly number[]): number | undefined {
    const { spread } = this.outputs;
    return [...digits].sort((a, b) => spread[b] - spread[a])[0];
  }

  /** The strokes of each digit of a number, on one baseline; digits are 1 high or wide. */
  write(number: string): Points[][] {
    let left = 0;
    return [...number].map((character, place) => {
      const inks = this.#inks(Number(character));
      const ink = inks[(number.slice(0, place).split(character).length - 1) % inks.length];
      const [x0, , x1, y1] = bounds(ink);
      const placed = ink.map((stroke) => stroke.map(([x, y]): [number, number] => [x - x0 + left, y - y1]));
      left += x1 - x0 + GAP;
      return placed;
    });
  }

  /** What a digit is written as when it occurs for the first time, the second time, and so on. */
  #inks(digit: number): (readonly Points[])[] {
    const drawn = this.samples.filter((sample) => sample.digit === digit).map(({ strokes }) => strokes);
    const forms = this.#forms(digit);
    const alike = [...forms.keys()].filter((index) => index === 0 || (forms[index] === forms[0] && forms[0] >= 0));
    return [...drawn, ...alike.map((index) => toStrokes(this.#candidate(digit, index)))];
  }

  #forms(digit: number): number[] {
    const { forms } = this.outputs;
    const count = forms.length / DIGITS.length;
    return [...forms.subarray(digit * count, (digit + 1) * count)];
  }

  #candidate(digit: number, index: number): Glyph {
    const { candidates, forms } = this.outputs;
    const start = (digit * (forms.length / DIGITS.length) + index) * GLYPH_SIZE;
    return candidates.subarray(start, start + GLYPH_SIZE);
  }
}
