import { expect, test } from "vitest";

import { History } from "../src/ink/history";
import type { Drawing } from "../src/ink/strokes";

const one: Drawing = [{ width: 14, points: [1, 2, 1] }];
const two: Drawing = [...one, { width: 14, points: [3, 4, 1] }];

test("undo and redo every change", () => {
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

test("undo a clear", () => {
  const history = new History();
  history.change(two);
  history.change([]);
  history.undo();
  expect(history.drawing).toBe(two);
});

test("a new stroke discards redo", () => {
  const history = new History();
  history.change(two);
  history.undo();
  history.change(one);
  expect(history.canRedo).toBe(false);
  history.redo();
  expect(history.drawing).toBe(one);
});

test("undo and redo do nothing on an empty history", () => {
  const history = new History();
  history.undo();
  history.redo();
  expect(history.drawing).toEqual([]);
});
