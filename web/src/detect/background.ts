/** Pixels to ink: how much each pixel differs from the background. The same steps as `detect/background.py`. */

import { specification } from "../specification";
import type { Pixels } from "./images";
import { removeLines } from "./line_removal";
import { enlargeLinearly, roundHalfEven, shrinkByArea } from "./resize";

const {
  minSide,
  evenSpread,
  frameTolerance,
  colourTolerance,
  minColourFraction,
  minEvenFraction,
  maxFrameFraction,
  frameLineFraction,
} = specification.background;
const { coarseSide, reducedSide, squares, edgeReach, minLight } = specification.background;

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
    return removeLines(subtractBackground([{ shades: channel(data, 3), width, height }]), width, height);
  }
  const planes = [0, 1, 2].map((index) => ({ shades: channel(colours, index), width, height }));
  return removeLines(subtractBackground(planes), width, height);
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

/** `ink`, as given, if the paper has one colour; otherwise the difference from the paper around each pixel. */
function subtractUnevenLight(planes: Plane[], ink: Uint8Array): Uint8Array {
  if (Math.min(planes[0].width, planes[0].height) < minSide) return ink;
  const spread = findSpread(planes);
  if (spread > evenSpread && fractionWithin(ink, colourTolerance) >= minColourFraction) return ink;
  if (isEven(spread, ink)) return ink;
  const coarse = reduce(planes, coarseSide);
  return isEven(findSpread(coarse), subtractBorderColour(coarse)) ? ink : subtractLocalPaper(planes);
}

/** Whether the border has one colour, and most of the picture has it too; `ink` is relative to it. */
function isEven(spread: number, ink: Uint8Array): boolean {
  return spread === 0 || (spread <= evenSpread && fractionWithin(ink, frameTolerance) >= minEvenFraction);
}

/** The spread of the border's shades, without the darkest and brightest tenth. */
function findSpread(planes: Plane[]): number {
  const spreads = planes.map(sortedBorder).map((shades) => {
    const tenth = Math.floor(shades.length / 10);
    return shades[shades.length - 1 - tenth] - shades[tenth];
  });
  return Math.max(...spreads);
}

function fractionWithin(ink: Uint8Array, tolerance: number): number {
  return ink.reduce((sum, distance) => sum + (distance <= tolerance ? 1 : 0), 0) / ink.length;
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

function crop({ shades, width }: Plane, { left, top, right, bottom }: Region): Plane {
  const inner = { shades: new Uint8Array((right - left) * (bottom - top)), width: right - left, height: bottom - top };
  for (let y = top; y < bottom; y++) {
    inner.shades.set(shades.subarray(y * width + left, y * width + right), (y - top) * inner.width);
  }
  return inner;
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

/** How much each pixel is darker or lighter than the paper around it, which is found in a reduced picture. */
function subtractLocalPaper(planes: Plane[]): Uint8Array {
  const { width, height } = planes[0];
  const papers = reduce(planes, reducedSide).map(findLocalPaper);
  // At the edge of a sheet or a shadow, every shade between both sides is paper.
  const [darkest, brightest] = [Math.min, Math.max].map((extreme) =>
    papers.map((paper) => resize(enlargeLinearly, takeExtremes(paper, extreme), width, height)),
  );
  return relativeDifference(planes, darkest, brightest);
}

/** Planes of a longer side of `side` pixels, if they are larger. */
function reduce(planes: Plane[], side: number): Plane[] {
  const { width, height } = planes[0];
  const scale = Math.min(1, side / Math.max(width, height));
  const size = [width, height].map((length) => Math.max(1, roundHalfEven(length * scale)));
  return planes.map((plane) => resize(shrinkByArea, plane, size[0], size[1]));
}

function resize(
  method: typeof shrinkByArea,
  { shades, width, height }: Plane,
  newWidth: number,
  newHeight: number,
): Plane {
  // Typed arrays convert a whole array far faster than `from` does.
  const { values } = method({ values: new Float32Array(shades), width, height }, newWidth, newHeight);
  return { shades: new Uint8Array(values.map(roundHalfEven)), width: newWidth, height: newHeight };
}

/**
 * The shade of the paper at each pixel of a reduced plane.
 *
 * It is the median over a small square, which keeps the edges of shadows and sheets. Dark islands in it are thick
 * strokes: they get the shade around them, or that of the median over the largest square if this is darker.
 */
function findLocalPaper(plane: Plane): Plane {
  const { width, height } = plane;
  const [small, middle, large] = squares.map((fraction) => roundHalfEven(fraction * Math.max(width, height)));
  const paper = keepCorners(plane, small);
  // Shadows and the desk around a sheet reach the border, and there fill more than strokes do.
  const atBorder = medianFilter(plane, middle).shades;
  const level = paper.map((shade, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isBorder = x === 0 || y === 0 || x === width - 1 || y === height - 1;
    return isBorder ? Math.max(shade, atBorder[i]) : 255;
  });
  floodFromBorder(level, paper, width, height);
  const highest = medianFilter(plane, large).shades;
  return { shades: paper.map((shade, i) => Math.max(shade, Math.min(level[i], highest[i]))), width, height };
}

/** Lower the level to the ground, as of water that finds no way into an island: sweeps until it settles (Vincent 1993). */
function floodFromBorder(level: Uint8Array, ground: Uint8Array, width: number, height: number): void {
  const lower = (i: number, x: number, before: number): boolean => {
    // The neighbours that the sweep has passed: three in the row before, and one in its own.
    let lowest = level[i];
    if (x - before >= 0 && x - before < width) lowest = Math.min(lowest, level[i - before]);
    const row = i - before * width;
    if (row >= 0 && row < level.length) {
      lowest = Math.min(lowest, level[row]);
      if (x > 0) lowest = Math.min(lowest, level[row - 1]);
      if (x < width - 1) lowest = Math.min(lowest, level[row + 1]);
    }
    if (lowest < ground[i]) lowest = ground[i];
    if (lowest === level[i]) return false;
    level[i] = lowest;
    return true;
  };
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) hasChanged = lower(y * width + x, x, 1) || hasChanged;
    }
    for (let y = height - 1; y >= 0; y--) {
      for (let x = width - 1; x >= 0; x--) hasChanged = lower(y * width + x, x, -1) || hasChanged;
    }
  }
}

