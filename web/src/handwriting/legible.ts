/** Prefer candidates that the detector surely reads as meant: the same rule as in `handwriting/writer.py`. */

import type { Detection, Detections } from "../detect/detections";
import type { Pixels } from "../detect/images";
import { GLYPH_SIZE, type Points, toStrokes } from "./glyphs";
import { DIGITS } from "./hand";
import { toPath } from "./paint";
import type { HandOutputs } from "./writer";

/** Pictures in which the detector looks for candidates. */
const ROUNDS = 6;
/** Score from which a candidate is also read as meant at other sizes. */
const SURE = 0.985;
const CELL = 100;
const COLUMNS = 5;
const DIGIT = 60;
const PEN = 6;

/**
 * Move the first candidate of each digit that `read` surely reads as meant to the front.
 *
 * If there is none in a few rounds, the most legible one comes first, a plausible one before others.
 */
export async function preferLegible(
  { candidates, forms }: HandOutputs,
  read: (strokes: readonly Points[]) => Promise<Detections>,
): Promise<void> {
  const count = forms.length / DIGITS.length;
  const scores: number[][] = DIGITS.map(() => []);
  for (let round = 0; round < Math.min(ROUNDS, count); round++) {
    const strokes = DIGITS.flatMap((digit) => inCell(candidates, digit, digit * count + round));
    legibility(await read(strokes)).forEach((score, digit) => void scores[digit].push(score));
    if (scores.every((tried) => Math.max(...tried) >= SURE)) break;
  }
  for (const digit of DIGITS) {
    const start = digit * count;
    const values = scores[digit].map((score, index) => {
      return Math.min(score, SURE) + (score > 0 && forms[start + index] >= 0 ? 1 : 0);
    });
    const best = start + values.indexOf(Math.max(...values));
    moveToFront(forms.subarray(start, best + 1), 1);
    moveToFront(candidates.subarray(start * GLYPH_SIZE, (best + 1) * GLYPH_SIZE), GLYPH_SIZE);
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

/** The strokes of a candidate, in the cell of its digit. */
function inCell(candidates: Float32Array, digit: number, index: number): Points[] {
  const [left, top] = [CELL * ((digit % COLUMNS) + 0.5), CELL * (Math.floor(digit / COLUMNS) + 0.5)];
  return toStrokes(candidates.subarray(index * GLYPH_SIZE, (index + 1) * GLYPH_SIZE)).map((stroke) =>
    stroke.map(([x, y]): [number, number] => [left + DIGIT * x, top + DIGIT * y]),
  );
}

/** The score of each digit in whose cell nothing else was found, otherwise 0. */
function legibility({ detections }: Detections): number[] {
  const cells: Detection[][] = DIGITS.map(() => []);
  for (const detection of detections) {
    const { box } = detection;
    const [column, row] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2].map((centre) => Math.floor(centre / CELL));
    cells[COLUMNS * row + column].push(detection);
  }
  return cells.map(([first, ...others], digit) =>
    first?.label === String(digit) && others.length === 0 ? first.score : 0,
  );
}

/** Move the last values to the front. */
function moveToFront(values: Int32Array | Float32Array, length: number): void {
  const last = values.slice(-length);
  values.copyWithin(length, 0);
  values.set(last);
}
