/** Prefer candidates that the detector reads as meant: the same rounds as in `handwriting/writer.py`. */

import type { Detections } from "../detect/detections";
import type { Pixels } from "../detect/images";
import { GLYPH_SIZE, type Points, toStrokes } from "./glyphs";
import { DIGITS } from "./hand";
import { toPath } from "./paint";
import type { HandOutputs } from "./writer";

const ROUNDS = 3;
const CELL = 100;
const COLUMNS = 5;
const DIGIT = 60;
const PEN = 6;

/**
 * Move candidates that `read` misreads to the end of the plausible ones, until it reads all first ones.
 *
 * A digit without a plausible candidate goes through all of them.
 */
export async function preferLegible(
  { candidates, forms }: HandOutputs,
  read: (strokes: readonly Points[]) => Promise<Detections>,
): Promise<void> {
  const count = forms.length / DIGITS.length;
  for (let round = 0; round < ROUNDS; round++) {
    const legible = legibleDigits(await read(DIGITS.flatMap((digit) => inCell(candidates, digit, count))));
    if (legible.size === DIGITS.length) return;
    for (const digit of DIGITS.filter((each) => !legible.has(each))) {
      const start = digit * count;
      const plausible = forms.subarray(start, start + count).filter((form) => form >= 0).length || count;
      rotate(forms.subarray(start, start + plausible), 1);
      rotate(candidates.subarray(start * GLYPH_SIZE, (start + plausible) * GLYPH_SIZE), GLYPH_SIZE);
    }
  }
}

/** Paint the strokes that `preferLegible` passes to `read`. */
export function paintCells(strokes: readonly Points[]): Pixels {
  const canvas = new OffscreenCanvas(COLUMNS * CELL, (DIGITS.length / COLUMNS) * CELL);
  const context = canvas.getContext("2d")!;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = PEN;
  for (const stroke of strokes) context.stroke(new Path2D(toPath(stroke)));
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** The strokes of a digit's first candidate, in its cell. */
function inCell(candidates: Float32Array, digit: number, count: number): Points[] {
  const start = digit * count * GLYPH_SIZE;
  const [left, top] = [CELL * ((digit % COLUMNS) + 0.5), CELL * (Math.floor(digit / COLUMNS) + 0.5)];
  return toStrokes(candidates.subarray(start, start + GLYPH_SIZE)).map((stroke) =>
    stroke.map(([x, y]): [number, number] => [left + DIGIT * x, top + DIGIT * y]),
  );
}

/** The digits in whose cell nothing else was found. */
function legibleDigits({ detections }: Detections): Set<number> {
  const cells: string[][] = DIGITS.map(() => []);
  for (const { box, label } of detections) {
    const [column, row] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2].map((centre) => Math.floor(centre / CELL));
    cells[COLUMNS * row + column].push(label);
  }
  return new Set(DIGITS.filter((digit) => cells[digit].join() === String(digit)));
}

/** Move the first values to the end. */
function rotate(values: Int32Array | Float32Array, shift: number): void {
  const first = values.slice(0, shift);
  values.copyWithin(0, shift);
  values.set(first, values.length - first.length);
}
