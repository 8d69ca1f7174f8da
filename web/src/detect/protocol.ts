/** The messages between the page and its worker. Each request has one reply, with the same ID. */

import type { HandOutputs } from "../handwriting/writer";
import type { Drawing } from "../ink/strokes";
import type { Pixels } from "./images";
import type { Prediction } from "./postprocess";

export type Request =
  | { kind: "drawing"; id: number; drawing: Drawing }
  | { kind: "picture"; id: number; picture: Pixels }
  /** Drawn digits: (N, 129) glyphs and (N,) labels. */
  | { kind: "hand"; id: number; glyphs: Float32Array; labels: Int32Array };

export type Reply =
  /** The fraction of the files that is loaded, in [0, 1]. */
  | { kind: "progress"; fraction: number }
  | { kind: "ready"; threads: number }
  | { kind: "predicted"; id: number; prediction: Prediction }
  | { kind: "learnt"; id: number; outputs: HandOutputs }
  /** About one request, or about loading the network if `id` is null. */
  | { kind: "failed"; id: number | null; message: string };
