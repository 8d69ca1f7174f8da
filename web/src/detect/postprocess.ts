/** Outputs to detections: score threshold, NMS, edges snapped to the ink. The same steps as `detect/postprocess.py`. */

import { specification } from "../specification";
import { area, type Box, type ClassScore, type Detections, overlapArea } from "./detections";
import { type Letterbox, toImage, toInput, toPicture } from "./letterbox";
import { findPieces, type Pieces } from "./pieces";
import { turnBack } from "./turning";

const { minScore, snapReach, snapReachFraction, minEdgeInk, cutReach, minInside, minGroupInk, minSharedInk } =
  specification.postprocess;
/** Of the outputs. */
export const COLUMNS = 5 + specification.classes.length;

/** What the network predicts for the whole picture, or for a window of it. */
export interface View {
  /** Rows of x0, y0, x1, y1 in pixels of the input, objectness and class probabilities. */
  outputs: Float32Array;
  letterbox: Letterbox;
}

/** What the network predicts for one picture, before any threshold. */
export interface Prediction {
  /** The whole picture, then its windows, then the same of its faint ink; all of them upright. */
  views: View[];
  /** Quarter turns counterclockwise, 0 to 3, after which the picture stands upright. */
  turned: number;
  /** Time from the picture to the outputs. */
  milliseconds: number;
}

/** In [0, 1]. */
export interface Thresholds {
  score: number;
  iou: number;
}

/** A box with a score for every class: objectness times class probability. */
export interface Candidate {
  /** In pixels of the whole picture's input. */
  box: Box;
  classScores: number[];
  view: View;
}

/** Whether the best class is a digit; digits are the first classes. */
export function isDigit(classScores: readonly number[]): boolean {
  return classScores.indexOf(Math.max(...classScores)) < specification.digits.length;
}

/** Turn a prediction into detections, one per object, best first. */
export function postprocess({ views, turned }: Prediction, { score, iou }: Thresholds): Detections {
  const { letterbox } = views[0];
  const candidates = findCandidates(views, Math.max(score, minScore));
  const kept = suppress(candidates, views, iou).map((index) => candidates[index]);
  const pieces = new Map(views.map((view) => [view, findEdges(view.letterbox.input)]));
  const detections = kept.map(({ box, classScores, view }) => {
    const top = topClasses(classScores);
    const seen = view === views[0] ? box : toInput(toPicture(box, letterbox), view.letterbox);
    const snapped = snapToInk(seen, view.letterbox.input, pieces.get(view)!);
    return { ...top[0], box: toImage(snapped, view.letterbox), top };
  });
  // Boxes in the letterbox's padding have no area in the picture.
  const visible = detections.filter(({ box: [x0, y0, x1, y1] }) => x0 < x1 && y0 < y1);
  const { width, height } = letterbox;
  const back = visible.map((object) => ({ ...object, box: turnBack(object.box, width, height, turned) }));
  const size = turned % 2 ? { width: height, height: width } : { width, height };
  return { ...size, turned: 90 * turned, detections: back };
}

/** The predictions whose best class scores at least the threshold, in their order, without those that a window cuts. */
export function findCandidates(views: readonly View[], scoreThreshold: number): Candidate[] {
  // Scores have single precision, as in Python.
  const threshold = Math.fround(scoreThreshold);
  const candidates: Candidate[] = [];
  for (const view of views) {
    const { outputs, letterbox } = view;
    for (let start = 0; start < outputs.length; start += COLUMNS) {
      const objectness = outputs[start + 4];
      if (objectness < threshold) continue; // no class can score more
      const [x0, y0, x1, y1, , ...probabilities] = outputs.subarray(start, start + COLUMNS);
      const classScores = probabilities.map((probability) => Math.fround(objectness * probability));
      if (Math.max(...classScores) < threshold) continue;
      const box: Box = [x0, y0, x1, y1];
      if (view === views[0]) candidates.push({ box, classScores, view });
      else if (!isCut(box, letterbox)) {
        candidates.push({ box: toInput(toPicture(box, letterbox), views[0].letterbox), classScores, view });
      }
    }
  }
  return candidates;
}

/** Whether a box in a window's pixels reaches an edge that lies inside the picture. */
function isCut(box: Box, letterbox: Letterbox): boolean {
  const [left, top, right, bottom] = letterbox.region;
  const [x0, y0, x1, y1] = toInput(letterbox.region, letterbox);
  return (
    (left > 0 && box[0] - x0 < cutReach) ||
    (top > 0 && box[1] - y0 < cutReach) ||
    (right < letterbox.width && x1 - box[2] < cutReach) ||
    (bottom < letterbox.height && y1 - box[3] < cutReach)
  );
}

/**
 * Apply NMS, then drop each box whose ink better ones have: one around a line, across digits, or beyond one.
 *
 * Returns the indices of the kept candidates, best first.
 */
export function suppress(
  candidates: readonly Pick<Candidate, "box" | "classScores" | "view">[],
  views: readonly View[],
  iouThreshold: number,
): number[] {
  const boxes = candidates.map(({ box }) => box);
  const scores = candidates.map(({ classScores }) => Math.max(...classScores));
  const kept: number[] = [];
  for (const index of nms(boxes, scores, iouThreshold)) {
    const better = kept.map((each) => boxes[each]);
    const ink = wholeInk(views, candidates[index].view);
    if (!isExplained(boxes[index], better, ink)) kept.push(index);
  }
  return kept;
}