/** The median over a square around each pixel or beside it, whichever is the nearest to a smaller square's median. */
function keepCorners(plane: Plane, square: number): Uint8Array {
  const { width, height } = plane;
  const median = medianFilter(plane, square).shades;
  const guide = medianFilter(plane, Math.floor(square / 3)).shades;
  const paper = median.slice();
  const corners = [-1, 1].flatMap((down) => [-1, 1].map((across) => [down, across]));
  for (const [down, across] of corners) {
    for (let y = 0, i = 0; y < height; y++) {
      const row = clamp(y + Math.floor((down * square) / 2), height);
      for (let x = 0; x < width; x++, i++) {
        const shifted = median[row * width + clamp(x + Math.floor((across * square) / 2), width)];
        if (Math.abs(shifted - guide[i]) < Math.abs(paper[i] - guide[i])) paper[i] = shifted;
      }
    }
  }
  return paper;
}

/** The darkest or the brightest shade around each pixel: along the rows, then along the columns. */
function takeExtremes({ shades, width, height }: Plane, extreme: (one: number, other: number) => number): Plane {
  let before = shades;
  for (const [length, step] of [
    [width, 1],
    [height, width],
  ]) {
    const after = before.slice();
    for (let i = 0; i < after.length; i++) {
      const place = Math.floor(i / step) % length;
      const last = i + Math.min(edgeReach, length - 1 - place) * step;
      for (let j = i - Math.min(edgeReach, place) * step; j <= last; j += step) after[i] = extreme(after[i], before[j]);
    }
    before = after;
  }
  return { shades: before, width, height };
}

/** How much darker or lighter than the paper each pixel is, as a fraction (of 255) of what is possible. */
function relativeDifference(planes: Plane[], darkest: Plane[], brightest: Plane[]): Uint8Array {
  const ink = new Uint8Array(planes[0].shades.length);
  for (let i = 0; i < ink.length; i++) {
    let [darker, lighter, light, shade] = [0, 0, minLight, 255 - minLight];
    for (let channel = 0; channel < planes.length; channel++) {
      const value = planes[channel].shades[i];
      const [low, high] = [darkest[channel].shades[i], brightest[channel].shades[i]];
      darker = Math.max(darker, low - value);
      lighter = Math.max(lighter, value - high);
      light = Math.max(light, low);
      shade = Math.min(shade, high);
    }
    ink[i] = Math.min(255, roundHalfEven(255 * Math.max(darker / light, lighter / (255 - shade))));
  }
  return ink;
}

/** The index nearest to `index` in a row of this length. */
function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}

/** The median over a square around each pixel, edges repeated, by a histogram that moves along the rows (Huang 1979). */
function medianFilter({ shades, width, height }: Plane, square: number): Plane {
  const reach = Math.max(1, square >> 1);
  const half = ((2 * reach + 1) ** 2 + 1) / 2;
  const stride = width + 2 * reach;
  const padded = new Uint8Array(stride * (height + 2 * reach));
  for (let i = 0, y = -reach; y < height + reach; y++) {
    for (let x = -reach; x < width + reach; x++) padded[i++] = shades[clamp(y, height) * width + clamp(x, width)];
  }
  const result = new Uint8Array(shades.length);
  const counts = new Int32Array(256);
  for (let y = 0; y < height; y++) {
    counts.fill(0);
    let median = 0;
    let below = 0; // pixels of the square that are darker than the median
    const change = (column: number, step: number): void => {
      const end = (y + 2 * reach + 1) * stride;
      for (let i = y * stride + column; i < end; i += stride) {
        counts[padded[i]] += step;
        if (padded[i] < median) below += step;
      }
    };
    for (let column = 0; column < 2 * reach; column++) change(column, 1);
    for (let x = 0; x < width; x++) {
      change(x + 2 * reach, 1);
      while (below >= half) below -= counts[--median];
      while (below + counts[median] < half) below += counts[median++];
      result[y * width + x] = median;
      change(x, -1);
    }
  }
  return { shades: result, width, height };
}
