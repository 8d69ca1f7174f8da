/** The data of a drawing. */

/** Side of the canvas in its own units, whatever its size on the screen; points and widths are in these units. */
export const SIDE = 400;

/** A stroke may leave the canvas by this much, in canvas units. */
export const MARGIN = SIDE;

export const PEN_WIDTH = { min: 2, max: 40, default: 14 };

/** Points and widths are rounded to one of this many parts of a unit, in which links store them. */
export const PRECISION = 8;

/** Numbers per point: x, y, and the pen's width there relative to the stroke's. */
export const POINT_LENGTH = 3;

export interface Stroke {
  readonly width: number;
  /** x, y and relative width of each point, one after the other. */
  readonly points: readonly number[];
}

/** The points of a stroke without its widths there. */
export function pointsOf({ points }: Stroke): (readonly [x: number, y: number])[] {
  return Array.from({ length: points.length / POINT_LENGTH }, (_, index) => {
    return [points[POINT_LENGTH * index], points[POINT_LENGTH * index + 1]];
  });
}

export type Drawing = readonly Stroke[];
