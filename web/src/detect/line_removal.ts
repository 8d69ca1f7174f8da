/** Lines: removed from the ink without cutting the strokes over them. The same steps as `detect/line_removal.py`. */

import { clamp, median, roundHalfEven } from "../numbers";
import { specification } from "../specification";
import type { Raster } from "./images";
import { reduce } from "./resize";
import { isRuling, type Line } from "./ruling";

const { reducedSide, minInk, minInkFraction, minCover, minPiece, maxPieces, minPieceRatio, maxSlope, maxGap } =
  specification.lines;
const { minFilled, minRatio, maxRunRatio } = specification.lines;
const { maxThickness } = specification.ruling;

/** A run of ink across a direction, at a place along it, which is the first axis. */
interface Run {
  place: number;
  start: number;
  end: number;
}

/** A straight part of a line. */
interface Segment {
  first: number;
  last: number;
  firstLevel: number;
  lastLevel: number;
  thickness: number;
  runs: Run[];
}

/** The ink without lines that are no writing; the same object if there are none. */
export function removeLines(ink: Raster): Raster {
  const { width, height } = ink;
  const mask = findMask(ink);
  const planes = [transpose(mask), mask];
  const side = Math.max(mask.width, mask.height);
  const lines = planes.map((plane) => trace(plane, side));
  const ruling = isRuling(lines[0], lines[1], mask.width, mask.height);
  if (!ruling.flat().some(Boolean)) return ink;
  const [across, down] = planes.map((plane, index) => {
    const chosen = lines[index].filter((_, line) => ruling[index][line]);
    return draw(plane, chosen);
  });
  const [acrossLines, acrossBands] = [across.lines, across.bands].map(transpose);
  const isLine = mask.values.map((isInk, i) => {
    const isCrossing = acrossBands.values[i] && down.bands.values[i];
    return isInk && (acrossLines.values[i] || down.lines.values[i] || isCrossing) ? 1 : 0;
  });
  const isKept = keep(mask, isLine);
  const values = ink.values.map((value, i) => {
    const row = Math.min(Math.floor((Math.floor(i / width) * mask.height) / height), mask.height - 1);
    const column = Math.min(Math.floor(((i % width) * mask.width) / width), mask.width - 1);
    return isKept[row * mask.width + column] ? value : 0;
  });
  return { values, width, height };
}

/** Where ink is, 1 or 0, in a picture of at most REDUCED_SIDE pixels. */
function findMask({ values, width, height }: Raster): Raster {
  const strongest = values.reduce((maximum, value) => Math.max(maximum, value), 0);
  const threshold = Math.max(minInk, Math.floor(minInkFraction * strongest));
  const full = { values: values.map((value) => (value >= threshold ? 255 : 0)), width, height };
  const mask = reduce(full, reducedSide);
  return { ...mask, values: mask.values.map((value) => (value >= minCover ? 1 : 0)) };
}

function transpose({ values, width, height }: Raster): Raster {
  const turned = new Uint8Array(values.length);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++) turned[x * height + y] = values[i++];
  return { values: turned, width: height, height: width };
}

/** The pixels to keep: ink that is no line, and paper that is not beside a line, whose edge it would be. */
function keep({ values: isInk, width, height }: Raster, isLine: Uint8Array): Uint8Array {
  const isKept = new Uint8Array(isInk.length).fill(1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!isLine[i]) continue;
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          const at = row * width + column;
          if (!isInk[at] || isLine[at]) isKept[at] = 0;
        }
      }
    }
  }
  return isKept;
}

/** The lines along the first axis of a plane; `side` is the longer side of the picture. */
function trace(plane: Raster, side: number): Line[] {
  const segments = findPiecesOfLines(plane, Math.max(3, roundHalfEven(maxThickness * side)));
  if (segments.length > maxPieces) return [];
  // Joined segments reach further, so twice.
  const chains = join(join(segments, maxGap * side), maxGap * side);
  return chains.map(toLine).filter(({ start, end, levels, thickness, filled }) => {
    const length = end - start;
    const isLevel = Math.abs(levels[length - 1] - levels[0]) <= maxSlope * length;
    return isLevel && filled >= minFilled * length && length >= minRatio * thickness;
  });
}

function findRuns({ values: isInk, width, height }: Raster): Run[][] {
  return Array.from({ length: height }, (_, place) => {
    const runs: Run[] = [];
    for (let x = 0; x < width; x++) {
      if (!isInk[place * width + x]) continue;
      const start = x;
      while (x < width && isInk[place * width + x]) x++;
      runs.push({ place, start, end: x });
    }
    return runs;
  });
}

/** Straight pieces: runs belong together if each touches only the other at the next place. */
function findPiecesOfLines(plane: Raster, thickest: number): Segment[] {
  const rows = findRuns(plane).map((runs) => runs.filter(({ start, end }) => end - start <= thickest));
  const touch = (one: Run, other: Run): boolean => one.start < other.end && other.start < one.end;
  const segments: Segment[] = [];
  let open = new Map<Run, Run[]>();
  rows.forEach((runs, place) => {
    const before = place > 0 ? rows[place - 1] : [];
    const following = new Map<Run, Run[]>();
    for (const run of runs) {
      const touched = before.filter((other) => touch(run, other));
      const isOnly = touched.length === 1 && runs.filter((other) => touch(touched[0], other)).length === 1;
      const piece = isOnly ? open.get(touched[0])! : [];
      if (isOnly) open.delete(touched[0]);
      piece.push(run);
      following.set(run, piece);
    }
    segments.push(...[...open.values()].flatMap(toSegment));
    open = following;
  });
  return [...segments, ...[...open.values()].flatMap(toSegment)];
}

