/** The paper under a picture's ink: what `detect/paper.py` finds, in the same steps. */

import { specification } from "../specification";

/** The shades of one channel, row by row. */
interface Plane {
  shades: Uint8Array;
  width: number;
  height: number;
}

/** How far each pixel is from the paper, 0 on paper; of opaque pixels, RGBA row by row. */
export function inkOnPaper(data: ArrayLike<number>, width: number, height: number): Uint8Array {
  const planes = [0, 1, 2].map((channel): Plane => {
    const shades = new Uint8Array(width * height);
    for (let i = 0; i < shades.length; i++) shades[i] = data[4 * i + channel];
    return { shades, width, height };
  });
  const ink = inkOnBorderColour(planes);
  if (Math.min(width, height) < specification.paper.smallest) return ink;
  const inside = insideFrame(ink, width, height);
  if (!inside) return inkInLight(planes, ink);
  const { left, top, right, bottom } = inside;
  const inner = planes.map((plane) => cropped(plane, left, top, right, bottom));
  const found = inkInLight(inner, inkOnBorderColour(inner));
  ink.fill(0);
  for (let y = top; y < bottom; y++) {
    const row = found.subarray((y - top) * (right - left), (y - top + 1) * (right - left));
    ink.set(row, y * width + left);
  }
  return ink;
}

function inkOnBorderColour(planes: Plane[]): Uint8Array {
  return difference(planes, planes.map((plane) => filled(plane, median(border(plane)))));
}

interface Inside {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is inside a frame, if there is one; the ink is on paper of the border's colour. */
function insideFrame(ink: Uint8Array, width: number, height: number): Inside | undefined {
  const { alike, rare, framed } = specification.paper;
  const inRows = new Uint32Array(height);
  const inColumns = new Uint32Array(width);
  let all = 0;
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] > alike) continue;
    inRows[Math.floor(i / width)]++;
    inColumns[i % width]++;
    all++;
  }
  if (all / ink.length >= rare) return undefined;
  // What is not the frame's fills most of the picture, and so most of some row and of some column.
  const ofRow = (count: number): boolean => count / width < framed;
  const ofColumn = (count: number): boolean => count / height < framed;
  return {
    left: inColumns.findIndex(ofColumn),
    top: inRows.findIndex(ofRow),
    right: inColumns.findLastIndex(ofColumn) + 1,
    bottom: inRows.findLastIndex(ofRow) + 1,
  };
}

/** The ink where the border's light is uneven, else that on paper of the border's colour, which is given. */
function inkInLight(planes: Plane[], ink: Uint8Array): Uint8Array {
  const { smallest, even, same, common } = specification.paper;
  const spread = planes.map(border).map((shades) => {
    const tenth = Math.floor(shades.length / 10);
    return shades[shades.length - 1 - tenth] - shades[tenth];
  });
  if (Math.min(planes[0].width, planes[0].height) < smallest || Math.max(...spread) <= even) return ink;
  const alike = ink.reduce((count, distance) => count + (distance <= same ? 1 : 0), 0);
  return alike / ink.length >= common ? ink : difference(planes, planes.map(light));
}

/** The shades of the first and last rows and columns, ascending; the corners count twice. */
function border({ shades, width, height }: Plane): Uint8Array {
  const found = new Uint8Array(2 * (width + height));
  for (let x = 0; x < width; x++) {
    found[x] = shades[x];
    found[width + x] = shades[(height - 1) * width + x];
  }
  for (let y = 0; y < height; y++) {
    found[2 * width + y] = shades[y * width];
    found[2 * width + height + y] = shades[y * width + width - 1];
  }
  return found.sort();
}

function median(sorted: Uint8Array): number {
  const middle = sorted.length / 2;
  return Math.floor((sorted[middle - 1] + sorted[middle]) / 2);
}

function filled({ shades }: Plane, shade: number): Uint8Array {
  return new Uint8Array(shades.length).fill(shade);
}

function difference(planes: Plane[], paper: Uint8Array[]): Uint8Array {
  const greatest = new Uint8Array(planes[0].shades.length);
  planes.forEach(({ shades }, at) => {
    for (let i = 0; i < greatest.length; i++) {
      const one = Math.abs(shades[i] - paper[at][i]);
      if (one > greatest[i]) greatest[i] = one;
    }
  });
  return greatest;
}

function cropped({ shades, width }: Plane, left: number, top: number, right: number, bottom: number): Plane {
  const inner = { shades: new Uint8Array((right - left) * (bottom - top)), width: right - left, height: bottom - top };
  for (let y = top; y < bottom; y++) {
    inner.shades.set(shades.subarray(y * width + left, y * width + right), (y - top) * inner.width);
  }
  return inner;
}

/** The quadratic surface with the least absolute distance from the samples: least squares, reweighted by it. */
function light({ shades, width, height }: Plane): Uint8Array {
  const { samples, rounds } = specification.paper;
  const spread = (size: number): number[] =>
    Array.from({ length: samples }, (_, at) => Math.floor(((2 * at + 1) * size) / (2 * samples)));
  const rows = spread(height);
  const columns = spread(width);
  const known = rows.flatMap((row) =>
    columns.map((column) => ({ at: terms(place(column, width), place(row, height)), shade: shades[row * width + column] })),
  );
  const weights = new Float64Array(known.length).fill(1);
  let surface: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const matrix = Array.from({ length: 6 }, () => new Array<number>(7).fill(0));
    known.forEach(({ at, shade }, index) => {
      for (let i = 0; i < 6; i++) {
        const weighted = weights[index] * at[i];
        for (let j = 0; j < 6; j++) matrix[i][j] += weighted * at[j];
        matrix[i][6] += weighted * shade;
      }
    });
    surface = solved(matrix);
    known.forEach(({ at, shade }, index) => {
      const fitted = at.reduce((sum, term, i) => sum + term * surface[i], 0);
      weights[index] = 1 / Math.max(Math.abs(shade - fitted), 1);
    });
  }
  const [constant, ofX, ofXX, ofY, ofXY, ofYY] = surface;
  const paper = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = place(row, height);
    for (let column = 0; column < width; column++) {
      const x = place(column, width);
      const shade = constant + (ofX + ofXX * x) * x + (ofY + ofXY * x + ofYY * y) * y;
      paper[row * width + column] = Math.min(Math.max(shade + 0.5, 0), 255);
    }
  }
  return paper;
}

/** Of the middle of a pixel, from -1 to 1 across the picture. */
function place(pixel: number, size: number): number {
  return (2 * pixel + 1) / size - 1;
}

function terms(x: number, y: number): number[] {
  return [1, x, x * x, y, x * y, y * y];
}

/** The solution of a symmetric positive definite system with its right side as last column, by elimination. */
function solved(matrix: number[][]): number[] {
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
