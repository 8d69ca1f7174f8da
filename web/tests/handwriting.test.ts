import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { afterEach, expect, test, vi } from "vitest";

import table from "../../tests/handwriting/glyph_cases.json";
import modelCases from "../../tests/handwriting/model_cases.json";
import selection from "../../tests/handwriting/selection_cases.json";
import type { Box, ClassScore, Detections } from "../src/detect/detections";
import { bounds, GLYPH_SIZE, type Point, type Points, toGlyph, toStrokes } from "../src/handwriting/glyphs";
import { DIGITS, Hand } from "../src/handwriting/hand";
import { preferLegible } from "../src/handwriting/legible";
import { toPath, toSvg } from "../src/handwriting/paint";
import { findReferences, type LabelledBox, type Sample } from "../src/handwriting/references";
import { type HandOutputs, Writer } from "../src/handwriting/writer";
import type { Stroke } from "../src/ink/strokes";

const WEB = join(import.meta.dirname, "..");
const RUNTIME = join(WEB, "node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded");
const CASES = table as unknown as { name: string; strokes: Points[]; glyph: number[] | null }[];

test.each(CASES)("glyph: $name", ({ strokes, glyph }) => {
  const result = toGlyph(strokes);
  if (glyph === null) expect(result).toBeNull();
  else glyph.forEach((value, index) => expect(result![index]).toBeCloseTo(value, 4));
});

function line(...points: Point[]): Stroke {
  return { width: 10, points: points.flatMap(([x, y]) => [x, y, 1]) };
}

function seven(x: number): Stroke {
  return line([x, 100], [x + 60, 100], [x + 20, 200]);
}

function object(label: string, box: Box, sure = true): LabelledBox {
  return { label, box, sure };
}

const LEFT: Box = [40, 90, 120, 210];
const RIGHT: Box = [200, 90, 280, 210];

test("a reference has its digit, ink and pen", () => {
  const [reference, ...others] = findReferences([seven(50)], [object("7", LEFT)]);
  expect(others).toEqual([]);
  expect(reference.digit).toBe(7);
  expect(reference.pen).toBeCloseTo(0.1);
  expect(bounds(reference.strokes)).toEqual([-0.3, -0.5, 0.3, 0.5]);
});

test("a stroke belongs to the box with most of its points", () => {
  const bar = line([60, 150], [100, 150], [110, 150], [150, 150]);
  const found = findReferences([seven(50), seven(210), bar], [object("7", LEFT), object("7", RIGHT)]);
  expect(found.map(({ strokes }) => strokes.length)).toEqual([2, 1]);
});

test("a stroke through two digits belongs to neither", () => {
  const through = line([60, 150], [130, 150], [150, 150], [220, 150]);
  expect(findReferences([through], [object("1", LEFT), object("1", RIGHT)])).toEqual([]);
});

test("doodles, doubtful digits and dots are no references", () => {
  const dot = line([240, 150]);
  const objects = [object("other", LEFT), object("7", RIGHT)];
  expect(findReferences([seven(50), dot], objects)).toEqual([]);
  expect(findReferences([seven(50)], [object("7", LEFT, false)])).toEqual([]);
  expect(findReferences([], [object("7", LEFT)])).toEqual([]);
});

test("the last of two labels for one box counts", () => {
  const found = findReferences([seven(50)], [object("7", LEFT), object("1", LEFT)]);
  expect(found.map(({ digit }) => digit)).toEqual([1]);
});

/** Candidates of which each is a vertical line, and told by its length. */
function outputs(forms: number[]): HandOutputs {
  const count = forms.length;
  const candidates = new Float32Array(DIGITS.length * count * GLYPH_SIZE);
  for (let index = 0; index < DIGITS.length * count; index++) {
    candidates.set(vertical(1 + (index % count)), index * GLYPH_SIZE);
  }
  return {
    candidates,
    forms: Int32Array.from(DIGITS.flatMap(() => forms)),
    spread: Float32Array.from(DIGITS, (digit) => (digit * 7) % 10),
  };
}

function vertical(length: number): Float32Array {
  const glyph = new Float32Array(GLYPH_SIZE);
  for (let index = 0; index < 40; index++) glyph[2 * index + 1] = (length * index) / 39;
  return glyph;
}

function heights(digits: readonly (readonly Points[])[]): number[] {
  return digits.map((strokes) => {
    const [, y0, , y1] = bounds(strokes);
    return Math.round(y1 - y0);
  });
}

test("options go through the forms first, and leave out what is implausible", () => {
  const hand = new Hand([], outputs([2, 2, 5, 2, -1]));
  expect(heights(hand.options(7).map(toStrokes))).toEqual([1, 3, 2, 4]);
  expect(heights(new Hand([], outputs([-1, -1])).options(7).map(toStrokes))).toEqual([1]);
});

