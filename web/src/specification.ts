/** The facts shared with the Python detector, which `make web` exports from there. */

import exported from "../specification.json";

export interface Model {
  /** Side of the square input in px. */
  inputSize: number;
  /** Px a cell of each scale, ascending. */
  strides: number[];
  /** [width, height] in px of the input, a list for each stride. */
  anchors: number[][][];
  scoreThreshold: number;
  iouThreshold: number;
  bytes: number;
  sha256: string;
}

export interface Specification {
  classes: string[];
  digits: string[];
  /** The label of the rude doodle. */
  censored: string;
  colours: Record<string, { box: string; text: string }>;
  paper: {
    smallest: number;
    even: number;
    alike: number;
    same: number;
    common: number;
    rare: number;
    framed: number;
    samples: number;
    rounds: number;
  };
  preprocessing: { minContrast: number; steepness: number };
  decoding: { sizeLogitRange: number[]; top: number };
  tightening: { reach: number; reachShare: number; faint: number };
  reading: { lineOverlap: number };
  model: Model;
}

export const specification: Specification = exported;
