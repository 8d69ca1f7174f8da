/** What the page and its worker say to each other. */

import type { Drawing } from "../draw/strokes";
import type { Pixels } from "./preprocess";
import type { RawPrediction } from "./result";

export type Request =
  | { kind: "drawing"; id: number; drawing: Drawing }
  | { kind: "picture"; id: number; picture: Pixels };

export type Reply =
  /** Share of the files that are here, in [0, 1]. */
  | { kind: "progress"; share: number }
  /** What the network runs on, in words. */
  | { kind: "ready"; on: string }
  | { kind: "failed"; message: string }
  | { kind: "predicted"; id: number; raw: RawPrediction };
