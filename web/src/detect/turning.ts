/** Pictures that lie on their side or stand on their head. The same steps as `detect/turning.py`. */

import { specification } from "../specification";
import type { Box } from "./detections";
import type { Pixels, Raster } from "./images";
import { findCandidates, isDigit, nms, type View } from "./postprocess";

const { certain, minObjects, maxCertain, minDigits, minGain } = specification.turning;
const { scoreThreshold, iouThreshold } = specification.model;

/** How many objects a view shows, and how many of them are certain digits. */
export interface Count {
  objects: number;
  digits: number;
}

/** Count the objects of a view at the weights' own thresholds. */
export function count(view: View): Count {
  const candidates = findCandidates([view], scoreThreshold);
  const scores = candidates.map(({ classScores }) => Math.max(...classScores));
  const boxes = candidates.map(({ box }) => box);
  const kept = nms(boxes, scores, iouThreshold);
  const isCertain = (index: number): boolean => scores[index] >= Math.fround(certain);
  const digits = kept.filter((index) => isCertain(index) && isDigit(candidates[index].classScores));
  return { objects: kept.length, digits: digits.length };
}

/** Whether other turns of a picture are worth a look. */
export function mayBeTurned({ objects, digits }: Count): boolean {
  return objects >= minObjects && digits < maxCertain * objects;
}

/** How often to turn a picture by 90 degrees counterclockwise; `counts` are after 0, 1, 2 and 3 such turns. */
export function quarterTurns(counts: readonly Count[]): number {
  const mostDigits = Math.max(...counts.map(({ digits }) => digits));
  const best = counts.findIndex(({ digits }) => digits === mostDigits);
  const { objects, digits } = counts[best];
  const isBetter = digits >= Math.max(minDigits, minGain * counts[0].digits) && digits >= maxCertain * objects;
  return isBetter ? best : 0;
}

/** Turn an array of pixels by 90 degrees counterclockwise, as often as `turns`. */
export function turn<T extends Uint8Array | Uint32Array | Float32Array>(raster: Raster<T>, turns: number): Raster<T> {
  let { values, width, height } = raster;
  for (let done = 0; done < turns; done++) {
    const turned = values.slice() as T;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) turned[(width - 1 - x) * height + y] = values[y * width + x];
    }
    values = turned;
    [width, height] = [height, width];
  }
  return { values, width, height };
}

/** Turn a picture by 90 degrees counterclockwise, as often as `turns`. */
export function turnPixels({ data, width, height }: Pixels, turns: number): Pixels {
  const values = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const turned = turn({ values, width, height }, turns);
  return { data: new Uint8ClampedArray(turned.values.buffer), width: turned.width, height: turned.height };
}

/** Move a box from a picture that was turned, `turns` times, to the picture as it was; `width` is of the turned one. */
export function turnBack(box: Box, width: number, height: number, turns: number): Box {
  let [x0, y0, x1, y1] = box;
  for (let done = turns; done % 4 !== 0; done++) {
    [x0, y0, x1, y1] = [y0, width - x1, y1, width - x0];
    [width, height] = [height, width];
  }
  return [x0, y0, x1, y1];
}
