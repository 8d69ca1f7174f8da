/** The page's side of the worker. */

import type { Drawing } from "../draw/strokes";
import type { Pixels } from "./preprocess";
import type { Reply, Request } from "./protocol";
import type { RawPrediction } from "./result";

export interface DetectorListener {
  progress(share: number): void;
  /** The detector runs, and on what, in words. */
  ready(on: string): void;
  failed(message: string): void;
  /** What the network says of the drawing that was shown as this revision. */
  predicted(raw: RawPrediction, revision: number): void;
}

export class Detector {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #listener: DetectorListener;
  readonly #answers = new Map<number, (raw: RawPrediction) => void>();
  #lastId = 0;
  #isReady = false;
  #isBusy = false;
  #newest: { drawing: Drawing; revision: number } | null = null;

  constructor(listener: DetectorListener) {
    this.#listener = listener;
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#hear(data);
    this.#worker.onerror = (event) => listener.failed(event.message || "the worker's file cannot be loaded");
  }

  /** Have a look at the drawing as soon as may be; of those that wait, only the newest is looked at. */
  look(drawing: Drawing, revision: number): void {
    this.#newest = { drawing, revision };
    this.#next();
  }

  /** What the network says of any picture. */
  predict(picture: Pixels): Promise<RawPrediction> {
    return this.#ask((id) => ({ kind: "picture", id, picture }));
  }

  end(): void {
    this.#worker.terminate();
  }

  #next(): void {
    if (!this.#isReady || this.#isBusy || !this.#newest) return;
    const { drawing, revision } = this.#newest;
    this.#newest = null;
    this.#isBusy = true;
    void this.#ask((id) => ({ kind: "drawing", id, drawing })).then((raw) => {
      this.#isBusy = false;
      this.#listener.predicted(raw, revision);
      this.#next();
    });
  }

  #ask(request: (id: number) => Request): Promise<RawPrediction> {
    const id = ++this.#lastId;
    this.#worker.postMessage(request(id));
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  #hear(reply: Reply): void {
    switch (reply.kind) {
      case "progress":
        return this.#listener.progress(reply.share);
      case "ready":
        this.#isReady = true;
        this.#listener.ready(reply.on);
        return this.#next();
      case "failed":
        return this.#listener.failed(reply.message);
      case "predicted":
        this.#answers.get(reply.id)?.(reply.raw);
        this.#answers.delete(reply.id);
    }
  }
}
