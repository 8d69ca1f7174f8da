/** Turned pictures, and boxes in them. */

import { expect, test } from "vitest";

import type { Box } from "../src/detect/detections";
import { turn, turnBack, turnPixels } from "../src/detect/turning";

test("a turn moves the right column to the top", () => {
  const raster = { values: Uint8Array.of(1, 2, 3, 4, 5, 6), width: 3, height: 2 };
  expect(turn(raster, 1)).toEqual({ values: Uint8Array.of(3, 6, 2, 5, 1, 4), width: 2, height: 3 });
  expect(turn(raster, 2).values).toEqual(Uint8Array.of(6, 5, 4, 3, 2, 1));
  expect(turn(turn(raster, 3), 1)).toEqual(raster);
});

test("pixels keep their colours", () => {
  const picture = { data: Uint8ClampedArray.of(1, 2, 3, 4, 5, 6, 7, 8), width: 2, height: 1 };
  expect(turnPixels(picture, 1)).toEqual({ data: Uint8ClampedArray.of(5, 6, 7, 8, 1, 2, 3, 4), width: 1, height: 2 });
});

test.each([0, 1, 2, 3])("a box goes back to the picture as it was, after %i turns", (turns) => {
  const values = new Uint8Array(8 * 5);
  const box: Box = [5, 1, 7, 4];
  for (let y = box[1]; y < box[3]; y++) values.fill(1, y * 8 + box[0], y * 8 + box[2]);
  const turned = turn({ values, width: 8, height: 5 }, turns);
  const inked = [...turned.values.keys()].filter((index) => turned.values[index] === 1);
  const columns = inked.map((index) => index % turned.width);
  const rows = inked.map((index) => Math.floor(index / turned.width));
  const found: Box = [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
  expect(turnBack(found, turned.width, turned.height, turns)).toEqual(box);
});
