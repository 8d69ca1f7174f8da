/** Ink to windows: where the network looks closer. The same steps as `detect/windows.py`. */

import { clamp, median, roundHalfEven } from "../numbers";
import { specification } from "../specification";
import type { Box } from "./detections";
import type { Raster, Region } from "./images";
import { type Letterbox, letterbox, toPicture } from "./letterbox";
import { findPieces, type Piece } from "./pieces";
import { type Candidate, isDigit } from "./postprocess";

const { small, confident, minLargest, tolerance, minSize, minInputSize, maxDotRatio, minDotFill } =
  specification.windows;
const { reviewFraction, windowSize, steps, maxWindows } = specification.windows;

type Found = Pick<Candidate, "box" | "classScores">;

/**
 * The windows of small ink that the whole picture's boxes do not explain; none for most drawings.
 *
 * A window shows the small pieces that it holds whole, without the ink around them. `found` are the boxes whose scores
 * reach the detector's threshold.
 */
export function lookCloser(ink: Raster, whole: Letterbox, found: readonly Found[]): Letterbox[] {
  const { list, labels } = findPieces(ink);
  const isSmall = list.map(({ box }) => size(box) * whole.scale <= small);
  const readable = list.map((piece, index) => isSmall[index] && mayBeObject(piece, whole));
  let explained = findExplained(list, whole, found);
  let targets = list.filter((_, index) => readable[index] && !explained[index]);
  if (targets.length === 0) return [];
  if (targets.length >= reviewFraction * readable.filter(Boolean).length) {
    targets = list.filter((_, index) => readable[index]);
    explained = explained.map(() => false);
  }
  const inputSize = Math.sqrt(whole.input.length);
  const side = roundHalfEven((inputSize * median(targets.map(({ box }) => size(box)))) / windowSize);
  if (side >= Math.max(ink.width, ink.height)) return [];
  const isHidden = list.map((_, index) => explained[index] || !isSmall[index]);
  const boxes = targets.map(({ box }) => box);
  return cover(boxes, side, ink.width, ink.height).map((region) => {
    const isShown = list.map(({ box }, index) => !isHidden[index] && holds(region, box));
    return letterbox(ink, inputSize, region, makeMask(labels, ink.width, region, isShown));
  });
}

/** Whether a piece is neither a speck, nor a dot, nor cut by the picture's edge. */
function mayBeObject({ box, area }: Piece, { scale, width, height }: Letterbox): boolean {
  const longer = size(box);
  const shorter = Math.min(box[2] - box[0], box[3] - box[1]);
  const isSpeck = longer < Math.max(minSize, minInputSize / scale);
  const isDot = longer <= maxDotRatio * shorter && area >= minDotFill * longer * shorter;
  const isCut = box[0] <= 0 || box[1] <= 0 || box[2] >= width || box[3] >= height;
  return !(isSpeck || isDot || isCut);
}

/** For each piece, whether a confident box holds it. */
function findExplained(pieces: readonly Piece[], whole: Letterbox, found: readonly Found[]): boolean[] {
  const explained = pieces.map(() => false);
  for (const { box: seen, classScores } of found) {
    const score = Math.max(...classScores);
    const box = toPicture(seen, whole);
    const reach = tolerance * size(box);
    if (score < confident && size(box) * whole.scale <= small) continue;
    const inside = pieces.flatMap(({ box: [x0, y0, x1, y1] }, index) => {
      const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
      const isInside = x >= box[0] - reach && x <= box[2] + reach && y >= box[1] - reach && y <= box[3] + reach;
      return isInside ? [index] : [];
    });
    const largest = inside.reduce((maximum, index) => Math.max(maximum, size(pieces[index].box)), 0);
    if (isDigit(classScores) || largest >= minLargest * size(box)) for (const index of inside) explained[index] = true;
  }
  return explained;
}

/** For one box, the places of windows that hold it: rows from `top` to `bottom`, columns from `left` to `right`. */
interface Span {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/**
 * Cover boxes by square windows, each box whole in one of them where it fits.
 *
 * Greedily: the next window holds most of the boxes that are not covered yet (Chvátal 1979), in its middle.
 */
export function cover(boxes: readonly Region[], side: number, width: number, height: number): Region[] {
  const [lefts, tops] = [places(width, side), places(height, side)];
  const padded = boxes.map((box): Region => {
    const margin = Math.max(Math.floor(size(box) / 3), 2);
    const [x0, y0, x1, y1] = box;
    return [
      Math.max(x0 - margin, 0),
      Math.max(y0 - margin, 0),
      Math.min(x1 + margin, width),
      Math.min(y1 + margin, height),
    ];
  });
  const spans = padded.map(
    ([x0, y0, x1, y1]): Span => ({
      top: tops.filter((place) => place < y1 - side).length,
      bottom: tops.filter((place) => place <= y0).length,
      left: lefts.filter((place) => place < x1 - side).length,
      right: lefts.filter((place) => place <= x0).length,
    }),
  );
  const held = new Int32Array(lefts.length * tops.length);
  const count = ({ top, bottom, left, right }: Span, change: number): void => {
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) held[row * lefts.length + column] += change;
    }
  };
  for (const span of spans) count(span, 1);
  let uncovered = spans.map((_, index) => index);
  const windows: Region[] = [];
  while (windows.length < maxWindows) {
    const best = held.reduce((best, value, place) => (value > held[best] ? place : best), 0);
    if (held[best] === 0) break;
    const [row, column] = [Math.floor(best / lefts.length), best % lefts.length];
    const isHeld = (index: number): boolean => {
      const { top, bottom, left, right } = spans[index];
      return top <= row && row < bottom && left <= column && column < right;
    };
    const chosen = uncovered.filter(isHeld);
    uncovered = uncovered.filter((index) => !isHeld(index));
    for (const index of chosen) count(spans[index], -1);
    const centre = (axis: 0 | 1, last: number): number => {
      const low = Math.min(...chosen.map((index) => padded[index][axis]));
      const high = Math.max(...chosen.map((index) => padded[index][axis + 2]));
      return clamp(Math.floor((low + high - side) / 2), 0, last);
    };
    const [left, top] = [centre(0, lefts[lefts.length - 1]), centre(1, tops[tops.length - 1])];
    windows.push([left, top, Math.min(left + side, width), Math.min(top + side, height)]);
  }
  return windows;
}

/** The places of windows along a side of the picture, ascending. */
function places(length: number, side: number): number[] {
  const last = Math.max(length - side, 0);
  const step = Math.max(1, Math.floor(side / steps));
  return [...Array.from({ length: Math.ceil(last / step) }, (_, index) => index * step), last];
}

/** 1 at and beside the shown pieces, otherwise 0, for each pixel of a region. */
function makeMask(
  labels: Int32Array,
  stride: number,
  [left, top, right, bottom]: Region,
  isShown: boolean[],
): Uint8Array {
  const [width, height] = [right - left, bottom - top];
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labels[(top + y) * stride + left + x];
      if (label === 0 || !isShown[label - 1]) continue;
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        mask.fill(1, row * width + Math.max(x - 1, 0), row * width + Math.min(x + 2, width));
      }
    }
  }
  return mask;
}

function holds([left, top, right, bottom]: Region, [x0, y0, x1, y1]: Region): boolean {
  return left <= x0 && top <= y0 && x1 <= right && y1 <= bottom;
}

export function size([x0, y0, x1, y1]: Box): number {
  return Math.max(x1 - x0, y1 - y0);
}
