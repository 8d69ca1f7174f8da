/** Reading order: digits grouped into written lines, whatever their scores. The same as `detect/reading_order.py`. */

import { specification } from "../specification";
import type { Box, Detection } from "./detections";

const { lineOverlap, maxRaisedSize, maxRaisedBottom, maxRaisedGap } = specification.readingOrder;

type Placed = Pick<Detection, "label" | "box">;

/** The digits as a person reads them: lines top to bottom, each left to right with one space; empty without digits. */
export function reading(detections: readonly Placed[]): string {
  return writtenLines(detections.filter(isDigit))
    .map((line) => line.map(({ label }) => label).join(" "))
    .join("\n");
}

/** Objects as lists show them: the digits in the order of their reading, then the others likewise. */
export function inReadingOrder<T extends Placed>(objects: readonly T[]): T[] {
  return [objects.filter(isDigit), objects.filter((object) => !isDigit(object))].flatMap((group) =>
    writtenLines(group).flat(),
  );
}

function isDigit({ label }: Placed): boolean {
  return specification.digits.includes(label);
}

interface Line<T> {
  objects: T[];
  /** The last box that is not raised. */
  end: Box;
}

/**
 * From left to right, each object joins the line whose last one shares most of its height, or begins a new one.
 *
 * A raised object joins the line of the one before it.
 */
function writtenLines<T extends Placed>(objects: readonly T[]): T[][] {
  const open: Line<T>[] = [];
  const { classes } = specification;
  const fromLeft = sortedBy(objects, ({ box: [x0, y0, x1, y1], label }) => {
    return [x0 + x1, y0 + y1, x0, classes.indexOf(label)];
  });
  for (const object of fromLeft) {
    const matches = open
      .map((line) => ({ line, overlap: fit(line.end, object.box), x: line.end[0] + line.end[2] }))
      .filter(({ overlap }) => overlap >= lineOverlap);
    if (matches.length === 0) {
      open.push({ objects: [object], end: object.box });
      continue;
    }
    const { line } = sortedBy(matches, ({ overlap, x }) => [-overlap, -x])[0]; // of equal ones the nearest
    line.objects.push(object);
    if (!isRaised(line.end, object.box)) line.end = object.box;
  }
  const lines = open.map((line) => line.objects);
  return sortedBy(lines, (line) => {
    const mean = (side: number): number => line.reduce((sum, { box }) => sum + box[side], 0) / line.length;
    return [mean(1) + mean(3), mean(0) + mean(2)];
  });
}

/** How well a box fits on a line that ends with another. */
function fit(end: Box, box: Box): number {
  return isRaised(end, box) ? Math.max(heightOverlap(end, box), lineOverlap) : heightOverlap(end, box);
}

/** Whether a box stands at the upper right of the one before it, as an exponent does. */
function isRaised([x0, y0, x1, y1]: Box, box: Box): boolean {
  const height = y1 - y0;
  const isSmall = box[3] - box[1] <= maxRaisedSize * height;
  const isHigh = box[3] >= y0 - maxRaisedGap * height && box[3] <= y0 + maxRaisedBottom * height;
  const isBeside = box[0] >= (x0 + x1) / 2 && box[0] <= x1 + maxRaisedGap * height;
  return isSmall && isHigh && isBeside;
}

/** The height that two boxes share, as a fraction of the smaller one's. */
function heightOverlap(a: Box, b: Box): number {
  const shared = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return shared / Math.max(Math.min(a[3] - a[1], b[3] - b[1]), 1e-6);
}

/** A copy in ascending order of keys, compared number by number; equal keys keep their order. */
function sortedBy<T>(items: readonly T[], key: (item: T) => number[]): T[] {
  const compare = (a: number[], b: number[]): number => a.map((value, i) => value - b[i]).find((x) => x !== 0) ?? 0;
  return [...items].sort((a, b) => compare(key(a), key(b)));
}
