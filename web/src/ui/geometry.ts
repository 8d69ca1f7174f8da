/** Boxes that a hand moves and resizes: xyxy in pixels of a picture, always inside it. */

import type { Size } from "./boxes";

export type PixelBox = [number, number, number, number];
export type Point = [number, number];
/** Which edges a drag takes along: -1 the left or upper one, 1 the right or lower one, 0 neither. */
export type Grip = readonly [x: -1 | 0 | 1, y: -1 | 0 | 1];

export const CORNERS: readonly Grip[] = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
];

/** The box between two opposite corners. */
export function between([ax, ay]: Point, [bx, by]: Point): PixelBox {
  return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
}

/** Move a box, at most to the picture's edge. */
export function moveBox([x0, y0, x1, y1]: PixelBox, [dx, dy]: Point, { width, height }: Size): PixelBox {
  const [x, y] = [clamp(dx, -x0, width - x1), clamp(dy, -y0, height - y1)];
  return [x0 + x, y0 + y, x1 + x, y1 + y];
}

/** Move the edges that a grip holds; no side gets shorter than `least`. */
export function resizeBox(box: PixelBox, grip: Grip, [dx, dy]: Point, size: Size, least: number): PixelBox {
  const [x0, x1] = moveEdge(box[0], box[2], grip[0], dx, size.width, least);
  const [y0, y1] = moveEdge(box[1], box[3], grip[1], dy, size.height, least);
  return [x0, y0, x1, y1];
}

function moveEdge(low: number, high: number, grip: number, by: number, end: number, least: number): Point {
  if (grip < 0) return [clamp(low + by, 0, high - least), high];
  if (grip > 0) return [low, clamp(high + by, low + least, end)];
  return [low, high];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
