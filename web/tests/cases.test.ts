/** The tables of cases that this detector and the one in Python both pass. */

import { describe, expect, test } from "vitest";

import table from "../../tests/detect/detection_cases.json";
import suppression from "../../tests/detect/nms_cases.json";
import { decode, places, select } from "../src/detect/decode";
import { nms } from "../src/detect/nms";
import { inkOf, prepare, type Box, type Pixels } from "../src/detect/preprocess";
import { best, reading } from "../src/detect/result";
import { specification } from "../src/specification";
import { tightened } from "../src/detect/tighten";

/** A table's picture, of grey values or of colours, as a canvas gives it. */
function pixels(picture: (number | number[])[][]): Pixels {
  const rgba = picture.flat().flatMap((pixel) => {
    const channels = typeof pixel === "number" ? [pixel, pixel, pixel] : pixel;
    return channels.length === 4 ? channels : [...channels, 255];
  });
  return { data: Uint8ClampedArray.from(rgba), width: picture[0].length, height: picture.length };
}

test.each(table.paper)("paper: $name", ({ size: [width, height], paper, fade, ink, found }) => {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 1 - (fade[0] * x) / (width - 1) - (fade[1] * y) / (height - 1);
      data.set(paper.map((shade) => Math.floor(light * shade + 0.5)), 4 * (y * width + x));
    }
  }
  for (const [x0, y0, x1, y1, ...colour] of ink) {
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) data.set(colour, 4 * (y * width + x));
  }
  const inked = inkOf({ data, width, height });
  for (const [x, y, expected] of found) expect(Math.abs(inked[y * width + x] - expected)).toBeLessThanOrEqual(1);
});

test.each(table.preprocessing)("preprocessing: $name", ({ picture, input_size, input, scale, pad }) => {
  const prepared = prepare(pixels(picture), input_size);
  input.flat().forEach((value, index) => expect(prepared.input[index]).toBeCloseTo(value, 4));
  expect(prepared.letterbox.scale).toBe(scale);
  expect([prepared.letterbox.padX, prepared.letterbox.padY]).toEqual(pad);
});

test.each(table.decoding)("decoding: $name", ({ predictions, score_threshold, iou_threshold, found }) => {
  const { input_size, strides, anchors } = table.model;
  const at = places({ ...specification.model, inputSize: input_size, strides, anchors });
  const raw = new Float32Array(at.length * 17).fill(-12);
  for (const [index, row] of Object.entries(predictions)) raw.set(row as number[], Number(index) * 17);
  const chosen = select(decode(raw, at, score_threshold), iou_threshold);
  expect(chosen).toHaveLength(found.length);
  chosen.forEach(({ box, classScores }, index) => {
    box.forEach((side, corner) => expect(side).toBeCloseTo(found[index].box[corner], 2));
    best(classScores).forEach(({ label, score }, rank) => {
      expect(label).toBe(found[index].top[rank][0]);
      expect(score).toBeCloseTo(found[index].top[rank][1] as number, 5);
    });
  });
});

test.each(suppression.cases)("suppression: $name", ({ boxes, scores, iou_threshold, kept }) => {
  expect(nms(boxes as Box[], scores, iou_threshold)).toEqual(kept);
});

test.each(table.tightening)("tightening: $name", ({ size, ink, box, tight }) => {
  const input = new Float32Array(size * size);
  for (const [x0, y0, x1, y1, strength] of ink) {
    for (let y = y0; y < y1; y++) input.fill(strength, y * size + x0, y * size + x1);
  }
  tightened(box as Box, input, size).forEach((edge, side) => expect(edge).toBeCloseTo(tight[side], 2));
});

test.each(table.reading)("reading: $name", (row) => {
  const objects = row.objects.map(({ label, box }) => ({ label, box: box as Box }));
  expect(reading(objects)).toBe(row.reading);
});

describe("the specification", () => {
  test("has a colour for every class", () => {
    expect(Object.keys(specification.colours)).toEqual(specification.classes);
  });
});
