/** The result of detection, in the JSON form that Python, the API and the command line share. */

/** [x0, y0, x1, y1] */
export type Box = [number, number, number, number];

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
