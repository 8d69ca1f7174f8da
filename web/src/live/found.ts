/** The objects on the page: what was detected, and what the visitor has corrected. */

import { area, type Box, type ClassScore, type Detection, overlapArea } from "../detect/detections";
import { type Prediction, postprocess, type Thresholds } from "../detect/postprocess";
import { inReadingOrder } from "../detect/reading_order";
import type { Correction } from "../ink/link";
import { specification } from "../specification";
import type { Size } from "../ui/boxes";
import { smallestAt } from "../ui/geometry";

/** A detection with what the page adds to it. */
export interface Found extends Detection {
  doubtful: boolean;
  corrected: boolean;
}

/** A correction is about the object that overlaps its box by this much (IoU). */
const SAME_PLACE = 0.5;

/**
 * The objects of a prediction in reading order, with the size of their picture, and the best one below the threshold.
 *
 * A lower score never changes what is found above it, so both come from one list.
 */
export function findObjects(
  prediction: Prediction,
  thresholds: Thresholds,
  corrections: readonly Correction[],
): { size: Size; found: Found[]; nearest: Detection | null } {
  const score = Math.min(thresholds.score, specification.doubt.faintScore);
  const { width, height, detections } = postprocess(prediction, { ...thresholds, score });
  const size = { width, height };
  const isFound = (detection: Detection): boolean => detection.score >= Math.fround(thresholds.score);
  const found = detections.filter(isFound).map((detection) => correct(detection, corrections, size));
  return { size, found: inReadingOrder(found), nearest: detections.find((each) => !isFound(each)) ?? null };
}

function correct(detection: Detection, corrections: readonly Correction[], size: Size): Found {
  const box = toFractions(detection.box, size);
  const correction = corrections.find((each) => iou(each.box, box) >= SAME_PLACE);
  if (!correction) return { ...detection, doubtful: isDoubtful(detection.top), corrected: false };
  const { label } = correction;
  const others = detection.top.filter((each) => each.label !== label).slice(0, specification.detections.top - 1);
  return { ...detection, label, score: 1, top: [{ label, score: 1 }, ...others], doubtful: false, corrected: true };
}

/** Whether a person should look at an object again, by its best classes, best first: the rule of `show/listing.py`. */
export function isDoubtful([best, second]: readonly Pick<ClassScore, "score">[]): boolean {
  const { minScore, maxRatio } = specification.doubt;
  return best.score < minScore || second.score > maxRatio * best.score;
}

/** The corrections that are about other objects than the one in this box. */
export function correctionsElsewhere(corrections: readonly Correction[], box: Box): readonly Correction[] {
  return corrections.filter((correction) => iou(correction.box, box) < SAME_PLACE);
}

/** Where a picture lies on the square canvas, in fractions of it. */
export function pictureArea({ width, height }: Size): Box {
  const longer = Math.max(width, height);
  const [x, y] = [(1 - width / longer) / 2, (1 - height / longer) / 2];
  return [x, y, 1 - x, 1 - y];
}

/** Index of the smallest object whose box contains a point, in fractions of the canvas. */
export function objectAt(found: readonly Found[], size: Size, canvasX: number, canvasY: number): number | null {
  const [left, top, right, bottom] = pictureArea(size);
  const boxes = found.map(({ box }) => toFractions(box, size));
  return smallestAt(boxes, [(canvasX - left) / (right - left), (canvasY - top) / (bottom - top)]);
}

export function toFractions(box: Box, { width, height }: Size): Box {
  return box.map((value, side) => value / (side % 2 ? height : width)) as Box;
}

function iou(a: Box, b: Box): number {
  const shared = overlapArea(a, b);
  return shared / (area(a) + area(b) - shared || 1);
}
