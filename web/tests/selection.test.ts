import { expect, test } from "vitest";

import { cutOut, erase, isTap } from "../src/ink/selection";
import type { Stroke } from "../src/ink/strokes";

function stroke(width: number, ...places: [number, number][]): Stroke {
  return { width, points: places.flatMap(([x, y]) => [x, y, 1]) };
}

const left = stroke(14, [50, 50], [50, 200]);
const right = stroke(14, [200, 50], [200, 200]);

test("an eraser removes whole strokes that it crosses between its points", () => {
  expect(erase([left, right], stroke(14, [20, 100], [80, 110]))).toEqual([right]);
});

test("an eraser reaches the edge of the ink, not further", () => {
  expect(erase([left], stroke(14, [62, 100]))).toEqual([]);
  expect(erase([left], stroke(14, [65, 100]))).toEqual([left]);
});

test("an eraser that touches nothing keeps the same drawing", () => {
  const drawing = [left, right];
  expect(erase(drawing, stroke(14, [120, 20], [130, 300]))).toBe(drawing);
});

test("a dot can be erased", () => {
  expect(erase([stroke(14, [100, 100])], stroke(14, [104, 100]))).toEqual([]);
});

test("an area takes the strokes of which most lies in it", () => {
  const crossing = stroke(14, [60, 100], [90, 100], [190, 100]);
  expect(cutOut([left, right, crossing], [40, 40, 100, 210])).toEqual([right]);
});

test("an area takes the stroke with the largest part in it, if none has most of it there", () => {
  const both = stroke(14, [50, 50], [120, 100], [200, 50], [210, 200]);
  const other = stroke(14, [300, 50], [300, 200]);
  expect(cutOut([other, both], [40, 40, 60, 60])).toEqual([other]);
  expect(cutOut([other], [40, 40, 60, 60])).toEqual([other]);
});

test("a tap stays where it began", () => {
  expect(isTap(stroke(14, [100, 100], [102, 101]))).toBe(true);
  expect(isTap(stroke(14, [100, 100], [110, 100], [100, 100]))).toBe(false);
});
