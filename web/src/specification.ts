/** The constants shared with the Python detector; `make web` exports them. */

import exported from "../specification.json";
import type { ClassStyle } from "./ui/objects";

interface Specification {
  classes: string[];
  digits: string[];
  /** The label of the rude doodle. */
  censored: string;
  /** px of the longer side at which a chosen picture is kept. */
  maxSide: number;
  colours: Record<string, { box: string; text: string; line: ClassStyle["line"] }>;
  background: {
    minSide: number;
    evenSpread: number;
    frameTolerance: number;
    colourTolerance: number;
    minColourFraction: number;
    minEvenFraction: number;
    maxFrameFraction: number;
    frameLineFraction: number;
    coarseSide: number;
    reducedSide: number;
    squares: number[];
    edgeReach: number;
    minLight: number;
  };
  lines: {
    reducedSide: number;
    minInk: number;
    minInkFraction: number;
    minCover: number;
    minPiece: number;
    minPieceRatio: number;
    maxSlope: number;
    maxGap: number;
    minFilled: number;
    minRatio: number;
    maxRunRatio: number;
  };
  ruling: {
    maxThickness: number;
    minLoneRatio: number;
    border: number;
    minParallelLength: number;
    minOverlap: number;
    maxDistance: number;
    minMember: number;
    minGridLines: number;
    maxBoxDifference: number;
  };
  letterbox: { minContrast: number; steepness: number };
  windows: {
    small: number;
    confident: number;
    minLargest: number;
    tolerance: number;
    minSize: number;
    minInputSize: number;
    maxDotRatio: number;
    minDotFill: number;
    reviewFraction: number;
    windowSize: number;
    steps: number;
    maxWindows: number;
  };
  faint: {
    minFraction: number;
    darkFraction: number;
    minSizeRatio: number;
    maxSizeRatio: number;
    minScore: number;
  };
  turning: { certain: number; minObjects: number; maxCertain: number; minDigits: number; minGain: number };
  postprocess: {
    snapReach: number;
    snapReachFraction: number;
    minEdgeInk: number;
    cutReach: number;
    minInside: number;
    minGroupInk: number;
    minAcrossInk: number;
  };
  detections: { top: number };
  doubt: { minScore: number; maxRatio: number; missedScore: number; faintScore: number };
  readingOrder: { lineOverlap: number; maxRaisedSize: number; maxRaisedBottom: number; maxRaisedGap: number };
  model: {
    /** Side of the square input in pixels. */
    inputSize: number;
    scoreThreshold: number;
    iouThreshold: number;
    bytes: number;
    sha256: string;
  };
}

export const specification: Specification = exported as Specification;
