import { expect, test } from "vitest";

import { coverOf, placeTag } from "../src/ui/boxes";
import { between, moveBox, type PixelBox, type Point, resizeBox, smallestAt } from "../src/ui/geometry";
import { percent } from "../src/ui/objects";
import { asNumber } from "../src/ui/reading";
import { translator } from "../src/ui/texts";

const SIZE = { width: 400, height: 300 };

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

test("a tag goes above, below or inside its box, where no other tag is", () => {
  const tag = { width: 20, height: 5 };
  expect(placeTag([10, 40, 30, 60], tag, [])).toEqual([10, 35, 30, 40]);
  expect(placeTag([10, 40, 30, 60], tag, [[10, 35, 30, 40]])).toEqual([10, 60, 30, 65]);
  expect(placeTag([10, 0, 30, 100], tag, [])).toEqual([10, 0, 30, 5]);
  expect(placeTag([95, 40, 99, 60], tag, [])).toEqual([80, 35, 100, 40]);
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
  const points: Point[] = [
    [25, 25],
    [80, 80],
    [5, 5],
    [101, 5],
  ];
  expect(points.map((point) => smallestAt(boxes, point))).toEqual([1, 2, 0, null]);
});

test("a moved box stays inside the picture", () => {
  expect(moveBox([10, 20, 60, 80], [5, -5], SIZE)).toEqual([15, 15, 65, 75]);
  expect(moveBox([10, 20, 60, 80], [-50, 500], SIZE)).toEqual([0, 240, 50, 300]);
});

test("a resized box keeps its other corner and a shortest side", () => {
  expect(resizeBox([10, 20, 60, 80], [-1, 1], [-5, 10], SIZE, 3)).toEqual([5, 20, 60, 90]);
  expect(resizeBox([10, 20, 60, 80], [-1, -1], [500, 500], SIZE, 3)).toEqual([57, 77, 60, 80]);
  expect(resizeBox([10, 20, 60, 80], [1, 1], [500, 500], SIZE, 3)).toEqual([10, 20, 400, 300]);
});

test("a drawn box has its corners in order", () => {
  expect(between([50, 10], [20, 60])).toEqual([20, 10, 50, 60]);
});
