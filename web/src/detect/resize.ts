/** OpenCV's two ways to resize a plane of floats, number for number: INTER_AREA to shrink, INTER_LINEAR to enlarge. */

/** Values of a plane, row by row. */
export interface Plane {
  values: Float32Array;
  width: number;
  height: number;
}

/** What one value of the result is made of: `weights[i]` of the source's value at `first + i`. */
interface Tap {
  first: number;
  weights: number[];
}

/** Each value is the mean of the area it covers; for a result that is nowhere larger than the source. */
export function shrinkByArea(source: Plane, width: number, height: number): Plane {
  return resample(source, areaTaps(source.width, width), areaTaps(source.height, height));
}

/** Bilinear, with pixels' centres at .5 and the edges repeated. */
export function enlargeLinearly(source: Plane, width: number, height: number): Plane {
  return resample(source, linearTaps(source.width, width), linearTaps(source.height, height));
}

function areaTaps(size: number, newSize: number): Tap[] {
  const scale = size / newSize;
  return Array.from({ length: newSize }, (_, index) => {
    const low = index * scale;
    const high = Math.min(low + scale, size);
    const first = Math.floor(low + 1e-3); // a sliver of a pixel counts for nothing, as in OpenCV
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
    const at = Math.min(Math.max((index + 0.5) * scale - 0.5, 0), size - 1);
    const first = Math.min(Math.floor(at), Math.max(size - 2, 0));
    return { first, weights: size === 1 ? [1] : [1 - (at - first), at - first] };
  });
}

function resample(source: Plane, columns: Tap[], rows: Tap[]): Plane {
  const width = columns.length;
  const across = new Float32Array(width * source.height);
  for (let y = 0; y < source.height; y++) {
    const row = y * source.width;
    for (let x = 0; x < width; x++) {
      const { first, weights } = columns[x];
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * source.values[row + first + i];
      across[y * width + x] = sum;
    }
  }
  const values = new Float32Array(width * rows.length);
  for (let y = 0; y < rows.length; y++) {
    const { first, weights } = rows[y];
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * across[(first + i) * width + x];
      values[y * width + x] = sum;
    }
  }
  return { values, width, height: rows.length };
}
