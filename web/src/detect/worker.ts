/** Runs the networks beside the page, so the pen never waits: drawings and pictures in, predictions out. */

import { paintCells, preferLegible } from "../handwriting/legible";
import { Writer } from "../handwriting/writer";
import { paintDrawing } from "../ink/paint";
import { type Drawing, SIDE } from "../ink/strokes";
import { specification } from "../specification";
import { Backend, THREADS } from "./backend";
import { inkOf } from "./background";
import { findFaint, keepConfidentDigits } from "./faint";
import type { Pixels, Raster } from "./images";
import { type Letterbox, letterbox, steepen } from "./letterbox";
import { findCandidates, postprocess, type View } from "./postprocess";
import type { Reply, Request } from "./protocol";
import { count, mayBeTurned, quarterTurns, turn } from "./turning";
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
      const prediction = { views: await look(steepen(inkOf(paintCells(strokes)))), turned: 0, milliseconds: 0 };
      return postprocess(prediction, { score: scoreThreshold, iou: iouThreshold });
    });
    post({ kind: "learnt", id, outputs });
  });
}

async function predict(request: Exclude<Request, HandRequest>): Promise<void> {
  await loading; // the time is the network's alone
  const start = performance.now();
  const isDrawing = request.kind === "drawing"; // it stands upright
  const picture = isDrawing ? rasterize(request.drawing) : request.picture;
  let ink = inkOf(picture);
  let views = await look(steepen(ink));
  const turned = isDrawing ? 0 : await findTurns(views);
  if (turned > 0) {
    ink = turn(ink, turned);
    views = await look(steepen(ink));
  }
  const faint = isDrawing ? null : findFaint(ink, findCandidates(views, scoreThreshold), views[0].letterbox.scale);
  if (faint) views.push(...(await look(faint)).map(keepConfidentDigits));
  const prediction = { views, turned, milliseconds: performance.now() - start };
  const buffers = views.flatMap((view) => [view.outputs.buffer, view.letterbox.input.buffer]);
  post({ kind: "predicted", id: request.id, prediction }, buffers);
}

/** Look at ink as a whole, and closer where that leaves some unexplained. */
async function look(ink: Raster): Promise<View[]> {
  const whole = letterbox(ink, inputSize);
  const views = await run([whole]);
  const windows = lookCloser(ink, whole, findCandidates(views, scoreThreshold));
  for (let first = 0; first < windows.length; first += BATCH) {
    views.push(...(await run(windows.slice(first, first + BATCH))));
  }
  return views;
}

/** How often to turn a picture: judged by its first window, which holds most, or by all of it. */
async function findTurns(views: readonly View[]): Promise<number> {
  const view = views[1] ?? views[0];
  const upright = count(view);
  if (!mayBeTurned(upright)) return 0;
  const square = { values: view.letterbox.input, width: inputSize, height: inputSize };
  const counts = [upright];
  for (const turns of [1, 2, 3]) {
    // One by one: the runtime never gives back the memory of a batch.
    const [turned] = await run([{ ...view.letterbox, input: turn(square, turns).values }]);
    counts.push(count(turned));
  }
  return quarterTurns(counts);
}

async function run(letterboxes: Letterbox[]): Promise<View[]> {
  const backend = await loading;
  const outputs = await backend.run(letterboxes.map(({ input }) => input));
  return letterboxes.map((letterbox, index) => ({ outputs: outputs[index], letterbox }));
}

/** Black ink on transparency. */
function rasterize(drawing: Drawing): Pixels {
  canvas.resetTransform();
  canvas.clearRect(0, 0, RASTER_SIDE, RASTER_SIDE);
  canvas.scale(RASTER_SIDE / SIDE, RASTER_SIDE / SIDE);
  paintDrawing(canvas, drawing, "black");
  return canvas.getImageData(0, 0, RASTER_SIDE, RASTER_SIDE);
}
