/** Reading order: digits grouped into written lines, whatever their scores. The same as `detect/reading_order.py`. */

import { specification } from "../specification";
import type { Box, Detection } from "./detections";

type Digit = Pick<Detection, "label" | "box">;

/** The digits as a person reads them: lines top to bottom, each left to right with one space; empty without digits. */
export function reading(detections: readonly Digit[]): string {
  const digits = detections.filter(({ label }) => specification.digits.includes(label));
  return writtenLines(digits)
    .map((line) => line.map(({ label }) => label).join(" "))
    .join("\n");
}

/** From left to right, each digit joins the line whose last digit shares most of its height, or begins a new one. */
function writtenLines(digits: readonly Digit[]): Digit[][] {
  const lines: Digit[][] = [];
  const fromLeft = sortedBy(digits, ({ box: [x0, y0, x1, y1], label }) => [x0 + x1, y0 + y1, x0, classIndex(label)]);
  for (const digit of fromLeft) {
    const matches = lines
      .map((line) => ({ line, end: line[line.length - 1].box }))
      .map(({ line, end }) => ({ line, overlap: heightOverlap(end, digit.box), x: end[0] + end[2] }))
      .filter(({ overlap }) => overlap >= specification.readingOrder.lineOverlap);
    if (matches.length === 0) lines.push([digit]);
    else sortedBy(matches, ({ overlap, x }) => [-overlap, -x])[0].line.push(digit); // of equal ones the nearest
  }
  return sortedBy(lines, (line) => {
    const mean = (side: number): number => line.reduce((sum, { box }) => sum + box[side], 0) / line.length;
    return [mean(1) + mean(3), mean(0) + mean(2)];
  });
}

/** The height that two boxes share, as a fraction of the smaller one's. */
function heightOverlap(a: Box, b: Box): number {
  const shared = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return shared / Math.max(Math.min(a[3] - a[1], b[3] - b[1]), 1e-6);
}

function classIndex(label: string): number {
  return specification.classes.indexOf(label);
}

/** A copy in ascending order of keys, compared number by number; equal keys keep their order. */
function sortedBy<T>(items: readonly T[], key: (item: T) => number[]): T[] {
  const compare = (a: number[], b: number[]): number => a.map((value, i) => value - b[i]).find((x) => x !== 0) ?? 0;
  return [...items].sort((a, b) => compare(key(a), key(b)));
}
