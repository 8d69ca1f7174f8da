import { expect, test } from "vitest";

import { inkOf } from "../src/detect/background";
import type { Box } from "../src/detect/detections";
import { letterbox, steepen, toImage, toInput } from "../src/detect/letterbox";
import { enlargeLinearly, shrinkByArea } from "../src/detect/resize";

test.each([
  [400, 400],
  [620, 201],
  [13, 900],
  [1, 1],
])("box of a %i x %i picture survives the round trip", (width, height) => {
  const whole = letterbox({ values: new Uint8Array(width * height), width, height }, 192);
  const box: Box = [width / 5, height / 4, width / 2, height];
  toImage(toInput(box, whole), whole).forEach((value, side) => expect(value).toBeCloseTo(box[side], 6));
});

test("boxes are clipped", () => {
  const whole = letterbox({ values: new Uint8Array(200 * 100), width: 200, height: 100 }, 192);
  expect(toImage([-50, -50, 500, 500], whole)).toEqual([0, 0, 200, 100]);
});

test.each([
  [shrinkByArea, 7, 5],
  [shrinkByArea, 10, 10],
  [enlargeLinearly, 23, 31],
])("%o keeps a constant plane", (resize, width, height) => {
  const plane = { values: new Float32Array(10 * 10).fill(37), width: 10, height: 10 };
  for (const value of resize(plane, width, height).values) expect(value).toBeCloseTo(37, 4);
});

test("the picture is not modified", () => {
  const data = Uint8ClampedArray.from({ length: 4 * 9 * 9 }, (_, index) => (index * 37) % 256);
  const before = data.slice();
  letterbox(steepen(inkOf({ data, width: 9, height: 9 })), 8);
  expect(data).toEqual(before);
});