/** What the detector finds if each digit's cell holds these objects. */
function reading(cells: ClassScore[][]): Detections {
  const detections = cells.flatMap((objects, digit) => {
    const [x, y] = [100 * (digit % 5) + 50, 100 * Math.floor(digit / 5) + 50];
    return objects.map((object) => ({ ...object, box: [x - 20, y - 20, x + 20, y + 20] as Box, top: [] }));
  });
  return { width: 500, height: 200, turned: 0, detections: detections.sort((a, b) => b.score - a.score) };
}

test("the selection among candidates is the same as in Python", async () => {
  const result = outputs(selection[0].forms);
  result.forms.set(selection.flatMap(({ forms }) => forms));
  let pictures = 0;
  await preferLegible(result, async () => {
    const found = selection.map((digit) => digit.found[pictures] as [string, number][]);
    pictures++;
    return reading(found.map((objects) => objects.map(([label, score]) => ({ label, score }))));
  });
  expect(pictures).toBe(6);
  const count = selection[0].forms.length;
  selection.forEach(({ name, order, forms }, digit) => {
    const found = order.map((_, place) => result.candidates.subarray((digit * count + place) * GLYPH_SIZE)[79] - 1);
    expect(found, name).toEqual(order);
    expect([...result.forms.subarray(digit * count, (digit + 1) * count)], name).toEqual(
      order.map((index) => forms[index]),
    );
  });
});

test("the detector looks at no further candidates once all digits are surely read", async () => {
  const result = outputs([0, 0, 0, -1]);
  let pictures = 0;
  await preferLegible(result, async (strokes) => {
    pictures++;
    expect(strokes).toHaveLength(DIGITS.length);
    // The first two candidates of 7 are read as a 1, as their length tells.
    const [, y0, , y1] = bounds([strokes[7]]);
    return reading(DIGITS.map((digit) => [{ label: digit === 7 && y1 - y0 < 150 ? "1" : String(digit), score: 0.99 }]));
  });
  expect(pictures).toBe(3);
});

test("a number takes drawn digits first, then candidates of one form", () => {
  const glyph = vertical(9);
  const sample: Sample = { digit: 7, glyph, strokes: toStrokes(glyph) };
  const written = new Hand([sample], outputs([2, 5, 2, -1])).write("777707");
  expect(heights(written)).toEqual([9, 1, 3, 9, 1, 1]);
  const boxes = written.map(bounds);
  expect(boxes.map((box) => box[3])).toEqual([0, 0, 0, 0, 0, 0]);
  boxes.slice(1).forEach((box, index) => expect(box[0] - boxes[index][2]).toBeCloseTo(0.25));
});

test("the most unsure of the digits that are not drawn is invited", () => {
  const hand = new Hand([], outputs([0]));
  expect(hand.mostUnsure(DIGITS)).toBe(7);
  expect(hand.mostUnsure([1, 4, 5])).toBe(4);
  expect(hand.mostUnsure([])).toBeUndefined();
});

test("a path goes through all points and ends in the last one", () => {
  expect(
    toPath([
      [0, 0],
      [6, 0],
      [6, 6],
    ]),
  ).toBe("M0 0C1 0 5 -1 6 0C7 1 6 5 6 6");
  expect(toPath([[1, 2]])).toBe("M1 2h0");
});

test("an SVG file escapes its title and holds a path for each stroke", () => {
  const stroke: Points = [
    [0, 0],
    [1, 1],
  ];
  const svg = toSvg([stroke, stroke], 0.1, "2 < 3");
  expect(svg).toContain("<title>2 &#60; 3</title>");
  expect(svg.match(/<path /g)).toHaveLength(2);
});

afterEach(() => void vi.unstubAllGlobals());

test("the model writes the same as in Python; a damaged copy is fetched again", { timeout: 300_000 }, async () => {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = readFileSync(`${RUNTIME}.wasm`);
  ort.env.wasm.wasmPaths = { mjs: `file://${RUNTIME}.mjs` };
  const model = readFileSync(join(WEB, "../models/handwriting.onnx"));
  const fetch = vi.fn(async (_url: string, { cache }: RequestInit) => {
    return new Response(cache === "reload" ? model : model.subarray(1000));
  });
  vi.stubGlobal("fetch", fetch);
  const writer = await Writer.load();
  expect(fetch).toHaveBeenCalledTimes(2);
  for (const { glyphs, labels, first, forms } of modelCases) {
    const result = await writer.learn(Float32Array.from(glyphs.flat()), Int32Array.from(labels));
    const hand = new Hand([], result);
    for (const [digit, glyph] of Object.entries(first)) {
      glyph.forEach((value, index) =>
        expect(Math.abs(hand.options(Number(digit))[0][index] - value)).toBeLessThan(2e-3),
      );
    }
    const count = result.forms.length / DIGITS.length;
    for (const [digit, expected] of Object.entries(forms)) {
      expect([...result.forms.subarray(Number(digit) * count, (Number(digit) + 1) * count)]).toEqual(expected);
    }
  }
});
