/** Input to outputs: ONNX Runtime Web on the CPU, with the files that come with the page. */

import glueUrl from "onnxruntime-web/ort-wasm-simd-threaded.mjs?url";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import * as ort from "onnxruntime-web/wasm";

import modelUrl from "../../../models/digit-detector.onnx?url";
import { fetchCached, forgetCached } from "../files";
import { specification } from "../specification";

const { inputSize, bytes: MODEL_BYTES, sha256: MODEL_SHA256 } = specification.model;
/** Approximate size of the wasm file; only the displayed progress depends on it. */
const WASM_BYTES = 14e6;

/**
 * Two at most: a third thread hardly helps with one small picture. Without shared memory there is one. Firefox has one,
 * too: there, a worker that starts another sometimes stops for ever, and a second thread saves only a fifth.
 */
export const THREADS =
  crossOriginIsolated && !navigator.userAgent.includes("Firefox/") ? Math.min(2, navigator.hardwareConcurrency) : 1;

export class Backend {
  private constructor(private readonly session: ort.InferenceSession) {}

  /** Fetch the network and warm it up. `onProgress` receives the fraction loaded. Rejects with the cause. */
  static async load(onProgress: (fraction: number) => void): Promise<Backend> {
    let loaded = 0;
    const onBytes = (bytes: number): void => onProgress(Math.min((loaded += bytes) / (MODEL_BYTES + WASM_BYTES), 1));
    const [wasm, model] = await Promise.all([fetchCached(wasmUrl, onBytes), fetchModel(onBytes)]);
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = THREADS;
    ort.env.wasm.wasmPaths = { mjs: new URL(glueUrl, import.meta.url).href };
    ort.env.wasm.wasmBinary = wasm;
    const session = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] }).catch(async (error) => {
      await forgetCached(wasmUrl); // the model is intact, so this may not be
      throw error;
    });
    const backend = new Backend(session);
    await backend.run([new Float32Array(inputSize * inputSize)]);
    return backend;
  }

  /** Run the network on inputs of S x S ink in [0, 1]; returns the outputs of each, (A, 5 + classes) row by row. */
  async run(inputs: readonly Float32Array[]): Promise<Float32Array[]> {
    const batch = new Float32Array(inputs.length * inputSize * inputSize);
    inputs.forEach((input, index) => batch.set(input, index * input.length));
    const ink = new ort.Tensor("float32", batch, [inputs.length, 1, inputSize, inputSize]);
    const { predictions } = await this.session.run({ ink });
    const values = predictions.data as Float32Array;
    const length = values.length / inputs.length;
    const outputs = inputs.map((_, index) => values.slice(index * length, (index + 1) * length));
    predictions.dispose();
    return outputs;
  }
}

/** Fetch the bundled model; a damaged copy is fetched a second time. */
async function fetchModel(onBytes: (bytes: number) => void): Promise<Uint8Array> {
  for (const reload of [false, true]) {
    const model = new Uint8Array(await fetchCached(modelUrl, onBytes, reload));
    if (await isIntact(model)) return model;
  }
  throw new Error("the model file is damaged, even after fetching it again");
}

async function isIntact(model: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (model.length !== MODEL_BYTES) return false;
  if (!globalThis.crypto.subtle) return true; // absent on pages from other machines without HTTPS
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", model));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") === MODEL_SHA256;
}
