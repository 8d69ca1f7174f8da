/** The tables of cases that this detector and the Python detector both pass. */

import { expect, test } from "vitest";

import table from "../../tests/detect/detection_cases.json";
import suppression from "../../tests/detect/nms_cases.json";
import doubt from "../../tests/show/doubt_cases.json";
import { inkOf } from "../src/detect/background";
import type { Box } from "../src/detect/detections";
import { findFaint } from "../src/detect/faint";
import type { Pixels, Raster, Region } from "../src/detect/images";
import { letterbox, steepen, toInput } from "../src/detect/letterbox";
import { findEdges, nms, postprocess, snapToInk, suppress } from "../src/detect/postprocess";
import { reading } from "../src/detect/reading_order";
import { mayBeTurned, quarterTurns } from "../src/detect/turning";
import { lookCloser } from "../src/detect/windows";
import { isDoubtful } from "../src/live/found";
import { specification } from "../src/specification";

/** A picture of grey, RGB or RGBA pixels, as a canvas returns it. */
function pixels(picture: (number | number[])[][]): Pixels {
  const rgba = picture.flat().flatMap((pixel) => {
    const channels = typeof pixel === "number" ? [pixel, pixel, pixel] : pixel;
    return channels.length === 4 ? channels : [...channels, 255];
  });
  return { data: Uint8ClampedArray.from(rgba), width: picture[0].length, height: picture.length };
}

/** Fill rectangles: x0, y0, x1, y1, and a strength if it is not full. */
function fill<T extends Uint8Array | Float32Array>(values: T, width: number, rectangles: number[][], full: number): T {
  for (const [x0, y0, x1, y1, strength] of rectangles) {
    for (let y = y0; y < y1; y++) values.fill(strength ?? full, y * width + x0, y * width + x1);
  }
  return values;
}

/** A picture's ink, its letterbox, and what was found in it. */
function look(
  [width, height]: number[],
  rectangles: number[][],
  objects: { box: number[]; label: string; score?: number }[],
) {
  const ink: Raster = { values: fill(new Uint8Array(width * height), width, rectangles, 255), width, height };
  const whole = letterbox(ink, 192);
  const found = objects.map(({ box, label, score }) => ({
    box: toInput(box as Box, whole),
    classScores: specification.classes.map((name) => (name === label ? (score ?? 1) : 0)),
  }));
  return { ink, whole, found };
}

test.each(table.background)("background: $name", ({ size: [width, height], paper, fade, ink, found }) => {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = 1 - (fade[0] * x) / (width - 1) - (fade[1] * y) / (height - 1);
      data.set(
        paper.map((shade) => Math.floor(light * shade + 0.5)),
        4 * (y * width + x),
      );
    }
  }
  for (const [x0, y0, x1, y1, ...colour] of ink) {
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) data.set(colour, 4 * (y * width + x));
  }
  const { values } = inkOf({ data, width, height });
  for (const [x, y, expected] of found) expect(Math.abs(values[y * width + x] - expected)).toBeLessThanOrEqual(1);
});

test.each(table.letterbox)("letterbox: $name", ({ picture, input_size, input, scale, pad }) => {
  const whole = letterbox(steepen(inkOf(pixels(picture))), input_size);
  input.flat().forEach((value, index) => expect(whole.input[index]).toBeCloseTo(value, 4));
  expect(whole.scale).toBe(scale);
  expect([whole.padX, whole.padY]).toEqual(pad);
});

test.each(table.postprocess)("postprocess: $name", ({ predictions, score_threshold, iou_threshold, found }) => {
  // A blank input of 128 px with the picture in its middle: boxes may lie outside the network's usual input.
  const region: Region = [0, 0, 192, 192];
  const input = new Float32Array(128 * 128);
  const letterbox = { input, scale: 1, padX: -64, padY: -64, region, width: 192, height: 192 };
  const outputs = Float32Array.from(predictions.flat());
  const thresholds = { score: score_threshold, iou: iou_threshold };
  const { detections } = postprocess({ views: [{ outputs, letterbox }], turned: 0, milliseconds: 0 }, thresholds);
  expect(detections).toHaveLength(found.length);
  detections.forEach(({ box, top }, index) => {
    box.forEach((side, corner) => expect(side - 64).toBeCloseTo(found[index].box[corner], 2));
    top.forEach(({ label, score }, rank) => {
      expect(label).toBe(found[index].top[rank][0]);
      expect(score).toBeCloseTo(found[index].top[rank][1] as number, 5);
    });
  });
});

test.each(suppression.cases)("NMS: $name", ({ boxes, scores, iou_threshold, kept }) => {
  expect(nms(boxes as Box[], scores, iou_threshold)).toEqual(kept);
});

test.each(table.snap)("snap to ink: $name", ({ size, ink, box, snapped }) => {
  const input = fill(new Float32Array(size * size), size, ink, 1);
  const edges = snapToInk(box as Box, input, findEdges(input));
  edges.forEach((edge, side) => expect(edge).toBeCloseTo(snapped[side], 2));
});

test.each(table.windows)("windows: $name", (row) => {
  const { ink, whole, found } = look(row.size, row.ink, row.objects);
  const windows = lookCloser(ink, whole, found);
  expect(windows.map(({ region }) => region)).toEqual(row.windows.map(({ region }) => region));
  windows.forEach(({ input }, index) => {
    const sum = input.reduce((total, value) => total + value, 0);
    expect(sum / row.windows[index].ink).toBeCloseTo(1, 2);
  });
});

test.each(table.faint)("faint: $name", (row) => {
  const { ink, whole, found } = look(row.size, row.ink, row.objects);
  const faint = findFaint(ink, found, whole.scale);
  expect(faint === null).toBe(row.found.length === 0);
  for (const [x, y, expected] of row.found) expect(faint?.values[y * ink.width + x]).toBe(expected);
});

test.each(table.groups)("groups: $name", ({ ink, boxes, scores, kept }) => {
  const input = fill(new Float32Array(192 * 192), 192, ink, 1);
  const size = { width: 192, height: 192, region: [0, 0, 192, 192] as Region };
  const view = { outputs: new Float32Array(), letterbox: { input, scale: 1, padX: 0, padY: 0, ...size } };
  const candidates = boxes.map((box, index) => ({ box: box as Box, classScores: [scores[index]], view }));
  expect(suppress(candidates, [view], 0.3)).toEqual(kept);
});

test.each(table.reading)("reading: $name", (row) => {
  const objects = row.objects.map(({ label, box }) => ({ label, box: box as Box }));
  expect(reading(objects)).toBe(row.reading);
});

test("every class has a colour", () => {
  expect(Object.keys(specification.colours)).toEqual(specification.classes);
});

test.each(doubt)("doubt: $scores", ({ scores, doubtful }) => {
  expect(isDoubtful(scores.map((score) => ({ score })))).toBe(doubtful);
});

test.each(table.turning)("turning: $name", ({ counts, looks, turns }) => {
  const found = counts.map(([objects, digits]) => ({ objects, digits }));
  expect(mayBeTurned(found[0])).toBe(looks);
  expect(quarterTurns(found)).toBe(turns);
});
