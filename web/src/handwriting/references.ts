/** Find the references, which a hand is learnt from, among the strokes of a drawing. */

import type { Box } from "../detect/detections";
import { fractionInside } from "../ink/selection";
import { type Drawing, pointsOf, type Stroke } from "../ink/strokes";
import { median } from "../numbers";
import { type Glyph, normalize, type Points, toGlyph } from "./glyphs";

/** Score below which a detected digit is no reference; a label that a person chose is sure. */
export const MIN_SCORE = 0.9;

/** A digit of a hand. */
export interface Sample {
  digit: number;
  glyph: Glyph;
  /** Its ink: longer side 1, centred on (0, 0). */
  strokes: readonly Points[];
}

/** A digit that a person drew. */
export interface Reference extends Sample {
  /** Width of the pen, relative to the digit's longer side. */
  pen: number;
}

/** An object of the drawing; its box is in canvas units. */
export interface LabelledBox {
  label: string;
  box: Box;
  /** The detector is confident, or a person chose the label. */
  sure: boolean;
}

/**
 * Assign strokes to boxes, and return the references among them.
 *
 * A stroke belongs to the box with the largest fraction of its points, if that is at least a half. Of equal boxes the
 * last one counts, so an object that was corrected twice has the last label.
 */
export function findReferences(drawing: Drawing, objects: readonly LabelledBox[]): Reference[] {
  const parts: Stroke[][] = objects.map(() => []);
  for (const stroke of drawing) {
    const fractions = objects.map(({ box }) => fractionInside(stroke, box));
    const largest = Math.max(...fractions);
    if (largest >= 0.5) parts[fractions.lastIndexOf(largest)].push(stroke);
  }
  return objects.flatMap(({ label, sure }, index) => (sure ? makeReference(label, parts[index]) : []));
}

/** The reference of a digit's strokes; none for other labels, no ink, or only a dot. */
function makeReference(label: string, strokes: readonly Stroke[]): Reference[] {
  const lines = strokes.map(pointsOf);
  const [normal, glyph] = [normalize(lines), toGlyph(lines)];
  if (!/^\d$/.test(label) || !normal || !glyph) return [];
  const pen = median(strokes.map(({ width }) => width)) / normal.size;
  return [{ digit: Number(label), glyph, strokes: normal.strokes, pen }];
}
