import { expect, test } from "vitest";

import { agree } from "../src/detect/agreement";
import { places } from "../src/detect/decode";
import { specification } from "../src/specification";

const SIZE = 5 + specification.classes.length;

/** Predictions of one object, a 3, in a cell of the middle scale, and of nothing else; with changes. */
function predictions(changes: Record<number, number> = {}): Float32Array {
  const count = places(specification.model).length;
  const raw = new Float32Array(count * SIZE).fill(-12);
  const start = 1800 * SIZE;
  raw.set([0, 0, 0, 0, 4], start);
  raw[start + 5 + 3] = 4;
  for (const [at, value] of Object.entries(changes)) raw[start + Number(at)] = value;
  return raw;
}

test("the same numbers agree, and nearly the same", () => {
  expect(agree(predictions(), predictions())).toBe(true);
  expect(agree(predictions(), predictions({ 0: 0.01, 2: 0.01, 4: 3.9 }))).toBe(true);
});

test.each([
  ["a box elsewhere", { 0: 1 }],
  ["a box of another size", { 2: 0.5 }],
  ["another label", { [5 + 7]: 6 }],
  ["a number that is none", { 4: NaN }],
])("%s disagrees", (_, changes) => {
  expect(agree(predictions(), predictions(changes))).toBe(false);
});

test("an object where there is none disagrees", () => {
  expect(agree(predictions({ 4: -4 }), predictions())).toBe(false);
});

test("where nothing would be shown, boxes may differ", () => {
  expect(agree(predictions({ 4: -4 }), predictions({ 0: 3, 4: -4 }))).toBe(true);
});

test("another network's numbers disagree", () => {
  expect(agree(predictions(), predictions().slice(SIZE))).toBe(false);
});
