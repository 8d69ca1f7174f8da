/** Outputs to detections: score threshold, NMS, edges snapped to the ink. The same steps as `detect/postprocess.py`. */

import { specification } from "../specification";
import type { Box, ClassScore, Detections } from "./detections";
import { type Letterbox, toImage } from "./letterbox";

const { reach: minReach, reachFraction, minEdgeInk } = specification.postprocess;
const COLUMNS = 5 + specification.classes.length;

/** What the network predicts for one picture, before any threshold. */
export interface Prediction {
  /** Rows of x0, y0, x1, y1 in pixels of the input, objectness and class probabilities. */
  outputs: Float32Array;
  letterbox: Letterbox;
  /** Time from the picture to the outputs. */
  milliseconds: number;
}

/** In [0, 1]. */
export interface Thresholds {
  score: number;
  iou: number;
}

/** A box in pixels of the input, with a score for every class: objectness times class probability. */
interface Candidate {
  box: Box;
  classScores: number[];
}

/** Turn a prediction into detections, one per object, best first. */
export function postprocess({ outputs, letterbox }: Prediction, { score, iou }: Thresholds): Detections {
  const candidates = findCandidates(outputs, score);
  const scores = candidates.map(({ classScores }) => Math.max(...classScores));
  const kept = nms(
    candidates.map(({ box }) => box),
    scores,
    iou,
  ).map((index) => candidates[index]);
  const detections = kept.map(({ box, classScores }) => {
    const top = topClasses(classScores);
    return { ...top[0], box: toImage(snapToInk(box, letterbox.input), letterbox), top };
  });
  // Boxes in the letterbox's padding have no area in the picture.
  const visible = detections.filter(({ box: [x0, y0, x1, y1] }) => x0 < x1 && y0 < y1);
  return { width: letterbox.width, height: letterbox.height, detections: visible };
}

/** The predictions whose best class scores at least the threshold, in their order. */
function findCandidates(outputs: Float32Array, scoreThreshold: number): Candidate[] {
  // Scores have single precision, as in Python.
  const threshold = Math.fround(scoreThreshold);
  const candidates: Candidate[] = [];
  for (let start = 0; start < outputs.length; start += COLUMNS) {
    const objectness = outputs[start + 4];
    if (objectness < threshold) continue; // no class can score more
    const [x0, y0, x1, y1, , ...probabilities] = outputs.subarray(start, start + COLUMNS);
    const classScores = probabilities.map((probability) => Math.fround(objectness * probability));
    if (Math.max(...classScores) >= threshold) candidates.push({ box: [x0, y0, x1, y1], classScores });
  }
  return candidates;
}

/**
 * Apply greedy, class-agnostic non-maximum suppression.
 *
 * A box is dropped if its IoU with a better kept box is greater than the threshold. Returns the indices of the kept
 * boxes, best first; equal scores keep their order.
 */
export function nms(boxes: readonly Box[], scores: readonly number[], iouThreshold: number): number[] {
  const order = boxes.map((_, index) => index).sort((a, b) => scores[b] - scores[a] || a - b);
  const kept: number[] = [];
  for (const index of order) {
    if (!kept.some((better) => overlaps(boxes[better], boxes[index], iouThreshold))) kept.push(index);
  }
  return kept;
}

function overlaps(a: Box, b: Box, iouThreshold: number): boolean {
  const width = Math.max(Math.min(a[2], b[2]) - Math.max(a[0], b[0]), 0);
  const height = Math.max(Math.min(a[3], b[3]) - Math.max(a[1], b[1]), 0);
  const intersection = width * height;
  // No division, which would give NaN for boxes without area.
  return intersection > Math.fround(iouThreshold) * (area(a) + area(b) - intersection);
}

function area(box: Box): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}

/** The three best classes, best first. */
function topClasses(classScores: readonly number[]): ClassScore[] {
  return classScores
    .map((score, index) => ({ label: specification.classes[index], score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, specification.detections.top);
}

/**
 * Move each edge to the outermost ink within its reach, all in pixels of the input.
 *
 * An edge stays where the ink continues beyond its reach, as between touching digits, and where there is no ink.
 */
export function snapToInk([x0, y0, x1, y1]: Box, input: Float32Array): Box {
  const size = Math.sqrt(input.length);
  const reach = Math.max(minReach, reachFraction * Math.max(x1 - x0, y1 - y0));
  const profile = (cross: PixelRange, indexOf: (position: number, cross: number) => number): number[] =>
    Array.from({ length: size }, (_, position) => {
      let strongest = 0;
      for (let k = cross.start; k < cross.end; k++) strongest = Math.max(strongest, input[indexOf(position, k)]);
      return strongest;
    });
  // Only the box's own rows and columns count: ink beside a corner belongs to a neighbour.
  const columns = profile(pixels(y0, y1, size), (column, row) => row * size + column);
  const rows = profile(pixels(x0, x1, size), (row, column) => row * size + column);
  const [left, right] = snapEdges(columns, x0, x1, reach);
  const [top, bottom] = snapEdges(rows, y0, y1, reach);
  return [left, top, right, bottom];
}

/** Whole pixels; `end` is exclusive. */
interface PixelRange {
  start: number;
  end: number;
}

function pixels(low: number, high: number, size: number): PixelRange {
  return { start: Math.max(0, Math.floor(low)), end: Math.max(0, Math.min(size, Math.ceil(high))) };
}

/** Where the ink of a profile begins and ends near `low` and `high`. */
function snapEdges(profile: readonly number[], low: number, high: number, reach: number): [number, number] {
  const { start, end } = pixels(low - reach, high + reach, profile.length);
  const isInk = (position: number): boolean => profile[position] >= minEdgeInk;
  let first = start;
  while (first < end && !isInk(first)) first++;
  if (first >= end) return [low, high];
  let last = end - 1;
  while (!isInk(last)) last--;
  // A pixel at an edge is covered in proportion to its ink.
  let [from, to] = first < last ? [first + 1 - profile[first], last + profile[last]] : [first, last + 1];
  const continuesBefore = first === start && first > 0;
  const continuesAfter = last + 1 === end && end < profile.length;
  if (continuesBefore || Math.abs(from - low) > reach) from = low;
  if (continuesAfter || Math.abs(to - high) > reach) to = high;
  // In a box narrower than its reach, one edge may meet ink beyond the other.
  return from < to ? [from, to] : [low, high];
}
