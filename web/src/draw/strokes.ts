/** What a drawing is. */

/** Side of the paper in its own units, in which points and pens are measured whatever its size on the screen. */
export const SIDE = 400;

export const PEN = { least: 2, most: 40, usual: 14 };

/** Numbers that a point takes: x, y, and the pen's width there as a share of the stroke's. */
export const NUMBERS = 3;

export interface Stroke {
  readonly width: number;
  /** x, y and share of each point, one after the other. */
  readonly points: readonly number[];
}

export type Drawing = readonly Stroke[];
