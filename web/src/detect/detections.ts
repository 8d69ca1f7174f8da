/** The result of detection, in the JSON form that Python, the API and the command line share. */

/** [x0, y0, x1, y1] */
export type Box = [number, number, number, number];

export function area([x0, y0, x1, y1]: Box): number {
  return (x1 - x0) * (y1 - y0);
}

export function overlapArea(a: Box, b: Box): number {
  const width = Math.max(Math.min(a[2], b[2]) - Math.max(a[0], b[0]), 0);
  const height = Math.max(Math.min(a[3], b[3]) - Math.max(a[1], b[1]), 0);
  return width * height;
}

export interface ClassScore {
  label: string;
  /** In [0, 1]. */
  score: number;
}

/** One object; its label and score are the first of `top`. */
export interface Detection extends ClassScore {
  /** In pixels of the picture, inside it. */
  box: Box;
  /** The three best classes, best first. */
  top: ClassScore[];
}

/** The objects of a picture, best first. */
export interface Detections {
  /** Of the picture, in pixels. */
  width: number;
  height: number;
  /** Degrees counterclockwise by which the picture was turned to be read; boxes are in the picture as it was. */
  turned: number;
  detections: Detection[];
}
