import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Detector } from "../src/detect/detector";
import type { Prediction } from "../src/detect/postprocess";
import type { Reply, Request } from "../src/detect/protocol";

/** Records the page's requests; the test replies. */
class RecordingWorker {
  static last: RecordingWorker;
  readonly requests: Request[] = [];
  onmessage: (event: { data: Reply }) => void = () => undefined;

  constructor() {
    RecordingWorker.last = this;
  }

  postMessage(request: Request): void {
    this.requests.push(request);
  }

  reply(data: Reply): void {
    this.onmessage({ data });
  }
}

const prediction = {} as Prediction;
const listener = vi.fn();

beforeEach(() => void vi.stubGlobal("Worker", RecordingWorker));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test("of waiting drawings only the newest is sent", async () => {
  const detector = new Detector(listener);
  const worker = RecordingWorker.last;
  detector.submit([], 1);
  expect(worker.requests).toEqual([]);
  worker.reply({ kind: "ready", threads: 1 });
  detector.submit([], 2);
  detector.submit([], 3);
  expect(worker.requests).toHaveLength(1);
  worker.reply({ kind: "predicted", id: worker.requests[0].id, prediction });
  await vi.waitFor(() => expect(worker.requests).toHaveLength(2));
  worker.reply({ kind: "predicted", id: worker.requests[1].id, prediction });
  await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(3));
  expect(listener).toHaveBeenNthCalledWith(2, { kind: "predicted", prediction, revision: 1 });
  expect(listener).toHaveBeenNthCalledWith(3, { kind: "predicted", prediction, revision: 3 });
});

test("after a failed drawing the next one is sent", async () => {
  const detector = new Detector(listener);
  const worker = RecordingWorker.last;
  worker.reply({ kind: "ready", threads: 1 });
  detector.submit([], 1);
  worker.reply({ kind: "failed", id: worker.requests[0].id, message: "out of memory" });
  await vi.waitFor(() => expect(listener).toHaveBeenCalledWith({ kind: "failed", message: "out of memory" }));
  detector.submit([], 2);
  await vi.waitFor(() => expect(worker.requests).toHaveLength(2));
});

test("a failed picture rejects", async () => {
  const picture = new Detector(listener).predict({ data: new Uint8ClampedArray(4), width: 1, height: 1 });
  const worker = RecordingWorker.last;
  worker.reply({ kind: "failed", id: worker.requests[0].id, message: "out of memory" });
  await expect(picture).rejects.toThrow("out of memory");
  expect(listener).not.toHaveBeenCalled();
});
