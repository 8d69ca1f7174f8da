import { expect, test } from "vitest";

import { History } from "../src/draw/history";
import type { Drawing } from "../src/draw/strokes";

const one: Drawing = [{ width: 14, points: [1, 2, 1] }];
const two: Drawing = [...one, { width: 14, points: [3, 4, 1] }];

test("each change can be taken back and brought again", () => {
  const history = new History();
  history.change(one);
  history.change(two);
  history.undo();
  expect(history.drawing).toBe(one);
  history.undo();
  expect(history.drawing).toEqual([]);
  expect(history.canUndo).toBe(false);
  history.redo();
  history.redo();
  expect(history.drawing).toBe(two);
  expect(history.canRedo).toBe(false);
});

test("a cleared paper can be taken back", () => {
  const history = new History();
  history.change(two);
  history.change([]);
  history.undo();
  expect(history.drawing).toBe(two);
});

test("a new stroke forgets what was taken back", () => {
  const history = new History();
  history.change(two);
  history.undo();
  history.change(one);
  expect(history.canRedo).toBe(false);
  history.redo();
  expect(history.drawing).toBe(one);
});

test("without a past or a future nothing happens", () => {
  const history = new History();
  history.undo();
  history.redo();
  expect(history.drawing).toEqual([]);
});
