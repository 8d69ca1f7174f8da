import { expect, test } from "vitest";

import { begin, change, redo, undo } from "../src/ink/history";

test("undo and redo every change", () => {
  const history = change(change(begin("empty"), "one"), "two");
  expect(undo(history).present).toBe("one");
  expect(undo(undo(history))).toEqual({ past: [], present: "empty", future: ["one", "two"] });
  expect(redo(redo(undo(undo(history))))).toEqual(history);
});

test("a change discards redo", () => {
  const history = change(undo(change(begin("empty"), "one")), "two");
  expect(history).toEqual({ past: ["empty"], present: "two", future: [] });
});

test("undo and redo do nothing at the ends", () => {
  expect(undo(begin("empty"))).toEqual(begin("empty"));
  expect(redo(begin("empty"))).toEqual(begin("empty"));
});