/** The input of the whole picture, or of all faint ink, of which a view is a part. */
function wholeInk(views: readonly View[], view: View): Float32Array {
  const isWhole = ({ letterbox }: View): boolean =>
    letterbox.region.every((side, index) => side === views[0].letterbox.region[index]);
  return views.slice(0, views.indexOf(view) + 1).findLast(isWhole)!.letterbox.input;
}

/**
 * Whether better boxes have a box's ink: most of it those inside it, or all of it those that overlap it.
 *
 * Boxes that hold it do not count: a digit may stand in a frame.
 */
function isExplained(box: Box, better: readonly Box[], ink: Float32Array): boolean {
  const inside = better.filter(
    (other) => area(other) <= area(box) / 2 && overlapArea(box, other) >= minInside * area(other),
  );
  if (inside.length > 0 && sharedInk(box, inside, ink, 1) > minGroupInk) return true;
  const overlapping = better.filter((other) => {
    const shared = overlapArea(box, other);
    return shared > 0 && shared < minInside * area(box);
  });
  return overlapping.length > 0 && sharedInk(box, overlapping, ink, 0) > minSharedInk;
}

/** The fraction of a box's ink in other boxes, or up to `margin` beside them, in pixels of the input. */
function sharedInk(box: Box, others: readonly Box[], ink: Float32Array, margin: number): number {
  const size = Math.sqrt(ink.length);
  const columns = pixels(box[0], box[2], size);
  const rows = pixels(box[1], box[3], size);
  const first = rows.start * size;
  const uncovered = ink.slice(first, rows.end * size);
  for (const [x0, y0, x1, y1] of others) {
    const covered = pixels(x0 - margin, x1 + margin, size);
    const { start, end } = pixels(Math.max(y0 - margin, box[1]), Math.min(y1 + margin, box[3]), size);
    for (let row = start * size - first; row < end * size - first; row += size) {
      uncovered.fill(0, row + covered.start, row + covered.end);
    }
  }
  let [total, rest] = [0, 0];
  for (let y = rows.start; y < rows.end; y++) {
    for (let x = columns.start; x < columns.end; x++) {
      total += ink[y * size + x];
      rest += uncovered[y * size + x - first];
    }
  }
  return total > 0 ? 1 - rest / total : 0;
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
  const intersection = overlapArea(a, b);
  // No division, which would give NaN for boxes without area.
  return intersection > Math.fround(iouThreshold) * (area(a) + area(b) - intersection);
}

/** The three best classes, best first. */
function topClasses(classScores: readonly number[]): ClassScore[] {
  return classScores
    .map((score, index) => ({ label: specification.classes[index], score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, specification.detections.top);
}

/**
 * Move each edge to the outermost of the object's ink within its reach, all in pixels of the input.
 *
 * An edge stays where the ink continues beyond its reach, as between touching digits, and where there is no ink.
 */
export function snapToInk([x0, y0, x1, y1]: Box, input: Float32Array, pieces: Pieces): Box {
  const size = Math.sqrt(input.length);
  const reach = Math.max(snapReach, snapReachFraction * Math.max(x1 - x0, y1 - y0));
  const [across, down] = [pixels(x0, x1, size), pixels(y0, y1, size)];
  const isOwn = belongTo(pieces, down, across, size);
  const profile = (cross: PixelRange, indexOf: (position: number, cross: number) => number): number[] =>
    Array.from({ length: size }, (_, position) => {
      let strongest = 0;
      for (let k = cross.start; k < cross.end; k++) {
        const at = indexOf(position, k);
        if (isOwn[pieces.labels[at]]) strongest = Math.max(strongest, input[at]);
      }
      return strongest;
    });
  // Only the box's own rows and columns count: ink beside a corner belongs to a neighbour.
  const columns = profile(down, (column, row) => row * size + column);
  const rows = profile(across, (row, column) => row * size + column);
  const [left, right] = snapEdges(columns, x0, x1, reach);
  const [top, bottom] = snapEdges(rows, y0, y1, reach);
  return [left, top, right, bottom];
}

/** The pieces of an input to which edges may snap. */
export function findEdges(input: Float32Array): Pieces {
  const size = Math.sqrt(input.length);
  return findPieces({ values: input, width: size, height: size }, minEdgeInk);
}

/** Whether each piece lies mostly in a box, or is most of the ink in it, by its label. */
function belongTo({ list, labels }: Pieces, rows: PixelRange, columns: PixelRange, size: number): boolean[] {
  const inside = new Int32Array(list.length + 1);
  for (let row = rows.start; row < rows.end; row++) {
    for (let column = columns.start; column < columns.end; column++) inside[labels[row * size + column]]++;
  }
  inside[0] = 0;
  const total = inside.reduce((sum, count) => sum + count, 0);
  return [false, ...list.map(({ area }, index) => 2 * inside[index + 1] >= Math.min(area, total))];
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
