/** Runs the networks beside the page, so the pen never waits: drawings and pictures in, predictions out. */

import { paintCells, preferLegible } from "../handwriting/legible";
import { Writer } from "../handwriting/writer";
import { paintDrawing } from "../ink/paint";
import { type Drawing, SIDE } from "../ink/strokes";
import { specification } from "../specification";
import { Backend, THREADS } from "./backend";
import type { Pixels } from "./images";
import { type Letterbox, letterbox, steepInk } from "./letterbox";
import { findCandidates, postprocess, type View } from "./postprocess";
import type { Reply, Request } from "./protocol";
import { lookCloser } from "./windows";

const { inputSize, scoreThreshold, iouThreshold } = specification.model;
/** Windows that the network sees at once. */
const BATCH = 8;
/** Twice the network's input: fine enough for its edges, and shrunk by a whole number. */
const RASTER_SIDE = 2 * inputSize;

const scope = self as unknown as DedicatedWorkerGlobalScope;
const canvas = new OffscreenCanvas(RASTER_SIDE, RASTER_SIDE).getContext("2d", { willReadFrequently: true })!;

const loading = Backend.load((fraction) => post({ kind: "progress", fraction }));
loading.then(
  () => post({ kind: "ready", threads: THREADS }),
  (error) => fail(null, error),
);

/** The model of handwriting, from its first use on. */
let writer: Promise<Writer> | null = null;

let queue = Promise.resolve();
scope.onmessage = ({ data }: MessageEvent<Request>) => {
  const done = data.kind === "hand" ? learn(data) : inTurn(() => predict(data));
  done.catch((error) => fail(data.id, error));
};

/** Run one task at a time: a session cannot run two pictures at once. */
function inTurn(task: () => Promise<void>): Promise<void> {
  const done = queue.then(task);
  queue = done.catch(() => undefined);
  return done;
}

function post(reply: Reply, transfer: Transferable[] = []): void {
  scope.postMessage(reply, transfer);
}

function fail(id: number | null, error: unknown): void {
  post({ kind: "failed", id, message: error instanceof Error ? error.message : String(error) });
}

type HandRequest = Extract<Request, { kind: "hand" }>;

/** Detection goes on while the model is fetched. */
async function learn({ id, glyphs, labels }: HandRequest): Promise<void> {
  await loading; // it sets up the runtime
  writer ??= Writer.load();
  const loaded = await writer.catch((error) => {
    writer = null; // so that the next request tries again
    throw error;
  });
  await inTurn(async () => {
    const outputs = await loaded.learn(glyphs, labels);
    await preferLegible(outputs, async (strokes) => {
      const prediction = { views: await look(paintCells(strokes)), milliseconds: 0 };
      return postprocess(prediction, { score: scoreThreshold, iou: iouThreshold });
    });
    post({ kind: "learnt", id, outputs });
  });
}

async function predict(request: Exclude<Request, HandRequest>): Promise<void> {
  await loading; // the time is the network's alone
  const start = performance.now();
  const views = await look(request.kind === "drawing" ? rasterize(request.drawing) : request.picture);
  const prediction = { views, milliseconds: performance.now() - start };
  const buffers = views.flatMap((view) => [view.outputs.buffer, view.letterbox.input.buffer]);
  post({ kind: "predicted", id: request.id, prediction }, buffers);
}

/** Look at a picture as a whole, and closer where that leaves ink unexplained. */
async function look(picture: Pixels): Promise<View[]> {
  const backend = await loading;
  const ink = steepInk(picture);
  const whole = letterbox(ink, inputSize);
  const run = async (letterboxes: Letterbox[]): Promise<View[]> => {
    const outputs = await backend.run(letterboxes.map(({ input }) => input));
    return letterboxes.map((letterbox, index) => ({ outputs: outputs[index], letterbox }));
  };
  const views = await run([whole]);
  const windows = lookCloser(ink, whole, findCandidates(views, scoreThreshold));
  for (let first = 0; first < windows.length; first += BATCH) {
    views.push(...(await run(windows.slice(first, first + BATCH))));
  }
  return views;
}

/** Black ink on transparency. */
function rasterize(drawing: Drawing): Pixels {
  canvas.resetTransform();
  canvas.clearRect(0, 0, RASTER_SIDE, RASTER_SIDE);
  canvas.scale(RASTER_SIDE / SIDE, RASTER_SIDE / SIDE);
  paintDrawing(canvas, drawing, "black");
  return canvas.getImageData(0, 0, RASTER_SIDE, RASTER_SIDE);
}
