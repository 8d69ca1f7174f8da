/** From the network's raw numbers to boxes: what `detect/decode.py` does. */

import { specification, type Model } from "../specification";
import { nms } from "./nms";
import type { Box } from "./preprocess";

/** A box in px of the network's input, with a score for every class: objectness times class probability. */
export interface Candidate {
  box: Box;
  classScores: number[];
}

/** Where a prediction stands: its cell, the cell's size and the anchor, in px of the input but for the cell. */
interface Place {
  column: number;
  row: number;
  stride: number;
  anchor: number[];
}

/** The places of one picture's predictions, in their order. */
export function places({ inputSize, strides, anchors }: Model): Place[] {
  return strides.flatMap((stride, scale) => {
    const cells = inputSize / stride;
    return Array.from({ length: cells * cells }, (_, cell) => ({ column: cell % cells, row: Math.floor(cell / cells) }))
      .flatMap((cell) => anchors[scale].map((anchor) => ({ ...cell, stride, anchor })));
  });
}

/** The predictions, raw rows of tx, ty, tw, th, objectness and classes, whose best class scores at least the threshold. */
export function decode(predictions: Float32Array, at: readonly Place[], scoreThreshold: number): Candidate[] {
  const size = predictions.length / at.length;
  const found: Candidate[] = [];
  at.forEach((place, index) => {
    const row = predictions.subarray(index * size, (index + 1) * size);
    const objectness = sigmoid(row[4]);
    if (objectness < scoreThreshold) return; // no class can score more
    const classScores = Array.from(row.subarray(5), (logit) => objectness * sigmoid(logit));
    if (Math.max(...classScores) >= scoreThreshold) found.push({ box: boxOf(row, place), classScores });
  });
  return found;
}

/** Those that non-maximum suppression leaves, best first. */
export function select(candidates: readonly Candidate[], iouThreshold: number): Candidate[] {
  const scores = candidates.map((candidate) => Math.max(...candidate.classScores));
  const kept = nms(candidates.map((candidate) => candidate.box), scores, iouThreshold);
  return kept.map((index) => candidates[index]);
}

function boxOf(row: Float32Array, { column, row: line, stride, anchor }: Place): Box {
  const x = (2 * sigmoid(row[0]) - 0.5 + column) * stride;
  const y = (2 * sigmoid(row[1]) - 0.5 + line) * stride;
  const [halfWidth, halfHeight] = [0, 1].map((side) => (anchor[side] * Math.exp(clamped(row[2 + side]))) / 2);
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

function clamped(logit: number): number {
  const [low, high] = specification.decoding.sizeLogitRange;
  return Math.min(Math.max(logit, low), high);
}

function sigmoid(logit: number): number {
  return 0.5 * (1 + Math.tanh(0.5 * logit));
}
