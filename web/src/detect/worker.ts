/** Runs the network beside the page, so the pen never waits: drawings and pictures in, predictions out. */

import { paintDrawing } from "../ink/paint";
import { type Drawing, SIDE } from "../ink/strokes";
import { specification } from "../specification";
import { Backend, THREADS } from "./backend";
import type { Pixels } from "./images";
import { preprocess } from "./letterbox";
import type { Reply, Request } from "./protocol";

const { inputSize } = specification.model;
/** Twice the network's input: fine enough for its edges, and shrunk by a whole number. */
const RASTER_SIDE = 2 * inputSize;

const scope = self as unknown as DedicatedWorkerGlobalScope;
const canvas = new OffscreenCanvas(RASTER_SIDE, RASTER_SIDE).getContext("2d", { willReadFrequently: true })!;

const loading = Backend.load((fraction) => post({ kind: "progress", fraction }));
loading.then(
  () => post({ kind: "ready", threads: THREADS }),
  (error) => fail(null, error),
);

/** One request at a time: a session cannot run two pictures at once. */
let queue = Promise.resolve();
scope.onmessage = ({ data }: MessageEvent<Request>) => {
  queue = queue.then(() => predict(data)).catch((error) => fail(data.id, error));
};

function post(reply: Reply, transfer: Transferable[] = []): void {
  scope.postMessage(reply, transfer);
}

function fail(id: number | null, error: unknown): void {
  post({ kind: "failed", id, message: error instanceof Error ? error.message : String(error) });
}

async function predict(request: Request): Promise<void> {
  const backend = await loading;
  const start = performance.now();
  const picture = request.kind === "drawing" ? rasterize(request.drawing) : request.picture;
  const letterbox = preprocess(picture, inputSize);
  const outputs = await backend.run(letterbox.input);
  const prediction = { outputs, letterbox, milliseconds: performance.now() - start };
  post({ kind: "predicted", id: request.id, prediction }, [outputs.buffer, letterbox.input.buffer]);
}

/** Black ink on transparency. */
function rasterize(drawing: Drawing): Pixels {
  canvas.resetTransform();
  canvas.clearRect(0, 0, RASTER_SIDE, RASTER_SIDE);
  canvas.scale(RASTER_SIDE / SIDE, RASTER_SIDE / SIDE);
  paintDrawing(canvas, drawing, "black");
  return canvas.getImageData(0, 0, RASTER_SIDE, RASTER_SIDE);
}
