import { specification } from "../specification";
import type { Box } from "./preprocess";

/** A box that stays: its index, and the share of its score that it keeps. */
export interface Kept {
  index: number;
  share: number;
}

/**
 * Greedy non-maximum suppression, soft between labels: what `detect/nms.py` does.
 *
 * Boxes overlap when their IoU is greater than the threshold. Of the same label, the best stays. One of another label
 * stays with 1 - s of its own score, where s is the better one's: it is right only where that one is wrong. Boxes that
 * score less than the score threshold go, and those that come to, or come to noise. Best first; equal scores keep the
 * order given.
 */
export function nms(
  boxes: readonly Box[],
  scores: readonly number[],
  iouThreshold: number,
  labels: readonly number[],
  scoreThreshold: number,
): Kept[] {
  const shares = scores.map(() => 1);
  const current = (index: number) => scores[index] * shares[index];
  const least = Math.max(specification.decoding.noise, scoreThreshold);
  const kept: Kept[] = [];
  let remaining = [...boxes.keys()].filter((index) => scores[index] >= scoreThreshold);
  while (remaining.length > 0) {
    const best = remaining.reduce((a, b) => (current(b) > current(a) ? b : a));
    kept.push({ index: best, share: shares[best] });
    const left = 1 - current(best);
    remaining = remaining.filter((index) => {
      if (index === best) return false;
      if (!overlap(boxes[best], boxes[index], iouThreshold)) return true;
      shares[index] *= left;
      return labels[index] !== labels[best] && current(index) >= least;
    });
  }
  return kept;
}

function overlap(better: Box, box: Box, iouThreshold: number): boolean {
  const width = Math.max(Math.min(better[2], box[2]) - Math.max(better[0], box[0]), 0);
  const height = Math.max(Math.min(better[3], box[3]) - Math.max(better[1], box[1]), 0);
  const shared = width * height;
  // IoU > threshold without a division, which boxes of no area would make NaN.
  return shared > Math.fround(iouThreshold) * (area(better) + area(box) - shared);
}

function area(box: Box): number {
  return (box[2] - box[0]) * (box[3] - box[1]);
}
