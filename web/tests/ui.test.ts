import { expect, test } from "vitest";

import en from "../../src/digit_detector/show/texts/en.json";
import { coverOf, isCrowded, objectBoxes, placeTags } from "../src/ui/boxes";
import { between, moveBox, type PixelBox, type Point, resizeBox, smallestAt } from "../src/ui/geometry";
import { type FoundObject, type PercentBox, percent } from "../src/ui/objects";
import { asNumber } from "../src/ui/reading";
import { remark } from "../src/ui/remark";
import { translator } from "../src/ui/texts";

const PICTURE = { width: 400, height: 300, least: 3 };

const NAMES: Record<string, string> = { other: "doodle", censored: "rude doodle" };

/** Best first. */
function scored(scores: Record<string, number>): { label: string; name: string; score: number }[] {
  const all = Object.entries(scores).map(([label, score]) => ({ label, name: NAMES[label] ?? label, score }));
  return all.sort((a, b) => b.score - a.score);
}

/** An object with these scores. */
function object(scores: Record<string, number>, facts: Partial<FoundObject> = {}): FoundObject {
  const [top, style] = [scored({ ...scores, "5": 0 }), { colour: "#000", textColour: "#fff", line: "solid" as const }];
  const { label, name } = top[0];
  return { label, name, ...style, top, box: [0, 0, 9, 9], doubtful: false, corrected: false, covered: false, ...facts };
}

const doubtful = (scores: Record<string, number>) => object(scores, { doubtful: true });
const doodle = object({ other: 0.9 });

test.each<[FoundObject[], { missed?: Record<string, number>; nearest?: Record<string, number> }, string]>([
  [[object({ "4": 0.95 }), object({ "7": 0.9 })], {}, ""],
  [[doubtful({ "7": 0.6, "1": 0.35 })], {}, "7 (60%) or 1 (35%)?"],
  [[doubtful({ "9": 0.45, "8": 0.01 })], {}, "9 is doubtful (45%)."],
  [[object({ "4": 0.95 })], { missed: { "1": 0.2 } }, "Perhaps also 1 (20%)."],
  [[doodle], {}, "Found: 1 doodle."],
  [[object({ "4": 1 }), doodle, doodle, object({ censored: 1 })], {}, "Also found: 2 doodles, 1 rude doodle."],
  [[], { nearest: { "7": 0.31, "1": 0.12, "9": 0.1 } }, "Nothing is certain. Perhaps 7 (31%) / 1 (12%)."],
  [[], { nearest: { other: 0.3, "1": 0.01 } }, "Nothing is certain. Perhaps doodle (30%)."],
  [[], {}, "Nothing found. Try larger strokes."],
])("remark %#", (objects, { missed, nearest }, words) => {
  const leftOut = { missed: missed ? scored(missed)[0] : null, nearest: scored(nearest ?? {}) };
  expect(remark(objects, leftOut, translator(en))).toBe(words);
});

test("boxes show the score or the visitor's label, and none lies on a cover", () => {
  const objects = [object({ "4": 0.9 }), object({ censored: 1 }, { covered: true }), object({ "7": 0.95 })];
  const texts = (shown: FoundObject[]): string[] => objectBoxes(shown, null).map(({ text }) => text);
  expect(texts(objects)).toEqual(["7 95%", "4 90%"]);
  expect(texts([object({ "4": 0.9 }, { corrected: true })])).toEqual(["4 ✓"]);
  expect(objectBoxes(objects, 0).map(({ chosen }) => chosen)).toEqual([false, true]);
});

test("percent", () => {
  expect([0, 0.004, 0.005, 0.444, 0.999, 1].map(percent)).toEqual(["0%", "<1%", "1%", "44%", "100%", "100%"]);
});

test("texts fill placeholders and choose the form by count", () => {
  const translate = translator({ "found.one": "{count} digit", "found.other": "{count} digits", fix: "Fix {label}" });
  expect(translate("found", { count: 1 })).toBe("1 digit");
  expect(translate("found", { count: 0 })).toBe("0 digits");
  expect(translate("fix", { label: "7" })).toBe("Fix 7");
  expect(() => translate("absent")).toThrow("there is no text absent");
});

test("a copied reading has no spaces, but its lines", () => {
  expect(asNumber("4 0 7\n2 5")).toBe("407\n25");
});

test("a tag goes above, below or inside its box, where it hides no other tag or box", () => {
  const tag = { width: 20, height: 5 };
  const places = (...boxes: PercentBox[]) =>
    placeTags(
      boxes.map((box) => ({ box })),
      boxes.map(() => tag),
    );
  expect(places([10, 40, 30, 60])[0]).toEqual([10, 35, 30, 40]);
  expect(places([10, 40, 30, 60], [10, 20, 30, 38])[0]).toEqual([10, 60, 30, 65]);
  expect(places([10, 0, 30, 100])[0]).toEqual([10, 0, 30, 5]);
  expect(places([95, 40, 99, 60])[0]).toEqual([80, 35, 100, 40]);
  const [first, second] = places([10, 40, 30, 60], [12, 40, 28, 60]);
  expect([first[1], second[1]]).toEqual([35, 60]);
});

test("a page of many digits is crowded, a number is not", () => {
  const tags = (count: number) => Array.from({ length: count }, () => ({ width: 11, height: 5 }));
  expect([1, 10, 21, 22, 85].map((count) => isCrowded(tags(count)))).toEqual([false, false, false, true, true]);
});

test("a cover has the same margin on all sides", () => {
  expect(coverOf([10, 10, 20, 20], { width: 200, height: 100 })).toEqual([8, 6, 22, 24]);
});

test("a tap is about the smallest box at its point", () => {
  const boxes: PixelBox[] = [
    [0, 0, 100, 100],
    [10, 10, 30, 30],
    [20, 20, 90, 90],
  ];
  const at = (...point: Point) => smallestAt(boxes, point);
  expect([at(25, 25), at(80, 80), at(5, 5), at(101, 5)]).toEqual([1, 2, 0, null]);
});

test("a moved box stays inside the picture", () => {
  expect(moveBox([10, 20, 60, 80], [5, -5], PICTURE)).toEqual([15, 15, 65, 75]);
  expect(moveBox([10, 20, 60, 80], [-50, 500], PICTURE)).toEqual([0, 240, 50, 300]);
});

test("a resized box keeps its other corner and a shortest side", () => {
  expect(resizeBox([10, 20, 60, 80], [-1, 1], [-5, 10], PICTURE)).toEqual([5, 20, 60, 90]);
  expect(resizeBox([10, 20, 60, 80], [-1, -1], [500, 500], PICTURE)).toEqual([57, 77, 60, 80]);
  expect(resizeBox([10, 20, 60, 80], [1, 1], [500, 500], PICTURE)).toEqual([10, 20, 400, 300]);
});

test("a drawn box has its corners in order", () => {
  expect(between([50, 10], [20, 60])).toEqual([20, 10, 50, 60]);
});
