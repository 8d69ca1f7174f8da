/** The page's side of the worker. */

import type { HandOutputs } from "../handwriting/writer";
import type { Drawing } from "../ink/strokes";
import type { Pixels } from "./images";
import type { Prediction } from "./postprocess";
import type { Reply, Request } from "./protocol";

export type DetectorEvent =
  | Extract<Reply, { kind: "progress" | "ready" }>
  | { kind: "failed"; message: string }
  /** The prediction for the drawing that was sent with this revision. */
  | { kind: "predicted"; prediction: Prediction; revision: number };

type Answer = Extract<Reply, { kind: "predicted" | "learnt" }>;

interface PendingRequest {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class Detector {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  readonly #pending = new Map<number, PendingRequest>();
  #lastId = 0;
  #isReady = false;
  #isBusy = false;
  #newest: { drawing: Drawing; revision: number } | null = null;

  constructor(private readonly listener: (event: DetectorEvent) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#receive(data);
    this.#worker.onerror = ({ message }) => this.#fail(message || "the worker's file cannot be loaded");
  }

  /** Detect in the drawing as soon as possible; of waiting drawings, only the newest is used. */
  submit(drawing: Drawing, revision: number): void {
    this.#newest = { drawing, revision };
    void this.#next();
  }

  /** Run the network on any picture. */
  async predict(picture: Pixels): Promise<Prediction> {
    return (await this.#send<"predicted">((id) => ({ kind: "picture", id, picture }))).prediction;
  }

  /** Learn a hand from drawn digits: (N, 129) glyphs and (N,) labels, N being at least 1. */
  async learn(glyphs: Float32Array, labels: Int32Array): Promise<HandOutputs> {
    return (await this.#send<"learnt">((id) => ({ kind: "hand", id, glyphs, labels }))).outputs;
  }

  close(): void {
    this.#worker.terminate();
  }

  async #next(): Promise<void> {
    if (!this.#isReady || this.#isBusy || !this.#newest) return;
    const { drawing, revision } = this.#newest;
    this.#newest = null;
    this.#isBusy = true;
    try {
      const { prediction } = await this.#send<"predicted">((id) => ({ kind: "drawing", id, drawing }));
      this.listener({ kind: "predicted", prediction, revision });
    } catch (error) {
      this.#fail((error as Error).message);
    }
    this.#isBusy = false;
    void this.#next();
  }

  #send<Kind extends Answer["kind"]>(request: (id: number) => Request): Promise<Extract<Answer, { kind: Kind }>> {
    const id = ++this.#lastId;
    this.#worker.postMessage(request(id));
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as PendingRequest["resolve"], reject });
    });
  }

  #receive(reply: Reply): void {
    if (reply.kind === "progress") {
      this.listener(reply);
    } else if (reply.kind === "ready") {
      this.#isReady = true;
      this.listener(reply);
      void this.#next();
    } else if (reply.kind !== "failed") {
      this.#take(reply.id)?.resolve(reply);
    } else if (reply.id === null) {
      this.#fail(reply.message);
    } else {
      this.#take(reply.id)?.reject(new Error(reply.message));
    }
  }

  #fail(message: string): void {
    this.listener({ kind: "failed", message });
  }

  #take(id: number): PendingRequest | undefined {
    const request = this.#pending.get(id);
    this.#pending.delete(id);
    return request;
  }
}