/** The piece as a segment, by linear regression; none if it is short or not straight. */
function toSegment(runs: Run[]): Segment[] {
  const count = runs.length;
  const mean = (value: (run: Run) => number): number => runs.reduce((sum, run) => sum + value(run), 0) / count;
  const level = ({ start, end }: Run): number => (start + end) / 2;
  const thickness = mean(({ start, end }) => end - start);
  if (count < Math.max(minPiece, minPieceRatio * thickness)) return [];
  const [middle, height] = [mean(({ place }) => place), mean(level)];
  const covariance = mean((run) => (run.place - middle) * (level(run) - height));
  const variance = mean(({ place }) => (place - middle) ** 2);
  const slope = covariance / Math.max(variance, 1e-9);
  const roughness = Math.sqrt(Math.max(mean((run) => (level(run) - height) ** 2) - slope * covariance, 0));
  if (Math.abs(slope) > maxSlope || roughness > 0.5 + 0.02 * count) return [];
  const half = (count - 1) / 2;
  const [firstLevel, lastLevel] = [height - slope * half, height + slope * half];
  return [{ first: middle - half, last: middle + half, firstLevel, lastLevel, thickness, runs }];
}

/** Join segments where the longer one of two, extended over the gap, meets the other. */
function join(segments: Segment[], gapLimit: number): Segment[] {
  const sorted = [...segments].sort((one, other) => one.first - other.first);
  const chain = sorted.map((_, index) => index);
  const root = (index: number): number => {
    while (chain[index] !== index) index = chain[index] = chain[chain[index]];
    return index;
  };
  const slope = ({ first, last, firstLevel, lastLevel }: Segment): number =>
    (lastLevel - firstLevel) / Math.max(last - first, 1);
  sorted.forEach((piece, index) => {
    for (let next = index + 1; next < sorted.length && sorted[next].first <= piece.last + gapLimit; next++) {
      const other = sorted[next];
      const gap = other.first - piece.last;
      if (gap <= 0) continue;
      const longer = other.last - other.first > piece.last - piece.first ? other : piece;
      const miss = Math.abs(other.firstLevel - piece.lastLevel - slope(longer) * gap);
      const tolerance = 1.5 + 0.25 * Math.max(piece.thickness, other.thickness) + 0.03 * gap;
      if (miss <= tolerance && gap <= longer.last - longer.first + 1) chain[root(next)] = root(index);
    }
  });
  const groups = new Map<number, Segment[]>();
  sorted.forEach((segment, index) => {
    groups.set(root(index), [...(groups.get(root(index)) ?? []), segment]);
  });
  return [...groups.values()].map((group) => {
    const tail = group.reduce((best, segment) => (segment.last > best.last ? segment : best));
    return {
      ...group[0],
      last: tail.last,
      lastLevel: tail.lastLevel,
      thickness: group.reduce((sum, segment) => sum + segment.thickness, 0) / group.length,
      runs: group.flatMap(({ runs }) => runs),
    };
  });
}

/** The line of a chain: its levels between runs are interpolated; `filled` counts the places that have runs. */
function toLine({ runs }: Segment): Line & { filled: number } {
  const byPlace = new Map<number, number>();
  const sorted = [...runs].sort((one, other) => one.place - other.place || one.start - other.start);
  for (const { place, start, end } of sorted) {
    if (!byPlace.has(place)) byPlace.set(place, (start + end) / 2);
  }
  const places = [...byPlace.keys()];
  const [start, end] = [places[0], places[places.length - 1] + 1];
  const levels = new Float64Array(end - start);
  places.forEach((place, index) => {
    const level = byPlace.get(place)!;
    levels[place - start] = level;
    const next = places[index + 1] ?? place;
    for (let between = place + 1; between < next; between++) {
      levels[between - start] = level + ((byPlace.get(next)! - level) * (between - place)) / (next - place);
    }
  });
  return { start, end, levels, thickness: median(runs.map((run) => run.end - run.start)), filled: places.length };
}

/** The ink of lines, and the bands that they fill with the strokes over them. */
function draw(plane: Raster, lines: Line[]): { lines: Raster; bands: Raster } {
  const { width, height } = plane;
  const rows = findRuns(plane);
  const drawn = { ...plane, values: new Uint8Array(plane.values.length) };
  const bands = { ...plane, values: new Uint8Array(plane.values.length) };
  for (const { start, end, levels, thickness } of lines) {
    const extra = Math.floor(thickness) + 2; // to the far side of a line that it ends at
    for (let place = Math.max(0, start - extra); place < Math.min(height, end + extra); place++) {
      const level = levels[clamp(place - start, 0, levels.length - 1)];
      const low = clamp(Math.floor(level - thickness / 2 - 1), 0, width);
      const high = clamp(Math.ceil(level + thickness / 2 + 1), 0, width);
      bands.values.fill(1, place * width + low, place * width + high);
      for (const run of rows[place]) {
        if (run.end <= low || run.start >= high || run.end - run.start > maxRunRatio * thickness + 1) continue;
        drawn.values.fill(1, place * width + run.start, place * width + run.end);
      }
    }
  }
  return { lines: drawn, bands };
}
