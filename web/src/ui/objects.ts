/** What is shown of classes and of objects, on both pages. */

/** x0, y0, x1, y1 in per cent of the picture. */
export type PercentBox = [number, number, number, number];

/** How a class looks. `label` is the class ("7", "other"), `name` the word for it ("7", "doodle"). */
export interface ClassStyle {
  label: string;
  name: string;
  colour: string;
  textColour: string;
  line: "solid" | "dashed" | "dotted";
}

export interface NamedScore {
  label: string;
  name: string;
  /** In [0, 1]. */
  score: number;
}

/** A found object; lists of them are in reading order. */
export interface FoundObject extends ClassStyle {
  box: PercentBox;
  /** The three best classes, best first. */
  top: NamedScore[];
  doubtful: boolean;
  /** The visitor chose this label instead of the detector's. */
  corrected: boolean;
  /** A cover takes the place of its box. */
  covered: boolean;
}

export function isDigit(label: string): boolean {
  return /^\d$/.test(label);
}

/** The one format of scores. */
export function percent(score: number): string {
  return score > 0 && score < 0.005 ? "<1%" : `${Math.round(score * 100)}%`;
}
