/** What Python sends to the page's components, and what they send back: the contract with `digit_detector.page`. */

import type { ClassStyle, FoundObject } from "../ui/objects";
import type { Texts } from "../ui/texts";

/** Component `digit_detector_answer`: the reading and what belongs to it. */
export interface AnswerData {
  /** The content of `#reading`: its digits are the digits among `objects`, in the same order. */
  reading: string;
  remark: string;
  status: string;
  /** In reading order; an index into it names the object in all messages. */
  objects: FoundObject[];
  leftOut: { text: string; why: string }[];
  /** All classes, for the choice of the right one. */
  classes: ClassStyle[];
  /** Whether the objects' strokes can be taken away to be written again. */
  canRewrite: boolean;
  /** The answer is about this revision of the drawing. */
  revision: number;
  /** As in the attribute `lang`. */
  language: string;
  texts: Texts;
}

/** Sent as the trigger `correct`: the object at this index of that revision is of this class. */
export interface Correct {
  index: number;
  label: string;
  revision: number;
}

/** Events on `document` between the answer and the canvas, without a round trip to the server; detail: `{ index }`. */
export const FIX = "digit-detector:fix"; // a box was tapped: the answer opens its choice of classes
export const REWRITE = "digit-detector:rewrite"; // the canvas takes the object's strokes away
/** Asks the canvas, if there is one, for its drawing: it sets `detail.drawing` at once. */
export const DRAWING = "digit-detector:drawing";
