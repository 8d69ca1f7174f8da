/** Pixels to ink: how much each pixel differs from the background. The same steps as `detect/background.py`. */

import { specification } from "../specification";
import type { Pixels } from "./images";

const { minSide, evenSpread, frameTolerance, colourTolerance, minColourFraction, maxFrameFraction, frameLineFraction } =
  specification.background;
const { samplesPerSide, rounds } = specification.background;

/** One colour channel, row by row. */
interface Plane {
  shades: Uint8Array;
  width: number;
  height: number;
}

/** A part of a picture in whole pixels; `right` and `bottom` are exclusive. */
interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The ink of a picture, row by row, 0 on the background. Transparency counts as white paper. */
export function inkOf({ data, width, height }: Pixels): Uint8Array {
  let isOpaque = true;
  let isBlack = true;
  for (let i = 0; i < data.length; i += 4) {
    isOpaque &&= data[i + 3] === 255;
    isBlack &&= data[i] === 0 && data[i + 1] === 0 && data[i + 2] === 0;
  }
  // Canvases give black ink on transparency: the alpha channel is the ink.
  if (isBlack && !isOpaque) return channel(data, 3);
  const colours = isOpaque ? data : blendOntoWhite(data);
  // White ink, meant for dark paper.
  if (!isOpaque && colours.every((value, index) => value >= 255 - colourTolerance || index % 4 === 3)) {
    return subtractBackground([{ shades: channel(data, 3), width, height }]);
  }
  return subtractBackground([0, 1, 2].map((index) => ({ shades: channel(colours, index), width, height })));
}

function channel(data: Uint8ClampedArray, index: number): Uint8Array {
  const values = new Uint8Array(data.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = data[4 * i + index];
  return values;
}

function blendOntoWhite(data: Uint8ClampedArray): Uint8ClampedArray {
  return data.map((value, index) => {
    const alpha = data[index | 3];
    return Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255);
  });
}

function subtractBackground(planes: Plane[]): Uint8Array {
  const { width, height } = planes[0];
  const ink = subtractBorderColour(planes);
  if (Math.min(width, height) < minSide) return ink;
  const interior = findFrameInterior(ink, width, height);
  if (!interior) return subtractUnevenLight(planes, ink);
  const { left, top, right, bottom } = interior;
  const cropped = planes.map((plane) => crop(plane, interior));
  const innerInk = subtractUnevenLight(cropped, subtractBorderColour(cropped));
  ink.fill(0);
  for (let y = top; y < bottom; y++) {
    ink.set(innerInk.subarray((y - top) * (right - left), (y - top + 1) * (right - left)), y * width + left);
  }
  return ink;
}

function subtractBorderColour(planes: Plane[]): Uint8Array {
  const background = (plane: Plane): Uint8Array =>
    new Uint8Array(plane.shades.length).fill(median(sortedBorder(plane)));
  return difference(planes, planes.map(background));
}

/** The region inside a frame, if the border is one; `ink` is the difference from the border's colour. */
function findFrameInterior(ink: Uint8Array, width: number, height: number): Region | undefined {
  const perRow = new Uint32Array(height);
  const perColumn = new Uint32Array(width);
  let total = 0;
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] > frameTolerance) continue;
    perRow[Math.floor(i / width)]++;
    perColumn[i % width]++;
    total++;
  }
  if (total / ink.length >= maxFrameFraction) return undefined;
  // The interior fills most of the picture, and so most of at least one row and one column.
  const isInnerRow = (count: number): boolean => count / width < frameLineFraction;
  const isInnerColumn = (count: number): boolean => count / height < frameLineFraction;
  return {
    left: perColumn.findIndex(isInnerColumn),
    top: perRow.findIndex(isInnerRow),
    right: perColumn.findLastIndex(isInnerColumn) + 1,
    bottom: perRow.findLastIndex(isInnerRow) + 1,
  };
}

/** The difference from a fitted surface if the border's light is uneven; otherwise `ink`, as given. */
function subtractUnevenLight(planes: Plane[], ink: Uint8Array): Uint8Array {
  const spreads = planes.map(sortedBorder).map((shades) => {
    const tenth = Math.floor(shades.length / 10);
    return shades[shades.length - 1 - tenth] - shades[tenth];
  });
  if (Math.min(planes[0].width, planes[0].height) < minSide || Math.max(...spreads) <= evenSpread) return ink;
  const count = ink.reduce((sum, distance) => sum + (distance <= colourTolerance ? 1 : 0), 0);
  return count / ink.length >= minColourFraction ? ink : difference(planes, planes.map(fitLight));
}

