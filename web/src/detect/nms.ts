import type { Box } from "./preprocess";

/**
 * Greedy non-maximum suppression, whatever the boxes' classes.
 *
 * A box goes when its IoU with a better one that stays is greater than the threshold. Gives the indices of those that
 * stay, best first; equal scores keep the order given.
 */
export function nms(boxes: readonly Box[], scores: readonly number[], iouThreshold: number): number[] {
  const order = boxes.map((_, index) => index).sort((a, b) => scores[b] - scores[a] || a - b);
  const kept: number[] = [];
  for (const index of order) {
    if (!kept.some((better) => suppresses(boxes[better], boxes[index], iouThreshold))) kept.push(index);
  }
  return kept;
}

function suppresses(better: Box, box: Box, iouThreshold: number): boolean {
  const width = Math.max(Math.min(better[2], box[2]) - Math.max(better[0], box[0]), 0);
  const height = Math.max(Math.min(better[3], box[3]) - Math.max(better[1], box[1]), 0);
  const shared = width * height;
  // IoU > threshold without a division, which boxes of no area would make NaN.
  return shared > Math.fround(iouThreshold) * (area(better) + area(box) - shared);
}

function area(box: Box): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}
