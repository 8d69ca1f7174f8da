/** Pixels to ink: how much each pixel differs from the background. The same steps as `detect/background.py`. */

import { clamp, roundHalfEven } from "../numbers";
import { specification } from "../specification";
import type { Pixels, Raster, Region } from "./images";
import { removeLines } from "./line_removal";
import { findPieces } from "./pieces";
import { enlargeLinearly, reduce, resizeBytes } from "./resize";

const { minSide, evenSpread, frameTolerance, colourTolerance, minColourFraction, minEvenFraction } =
  specification.background;
const { maxFrameFraction, frameLineFraction, coarseSide, reducedSide, squares, edgeReach, minLight } =
  specification.background;
const { shadeSide, minShade, maxShadeStep, minContrast } = specification.background;

/** The ink of a picture, 0 on the background. Transparency counts as white paper. */
export function inkOf(picture: Pixels): Raster {
  const { data } = picture;
  let isOpaque = true;
  let isBlack = true;
  for (let i = 0; i < data.length; i += 4) {
    isOpaque &&= data[i + 3] === 255;
    isBlack &&= data[i] === 0 && data[i + 1] === 0 && data[i + 2] === 0;
  }
  // Canvases give black ink on transparency: the alpha channel is the ink.
  if (isBlack && !isOpaque) return channel(picture, 3);
  const colours = isOpaque ? picture : { ...picture, data: blendOntoWhite(data) };
  // White ink, meant for dark paper.
  if (!isOpaque && colours.data.every((value, index) => value > 255 - minContrast || index % 4 === 3)) {
    return removeLines(subtractBackground([channel(picture, 3)]));
  }
  return removeLines(subtractBackground([0, 1, 2].map((index) => channel(colours, index))));
}

function channel({ data, width, height }: Pixels, index: number): Raster {
  return { values: new Uint8Array(width * height).map((_, i) => data[4 * i + index]), width, height };
}

function blendOntoWhite(data: Uint8ClampedArray): Uint8ClampedArray {
  return data.map((value, index) => {
    const alpha = data[index | 3];
    return Math.floor((value * alpha + 255 * (255 - alpha) + 127) / 255);
  });
}

function subtractBackground(planes: Raster[]): Raster {
  const ink = subtractBorderColour(planes);
  if (Math.min(ink.width, ink.height) < minSide) return ink;
  const interior = findFrameInterior(ink);
  if (!interior) return subtractUnevenLight(planes, ink);
  const cropped = planes.map((plane) => crop(plane, interior));
  const inner = subtractUnevenLight(cropped, subtractBorderColour(cropped));
  ink.values.fill(0);
  const [left, top] = interior;
  for (let y = 0; y < inner.height; y++) {
    const row = inner.values.subarray(y * inner.width, (y + 1) * inner.width);
    ink.values.set(row, (top + y) * ink.width + left);
  }
  return ink;
}

/** How much each pixel differs from the median of the border, in the channel where it differs most. */
function subtractBorderColour(planes: Raster[]): Raster {
  const largest = new Uint8Array(planes[0].values.length);
  for (const plane of planes) {
    const border = sortedBorder(plane);
    const background = Math.floor((border[border.length / 2 - 1] + border[border.length / 2]) / 2);
    for (let i = 0; i < largest.length; i++) largest[i] = Math.max(largest[i], Math.abs(plane.values[i] - background));
  }
  return { ...planes[0], values: largest };
}

/** The region inside a frame, if the border is one; `ink` is the difference from the border's colour. */
function findFrameInterior({ values: ink, width, height }: Raster): Region | undefined {
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
  const [left, right] = [perColumn.findIndex(isInnerColumn), perColumn.findLastIndex(isInnerColumn) + 1];
  const [top, bottom] = [perRow.findIndex(isInnerRow), perRow.findLastIndex(isInnerRow) + 1];
  return [left, top, right, bottom];
}

/** `ink`, as given, if the paper has one colour; otherwise the difference from the paper around each pixel. */
function subtractUnevenLight(planes: Raster[], ink: Raster): Raster {
  if (Math.min(ink.width, ink.height) < minSide) return ink;
  const spread = findSpread(planes);
  if (spread > evenSpread && fractionWithin(ink, colourTolerance) >= minColourFraction) return ink;
  if (isEven(spread, ink)) return ink;
  const coarse = planes.map((plane) => reduce(plane, coarseSide));
  return isEven(findSpread(coarse), subtractBorderColour(coarse)) ? ink : subtractLocalPaper(planes);
}

