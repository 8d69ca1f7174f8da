/** What the detector answers: what `detect/result.py` does. */

import { specification } from "../specification";
import { decode, places, select } from "./decode";
import { toImage, type Box, type Letterbox } from "./preprocess";
import { tightened } from "./tighten";

export interface ClassScore {
  label: string;
  score: number;
}

export interface Detection {
  label: string;
  score: number;
  /** In px of the picture, inside it. */
  box: Box;
  /** The three best classes, the first being the label. */
  top: ClassScore[];
}

/** The objects found in a picture, best first. */
export interface Detections {
  width: number;
  height: number;
  detections: Detection[];
}

/** What the network says about one picture, before any threshold. */
export interface RawPrediction {
  predictions: Float32Array;
  /** What the network saw: S x S, ink in [0, 1]. */
  input: Float32Array;
  letterbox: Letterbox;
  /** From the picture to these numbers. */
  milliseconds: number;
}

export interface Thresholds {
  score: number;
  iou: number;
}

const PLACES = places(specification.model);

/** The objects at these thresholds; the network does not run. */
export function detectionsOf(raw: RawPrediction, { score, iou }: Thresholds): Detections {
  const { width, height } = raw.letterbox;
  const detections = select(decode(raw.predictions, PLACES, score), iou).map(({ box, classScores }) => {
    const top = best(classScores);
    return { ...top[0], box: toImage(tightened(box, raw.input, specification.model.inputSize), raw.letterbox), top };
  });
  return { width, height, detections };
}

/** The three best classes, best first. */
export function best(classScores: readonly number[]): ClassScore[] {
  return classScores
    .map((score, index) => ({ label: specification.classes[index], score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, specification.decoding.top);
}

/** The digits as a person reads them: lines from top to bottom, in each left to right with one space between. */
export function reading(detections: readonly Pick<Detection, "label" | "box">[]): string {
  const digits = detections
    .filter(({ label }) => specification.digits.includes(label))
    .sort((a, b) => a.box[0] + a.box[2] - b.box[0] - b.box[2]);
  const lines: (typeof digits)[] = [];
  for (const digit of digits) {
    // The nearest digit to the left is what a written line, also a rising one, goes on from.
    let [overlap, nearest]: [number, typeof digits] = [0, []];
    for (const line of lines) {
      const shared = sharedHeight(line[line.length - 1].box, digit.box);
      if (shared > overlap) [overlap, nearest] = [shared, line];
    }
    if (overlap < specification.reading.lineOverlap) lines.push((nearest = []));
    nearest.push(digit);
  }
  return lines
    .map((line) => ({ middle: middleOf(line.map(({ box }) => box)), text: line.map(({ label }) => label).join(" ") }))
    .sort((a, b) => a.middle - b.middle)
    .map(({ text }) => text)
    .join("\n");
}

/** The height that two boxes share, as a part of the smaller one's. */
function sharedHeight(first: Box, second: Box): number {
  const shared = Math.min(first[3], second[3]) - Math.max(first[1], second[1]);
  return shared / Math.max(Math.min(first[3] - first[1], second[3] - second[1]), 1e-6);
}

function middleOf(boxes: readonly Box[]): number {
  return boxes.reduce((sum, box) => sum + box[1] + box[3], 0) / (2 * boxes.length);
}
