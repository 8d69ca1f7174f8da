/** The network in ONNX Runtime, from the files that come with the page. */

import * as ort from "onnxruntime-web/wasm";
import glueUrl from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";

import modelUrl from "../../../models/digit-detector.onnx?url";
import { fetchKept } from "../files";
import { specification } from "../specification";

const { inputSize, bytes: MODEL_BYTES, sha256: MODEL_SHA256 } = specification.model;
/** What the wasm file weighs, about; only the progress shown depends on it. */
const WASM_BYTES = 14e6;

/** A third core makes one small picture hardly faster. */
export const THREADS = crossOriginIsolated ? Math.min(2, navigator.hardwareConcurrency) : 1;

export class Network {
  readonly #session: ort.InferenceSession;

  private constructor(session: ort.InferenceSession) {
    this.#session = session;
  }

  /** Fetches and warms it; raises with the cause. `progress` hears the share that is here. */
  static async load(progress: (share: number) => void): Promise<Network> {
    let here = 0;
    const received = (bytes: number): void => progress(Math.min((here += bytes) / (MODEL_BYTES + WASM_BYTES), 1));
    const [wasm, model] = await Promise.all([fetchKept(wasmUrl, received, false), fetchModel(received)]);
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = THREADS;
    ort.env.wasm.wasmPaths = { mjs: new URL(glueUrl, import.meta.url).href };
    ort.env.wasm.wasmBinary = wasm;
    const network = new Network(await ort.InferenceSession.create(model, { executionProviders: ["wasm"] }));
    await network.predict(new Float32Array(inputSize * inputSize));
    return network;
  }

  /** S x S ink in [0, 1] to raw predictions, (A, 5 + classes) row by row. */
  async predict(input: Float32Array): Promise<Float32Array> {
    const ink = new ort.Tensor("float32", input, [1, 1, inputSize, inputSize]);
    const { predictions } = await this.#session.run({ ink });
    const numbers = (predictions.data as Float32Array).slice();
    predictions.dispose();
    return numbers;
  }
}

/** The bundled model, whole; raises where it is damaged even when fetched again. */
async function fetchModel(received: (bytes: number) => void): Promise<Uint8Array> {
  for (const again of [false, true]) {
    const model = new Uint8Array(await fetchKept(modelUrl, received, again));
    if (await isWhole(model)) return model;
  }
  throw new Error("the model's file is damaged, also when fetched again");
}

async function isWhole(model: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (model.length !== MODEL_BYTES) return false;
  if (!globalThis.crypto.subtle) return true; // only pages from afar without HTTPS lack it
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", model));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === MODEL_SHA256;
}