/** Whether the border has one colour, and most of the picture has it too; `ink` is relative to it. */
function isEven(spread: number, ink: Raster): boolean {
  return spread === 0 || (spread <= evenSpread && fractionWithin(ink, frameTolerance) >= minEvenFraction);
}

/** The spread of the border's shades, without the darkest and brightest tenth. */
function findSpread(planes: Raster[]): number {
  const spreads = planes.map(sortedBorder).map((shades) => {
    const tenth = Math.floor(shades.length / 10);
    return shades[shades.length - 1 - tenth] - shades[tenth];
  });
  return Math.max(...spreads);
}

function fractionWithin({ values }: Raster, tolerance: number): number {
  return values.reduce((sum, distance) => sum + (distance <= tolerance ? 1 : 0), 0) / values.length;
}

/** The shades of the outermost rows and columns, ascending; corners count twice. */
function sortedBorder({ values, width, height }: Raster): Uint8Array {
  const border = new Uint8Array(2 * (width + height));
  for (let x = 0; x < width; x++) {
    border[x] = values[x];
    border[width + x] = values[(height - 1) * width + x];
  }
  for (let y = 0; y < height; y++) {
    border[2 * width + y] = values[y * width];
    border[2 * width + height + y] = values[y * width + width - 1];
  }
  return border.sort();
}

function crop({ values, width }: Raster, [left, top, right, bottom]: Region): Raster {
  const inner = { values: new Uint8Array((right - left) * (bottom - top)), width: right - left, height: bottom - top };
  for (let y = top; y < bottom; y++) {
    inner.values.set(values.subarray(y * width + left, y * width + right), (y - top) * inner.width);
  }
  return inner;
}

/** How much each pixel is darker or lighter than the paper around it, which is found in a reduced picture. */
function subtractLocalPaper(planes: Raster[]): Raster {
  const { width, height } = planes[0];
  const papers = planes.map((plane) => findLocalPaper(reduce(plane, reducedSide)));
  // At the edge of a sheet or a shadow, every shade between both sides is paper.
  const [darkest, brightest] = [Math.min, Math.max].map((extreme) =>
    papers.map((paper) => resizeBytes(enlargeLinearly, takeExtremes(paper, edgeReach, extreme), width, height)),
  );
  return relativeDifference(planes, darkest, brightest);
}

/**
 * The shade of the paper at each pixel of a reduced plane.
 *
 * It is the median over a small square, which keeps the edges of shadows and sheets. Dark islands in it are thick
 * strokes: they get the shade around them, or that of the median over the largest square if this is darker. Soft dark
 * bands are shades of the paper too.
 */
function findLocalPaper(plane: Raster): Raster {
  const { width, height } = plane;
  const [small, middle, large] = squares.map((fraction) => roundHalfEven(fraction * Math.max(width, height)));
  const paper = keepCorners(plane, small);
  // Shadows and the desk around a sheet reach the border, and there fill more than strokes do.
  const atBorder = medianFilter(plane, middle).values;
  const level = paper.map((shade, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const isBorder = x === 0 || y === 0 || x === width - 1 || y === height - 1;
    return isBorder ? Math.max(shade, atBorder[i]) : 255;
  });
  floodFromBorder(level, paper, width, height);
  const highest = medianFilter(plane, large).values;
  const values = paper.map((shade, i) => Math.max(shade, Math.min(level[i], highest[i])));
  return { values: followShades(plane, values), width, height };
}

/**
 * The paper with its wide dark bands of soft edges that reach the border, such as the gutter of a book.
 *
 * A closing takes away strokes and thin lines, but leaves such bands. Bands inside the picture may be strokes out of
 * focus, and those with sharp edges are thick strokes.
 */