/** The shades of the outermost rows and columns, ascending; corners count twice. */
function sortedBorder({ shades, width, height }: Plane): Uint8Array {
  const border = new Uint8Array(2 * (width + height));
  for (let x = 0; x < width; x++) {
    border[x] = shades[x];
    border[width + x] = shades[(height - 1) * width + x];
  }
  for (let y = 0; y < height; y++) {
    border[2 * width + y] = shades[y * width];
    border[2 * width + height + y] = shades[y * width + width - 1];
  }
  return border.sort();
}

function median(sorted: Uint8Array): number {
  const middle = sorted.length / 2;
  return Math.floor((sorted[middle - 1] + sorted[middle]) / 2);
}

/** The largest difference over the channels, for each pixel. */
function difference(planes: Plane[], backgrounds: Uint8Array[]): Uint8Array {
  const largest = new Uint8Array(planes[0].shades.length);
  planes.forEach(({ shades }, index) => {
    const background = backgrounds[index];
    for (let i = 0; i < largest.length; i++) largest[i] = Math.max(largest[i], Math.abs(shades[i] - background[i]));
  });
  return largest;
}

function crop({ shades, width }: Plane, { left, top, right, bottom }: Region): Plane {
  const inner = { shades: new Uint8Array((right - left) * (bottom - top)), width: right - left, height: bottom - top };
  for (let y = top; y < bottom; y++) {
    inner.shades.set(shades.subarray(y * width + left, y * width + right), (y - top) * inner.width);
  }
  return inner;
}

/** Fit a quadratic surface to samples by least absolute deviations: reweighted least squares (Schlossmacher 1973). */
function fitLight({ shades, width, height }: Plane): Uint8Array {
  const rows = samplePositions(height);
  const columns = samplePositions(width);
  const samples = rows.flatMap((row) =>
    columns.map((column) => ({
      terms: quadraticTerms(normalize(column, width), normalize(row, height)),
      shade: shades[row * width + column],
    })),
  );
  const weights = new Float64Array(samples.length).fill(1);
  let coefficients: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const matrix = Array.from({ length: 6 }, () => new Array<number>(7).fill(0));
    samples.forEach(({ terms, shade }, index) => {
      for (let i = 0; i < 6; i++) {
        const weighted = weights[index] * terms[i];
        for (let j = 0; j < 6; j++) matrix[i][j] += weighted * terms[j];
        matrix[i][6] += weighted * shade;
      }
    });
    coefficients = solve(matrix);
    samples.forEach(({ terms, shade }, index) => {
      const fitted = terms.reduce((sum, term, i) => sum + term * coefficients[i], 0);
      weights[index] = 1 / Math.max(Math.abs(shade - fitted), 1);
    });
  }
  const [c, cx, cxx, cy, cxy, cyy] = coefficients;
  const light = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = normalize(row, height);
    for (let column = 0; column < width; column++) {
      const x = normalize(column, width);
      const shade = c + (cx + cxx * x) * x + (cy + cxy * x + cyy * y) * y;
      light[row * width + column] = Math.min(Math.max(shade + 0.5, 0), 255);
    }
  }
  return light;
}

/** Evenly spaced pixels along a side of this length. */
function samplePositions(size: number): number[] {
  return Array.from({ length: samplesPerSide }, (_, index) =>
    Math.floor(((2 * index + 1) * size) / (2 * samplesPerSide)),
  );
}

/** The centre of a pixel, from -1 to 1 across the picture. */
function normalize(pixel: number, size: number): number {
  return (2 * pixel + 1) / size - 1;
}

function quadraticTerms(x: number, y: number): number[] {
  return [1, x, x * x, y, x * y, y * y];
}

/** Solve a symmetric positive definite system, its right side the last column, by Gaussian elimination in place. */
function solve(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = matrix[row][pivot] / matrix[pivot][pivot];
      for (let column = pivot; column <= size; column++) matrix[row][column] -= factor * matrix[pivot][column];
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    const rest = solution.reduce((sum, value, column) => (column > row ? sum + matrix[row][column] * value : sum), 0);
    solution[row] = (matrix[row][size] - rest) / matrix[row][row];
  }
  return solution;
}
