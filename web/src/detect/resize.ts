/** Resizing as OpenCV does it. */

import { clamp, roundHalfEven } from "../numbers";
import type { Raster } from "./images";

/** The sources of one resized value: `weights[i]` applies to the source's value at `first + i`. */
interface Tap {
  first: number;
  weights: number[];
}

/** Resize as OpenCV's INTER_AREA: each value is the mean of the area it covers. The result must not be larger. */
export function shrinkByArea(source: Raster<Float32Array>, width: number, height: number): Raster<Float32Array> {
  return resample(source, areaTaps(source.width, width), areaTaps(source.height, height));
}

/** Resize as OpenCV's INTER_LINEAR: bilinear, with pixel centres at .5 and repeated edges. */
export function enlargeLinearly(source: Raster<Float32Array>, width: number, height: number): Raster<Float32Array> {
  return resample(source, linearTaps(source.width, width), linearTaps(source.height, height));
}

/** Shrink bytes by area to a longer side of `side` pixels, if theirs is longer; otherwise return them as they are. */
export function reduce(source: Raster, side: number): Raster {
  const scale = side / Math.max(source.width, source.height);
  if (scale >= 1) return source;
  const [width, height] = [source.width, source.height].map((length) => Math.max(1, roundHalfEven(length * scale)));
  return resizeBytes(shrinkByArea, source, width, height);
}

/** Resize bytes by one of the methods above. */
export function resizeBytes(
  method: typeof shrinkByArea,
  { values, width, height }: Raster,
  newWidth: number,
  newHeight: number,
): Raster {
  // Typed arrays convert a whole array far faster than `from` does.
  const resized = method({ values: new Float32Array(values), width, height }, newWidth, newHeight);
  return { ...resized, values: new Uint8Array(resized.values.map(roundHalfEven)) };
}

function areaTaps(size: number, newSize: number): Tap[] {
  const scale = size / newSize;
  return Array.from({ length: newSize }, (_, index) => {
    const low = index * scale;
    const high = Math.min(low + scale, size);
    const first = Math.floor(low + 1e-3); // OpenCV ignores slivers of a pixel
    const weights: number[] = [];
    for (let at = first; at < high - 1e-3; at++) {
      weights.push((Math.min(at + 1, high) - Math.max(at, low)) / (high - low));
    }
    return { first, weights };
  });
}

function linearTaps(size: number, newSize: number): Tap[] {
  const scale = size / newSize;
  return Array.from({ length: newSize }, (_, index) => {
    const at = clamp((index + 0.5) * scale - 0.5, 0, size - 1);
    const first = Math.min(Math.floor(at), Math.max(size - 2, 0));
    return { first, weights: size === 1 ? [1] : [1 - (at - first), at - first] };
  });
}

function resample(source: Raster<Float32Array>, columns: Tap[], rows: Tap[]): Raster<Float32Array> {
  const width = columns.length;
  const narrowed = new Float32Array(width * source.height);
  for (let y = 0; y < source.height; y++) {
    const row = y * source.width;
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * source.values[row + first + i];
      narrowed[y * width + x] = sum;
    }
  }
  const values = new Float32Array(width * rows.length);
  for (let y = 0; y < rows.length; y++) {
    const { first, weights } = rows[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * narrowed[(first + i) * width + x];
      values[y * width + x] = sum;
    }
  }
  return { values, width, height: rows.length };
}
