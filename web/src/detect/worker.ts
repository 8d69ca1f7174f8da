/** Runs beside the page: a drawing in, the network's numbers out, while the pen goes on. */

import { paintDrawing } from "../draw/paint";
import { SIDE, type Drawing } from "../draw/strokes";
import { specification } from "../specification";
import { Network, THREADS } from "./network";
import { prepare, type Pixels } from "./preprocess";
import type { Reply, Request } from "./protocol";

const { inputSize } = specification.model;
/** Twice the network's input: fine enough for its edges, and shrunk by a whole number. */
const RASTER = 2 * inputSize;

const scope = self as unknown as DedicatedWorkerGlobalScope;
const canvas = new OffscreenCanvas(RASTER, RASTER).getContext("2d", { willReadFrequently: true })!;

const loading = Network.load((share) => say({ kind: "progress", share }));
/** One after the other: a session takes no second picture while it works on the first. */
let last: Promise<unknown> = loading.catch(() => undefined);

loading.then(() => say({ kind: "ready", on: THREADS === 1 ? "one thread" : `${THREADS} threads` }), fail);

scope.onmessage = ({ data }: MessageEvent<Request>) => {
  last = last.then(async () => answer(await loading, data)).catch(fail);
};

function say(reply: Reply, transfer: Transferable[] = []): void {
  scope.postMessage(reply, transfer);
}

function fail(error: unknown): void {
  say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}

async function answer(network: Network, request: Request): Promise<void> {
  const start = performance.now();
  const picture = request.kind === "drawing" ? pixelsOf(request.drawing) : request.picture;
  const { input, letterbox } = prepare(picture, inputSize);
  const predictions = await network.predict(input);
  const raw = { predictions, input, letterbox, milliseconds: performance.now() - start };
  say({ kind: "predicted", id: request.id, raw }, [predictions.buffer, input.buffer]);
}

/** Black ink on transparency. */
function pixelsOf(drawing: Drawing): Pixels {
  canvas.resetTransform();
  canvas.clearRect(0, 0, RASTER, RASTER);
  canvas.scale(RASTER / SIDE, RASTER / SIDE);
  paintDrawing(canvas, drawing, "black");
  return canvas.getImageData(0, 0, RASTER, RASTER);
}