function followShades(plane: Raster, paper: Uint8Array): Uint8Array {
  const { width, height } = plane;
  const reach = roundHalfEven(shadeSide * Math.max(width, height)) >> 1;
  const closed = takeExtremes(takeExtremes(plane, reach, Math.max), reach, Math.min);
  const depth = paper.map((shade, i) => Math.max(0, shade - closed.values[i]));
  const { list, labels } = findPieces({ ...plane, values: depth }, minShade);
  const [darkest, brightest] = [Math.min, Math.max].map((extreme) => takeExtremes(closed, 1, extreme).values);
  const deepest = new Uint8Array(list.length + 1);
  const steepest = new Uint8Array(list.length + 1);
  for (let i = 0; i < labels.length; i++) {
    deepest[labels[i]] = Math.max(deepest[labels[i]], depth[i]);
    steepest[labels[i]] = Math.max(steepest[labels[i]], brightest[i] - darkest[i]);
  }
  const isShade = list.map(({ box: [x0, y0, x1, y1] }, index) => {
    const atBorder = x0 === 0 || y0 === 0 || x1 === width || y1 === height;
    return atBorder && steepest[index + 1] < maxShadeStep * deepest[index + 1];
  });
  return paper.map((shade, i) => (isShade[labels[i] - 1] ? closed.values[i] : shade));
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
function keepCorners(plane: Raster, square: number): Uint8Array {
  const { width, height } = plane;
  const median = medianFilter(plane, square).values;
  const guide = medianFilter(plane, Math.floor(square / 3)).values;
  const paper = median.slice();
  const corners = [-1, 1].flatMap((down) => [-1, 1].map((across) => [down, across]));
  for (const [down, across] of corners) {
    for (let y = 0, i = 0; y < height; y++) {
      const row = clamp(y + Math.floor((down * square) / 2), 0, height - 1);
      for (let x = 0; x < width; x++, i++) {
        const column = clamp(x + Math.floor((across * square) / 2), 0, width - 1);
        const shifted = median[row * width + column];
        if (Math.abs(shifted - guide[i]) < Math.abs(paper[i] - guide[i])) paper[i] = shifted;
      }
    }
  }
  return paper;
}

/** The darkest or the brightest shade in a square around each pixel: along the rows, then along the columns. */
function takeExtremes(
  { values, width, height }: Raster,
  reach: number,
  extreme: (one: number, other: number) => number,
): Raster {
  let before = values;
  for (const [length, step] of [
    [width, 1],
    [height, width],
  ]) {
    const after = before.slice();
    for (let i = 0; i < after.length; i++) {
      const place = Math.floor(i / step) % length;
      const last = i + Math.min(reach, length - 1 - place) * step;
      for (let j = i - Math.min(reach, place) * step; j <= last; j += step) after[i] = extreme(after[i], before[j]);
    }
    before = after;
  }
  return { values: before, width, height };
}

/** How much darker or lighter than the paper each pixel is, as a fraction (of 255) of what is possible. */
function relativeDifference(planes: Raster[], darkest: Raster[], brightest: Raster[]): Raster {
  const ink = new Uint8Array(planes[0].values.length);
  for (let i = 0; i < ink.length; i++) {
    let [darker, lighter, light, shade] = [0, 0, minLight, 255 - minLight];
    for (let channel = 0; channel < planes.length; channel++) {
      const value = planes[channel].values[i];
      const [low, high] = [darkest[channel].values[i], brightest[channel].values[i]];
      darker = Math.max(darker, low - value);
      lighter = Math.max(lighter, value - high);
      light = Math.max(light, low);
      shade = Math.min(shade, high);
    }
    ink[i] = Math.min(255, roundHalfEven(255 * Math.max(darker / light, lighter / (255 - shade))));
  }
  return { ...planes[0], values: ink };
}

/** The median over a square around each pixel, edges repeated, by a histogram that moves along the rows (Huang 1979). */
function medianFilter({ values, width, height }: Raster, square: number): Raster {
  const reach = Math.max(1, square >> 1);
  const half = ((2 * reach + 1) ** 2 + 1) / 2;
  const stride = width + 2 * reach;
  const padded = new Uint8Array(stride * (height + 2 * reach));
  for (let i = 0, y = -reach; y < height + reach; y++) {
    const row = clamp(y, 0, height - 1) * width;
    for (let x = -reach; x < width + reach; x++) padded[i++] = values[row + clamp(x, 0, width - 1)];
  }
  const result = new Uint8Array(values.length);
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
  return { values: result, width, height };
}
