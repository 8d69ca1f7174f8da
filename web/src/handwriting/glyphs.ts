/**
 * Convert the strokes of one digit to a glyph, the 129 numbers that the model reads and writes, and back.
 *
 * A glyph is a first stroke of 40 points, a second of 24, each as x, y, x, y …, and 1 if there is a second stroke,
 * otherwise 0 and zeros in its place. The ink's longer side is 1, its bounding box is centred on (0, 0), y points down.
 * The same steps as `handwriting/glyphs.py`, whose cases it passes.
 */

export type Point = readonly [number, number];
/** A line of points, x and y. */
export type Points = readonly Point[];
export type Glyph = Float32Array;

/** Points of the two strokes. */
export const FIRST = 40;
export const SECOND = 24;
/** Numbers of a glyph. */
export const GLYPH_SIZE = 2 * (FIRST + SECOND) + 1;

/** Spacing of the even resampling before smoothing. */
const STEP = 0.02;
/** Strokes shorter than this are specks. */
const SPECK = 0.1;
/** Length that one radian of turning counts as. */
const TURNING = 0.12;

/** The strokes with a longer side of 1, centred on (0, 0), and what that side was; null without ink or for a dot. */
export function normalize(strokes: readonly Points[]): { strokes: Points[]; size: number } | null {
  const inks = strokes.filter((stroke) => stroke.length > 0);
  if (inks.length === 0) return null;
  const [x0, y0, x1, y1] = bounds(inks);
  const size = Math.max(x1 - x0, y1 - y0);
  if (!(size > 0 && Number.isFinite(size))) return null;
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return { strokes: inks.map((ink) => ink.map((point) => [(point[0] - x) / size, (point[1] - y) / size])), size };
}

/** Null if there is no ink, or only a dot. */
export function toGlyph(strokes: readonly Points[]): Glyph | null {
  const inks = normalize(strokes)?.strokes.filter((ink) => sum(lengths(ink)) >= SPECK) ?? [];
  if (inks.length === 0) return null;
  const [first, second] = join(inks);
  const glyph = new Float32Array(GLYPH_SIZE);
  glyph.set(resample(first, FIRST).flat());
  if (second) {
    glyph.set(resample(second, SECOND).flat(), 2 * FIRST);
    glyph[GLYPH_SIZE - 1] = 1;
  }
  return glyph;
}

/** The one or two strokes of a glyph, of 40 and 24 points. */
export function toStrokes(glyph: Glyph): Points[] {
  const points = Array.from({ length: FIRST + SECOND }, (_, index): Point => [glyph[2 * index], glyph[2 * index + 1]]);
  const first = points.slice(0, FIRST);
  return glyph[GLYPH_SIZE - 1] > 0.5 ? [first, points.slice(FIRST)] : [first];
}

/** The box around strokes: x0, y0, x1, y1. */
export function bounds(strokes: readonly Points[]): [number, number, number, number] {
  let box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of strokes.flat()) {
    box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
  }
  return box;
}

/** Join consecutive strokes, the smallest gap first, until there are two. */
function join(strokes: readonly Points[]): Points[] {
  const joined = [...strokes];
  while (joined.length > 2) {
    const gaps = joined.slice(1).map((after, index) => distance(joined[index].at(-1)!, after[0]));
    const index = gaps.indexOf(Math.min(...gaps));
    joined.splice(index, 2, [...joined[index], ...joined[index + 1]]);
  }
  return joined;
}

/** Points along a stroke, spaced by arc length plus turning angle, so they lie closer in corners. */
function resample(stroke: Points, count: number): Points {
  const steps = Math.max(1, Math.floor(sum(lengths(stroke)) / STEP + 0.5));
  let path = along(stroke, lengths(stroke), steps + 1);
  for (const _ of [0, 1]) {
    path = path.map((point, index): Point => {
      const [before, after] = [path[index - 1], path[index + 1]];
      if (!before || !after) return point;
      return [(before[0] + 2 * point[0] + after[0]) / 4, (before[1] + 2 * point[1] + after[1]) / 4];
    });
  }
  const turning = path.map((point, index) => {
    const [before, after] = [path[index - 1], path[index + 1]];
    if (!before || !after) return 0;
    const [ax, ay, bx, by] = [point[0] - before[0], point[1] - before[1], after[0] - point[0], after[1] - point[1]];
    return Math.abs(Math.atan2(ax * by - ay * bx, ax * bx + ay * by));
  });
  const weights = lengths(path).map((length, index) => length + (TURNING * (turning[index] + turning[index + 1])) / 2);
  return along(path, weights, count);
}

/** Points at equal distances along a path whose segments have these lengths. */
function along(path: Points, segments: readonly number[], count: number): Point[] {
  const whole = sum(segments);
  let [segment, passed] = [0, 0];
  return Array.from({ length: count }, (_, index): Point => {
    const target = (whole * index) / (count - 1);
    while (segment < segments.length - 1 && passed + segments[segment] < target) passed += segments[segment++];
    const [from, to] = [path[segment], path[segment + 1] ?? path[segment]];
    const part = segments[segment] > 0 ? Math.min((target - passed) / segments[segment], 1) : 0;
    return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
  });
}

function lengths(path: Points): number[] {
  return path.slice(1).map((point, index) => distance(path[index], point));
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
