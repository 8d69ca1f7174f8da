/** Which strokes a tap, an eraser or a box means. */

import { clamp } from "../numbers";
import { type Drawing, POINT_LENGTH, pointsOf, type Stroke } from "./strokes";

/** x0, y0, x1, y1 in canvas units. */
export type Area = readonly [number, number, number, number];
type Point = readonly [x: number, y: number];

/** A stroke that stays this close to its beginning, in canvas units, is a tap. */
const TAP_REACH = 4;
/** Radius of the eraser, in canvas units. */
const ERASER_RADIUS = 6;
/** By how much ink may stand out of its object's box, in canvas units. */
const INK_MARGIN = 8;

export function isTap(stroke: Stroke): boolean {
  const [start, ...others] = pointsOf(stroke);
  return others.every(([x, y]) => Math.hypot(x - start[0], y - start[1]) <= TAP_REACH);
}

/** The strokes that the eraser has left so far, after the first `seen` numbers of its path. */
export interface Erasing {
  readonly kept: Drawing;
  readonly seen: number;
}

/** Move the eraser; only what is new of its path is compared with the strokes. */
export function rub({ kept, seen }: Erasing, path: Stroke): Erasing {
  const recent = { ...path, points: path.points.slice(Math.max(seen - POINT_LENGTH, 0)) };
  return { kept: erase(kept, recent), seen: path.points.length };
}

/** The drawing without the strokes that the eraser's path touches; the same one if it touches none. */
export function erase(drawing: Drawing, path: Stroke): Drawing {
  const kept = drawing.filter((stroke) => !touches(path, stroke));
  return kept.length === drawing.length ? drawing : kept;
}

/**
 * The drawing without the strokes of the object in a box: those of which most lies in it.
 *
 * If there is none, such as for two digits in one stroke, it is the stroke with the largest part in the box.
 */
export function cutOut(drawing: Drawing, [x0, y0, x1, y1]: Area): Drawing {
  const reach: Area = [x0 - INK_MARGIN, y0 - INK_MARGIN, x1 + INK_MARGIN, y1 + INK_MARGIN];
  const fractions = drawing.map((stroke) => fractionInside(stroke, reach));
  const largest = Math.max(0, ...fractions);
  if (largest === 0) return drawing;
  return drawing.filter((_, index) => (largest > 0.5 ? fractions[index] <= 0.5 : fractions[index] < largest));
}

/** The fraction of a stroke's points in an area; points on the edge are inside. */
export function fractionInside(stroke: Stroke, [x0, y0, x1, y1]: Area): number {
  const points = pointsOf(stroke);
  return points.filter(([x, y]) => x >= x0 && x <= x1 && y >= y0 && y <= y1).length / points.length;
}

function touches(path: Stroke, stroke: Stroke): boolean {
  const reach = ERASER_RADIUS + stroke.width / 2;
  const line = pointsOf(stroke);
  return pointsOf(path).some((a, i, pathPoints) =>
    line.some((c, j) => distance(a, pathPoints[i + 1] ?? a, c, line[j + 1] ?? c) <= reach),
  );
}

/** The distance between the segments ab and cd. */
function distance(a: Point, b: Point, c: Point, d: Point): number {
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return 0; // they cross
  return Math.min(toSegment(a, c, d), toSegment(b, c, d), toSegment(c, a, b), toSegment(d, a, b));
}

/** On which side of the line ab the point lies: positive, negative, or 0 on it. */
function side([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

function toSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
