/** Boxes (xyxy) that a hand taps, moves and resizes; what it moves stays inside the picture. */

import { area } from "../detect/detections";
import { clamp } from "../numbers";
import type { Size } from "./boxes";

export type PixelBox = [number, number, number, number];
export type Point = [number, number];
/** Which edges a drag takes along: -1 the left or upper one, 1 the right or lower one. */
export type Grip = readonly [x: -1 | 1, y: -1 | 1];

export const CORNERS: readonly Grip[] = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
];

/** Index of the smallest box that contains a point. */
export function smallestAt(boxes: readonly PixelBox[], [x, y]: Point): number | null {
  const hit = [...boxes.entries()].filter(([, [x0, y0, x1, y1]]) => x >= x0 && x <= x1 && y >= y0 && y <= y1);
  return hit.sort(([, first], [, second]) => area(first) - area(second))[0]?.[0] ?? null;
}

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
export function resizeBox(box: PixelBox, grip: Grip, [dx, dy]: Point, picture: Size & { least: number }): PixelBox {
  const { width, height, least } = picture;
  const [x0, x1] = moveEdge(box[0], box[2], grip[0], dx, width, least);
  const [y0, y1] = moveEdge(box[1], box[3], grip[1], dy, height, least);
  return [x0, y0, x1, y1];
}

function moveEdge(low: number, high: number, grip: number, by: number, end: number, least: number): Point {
  return grip < 0 ? [clamp(low + by, 0, high - least), high] : [low, clamp(high + by, low + least, end)];
}
