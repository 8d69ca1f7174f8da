/** Faint ink beside dark ink, such as a pencil's beside a pen's. The same steps as `detect/faint.py`. */

import { median } from "../numbers";
import { specification } from "../specification";
import type { Raster } from "./images";
import { steepen } from "./letterbox";
import { findPieces } from "./pieces";
import { type Candidate, COLUMNS, isDigit, type View } from "./postprocess";
import { size } from "./windows";

const { minFraction, darkFraction, minSizeRatio, maxSizeRatio, minScore } = specification.faint;

/**
 * The steep ink of faint pieces that are as large as the digits found, or null if there are none.
 *
 * `ink` is not steep; `scale` are pixels of the input per pixel of the picture.
 */
export function findFaint(
  ink: Raster,
  found: readonly Pick<Candidate, "box" | "classScores">[],
  scale: number,
): Raster | null {
  const boxes = found.filter(({ classScores }) => isDigit(classScores)).map(({ box }) => box);
  if (boxes.length === 0) return null;
  const strongest = ink.values.reduce((maximum, value) => Math.max(maximum, value), 0);
  const lowest = Math.max(specification.background.minContrast, Math.floor(minFraction * strongest));
  const darkest = Math.floor(darkFraction * strongest);
  const digit = median(boxes.map(size)) / scale;
  const { list, labels } = findPieces(ink, lowest);
  const isFaint = list.map(({ box }) => size(box) >= minSizeRatio * digit && size(box) <= maxSizeRatio * digit);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] > 0 && ink.values[at] >= darkest) isFaint[labels[at] - 1] = false;
  }
  if (!isFaint.includes(true)) return null;
  return steepen({ ...ink, values: ink.values.map((value, at) => (isFaint[labels[at] - 1] ? value : 0)) });
}

/** A view of faint ink with its confident digits alone. */
export function keepConfidentDigits({ outputs, letterbox }: View): View {
  const kept: number[] = [];
  for (let start = 0; start < outputs.length; start += COLUMNS) {
    const [, , , , objectness, ...probabilities] = outputs.subarray(start, start + COLUMNS);
    if (objectness * Math.max(...probabilities) < minScore || !isDigit(probabilities)) continue;
    kept.push(...outputs.subarray(start, start + COLUMNS));
  }
  return { outputs: Float32Array.from(kept), letterbox };
}
