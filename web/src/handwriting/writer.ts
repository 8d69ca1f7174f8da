/** The model of handwriting: drawn digits in, candidates for all ten digits out. Runs in the detector's worker. */

import * as ort from "onnxruntime-web/wasm";

import modelUrl from "../../../models/handwriting.onnx?url";
import { fetchCached } from "../files";
import { GLYPH_SIZE } from "./glyphs";

/** What the model writes of each of the ten digits. */
export interface HandOutputs {
  /** (10, C, 129) glyphs of each digit, best first. */
  candidates: Float32Array;
  /** (10, C): candidates of one digit with the same number are of one form; -1 if implausible. */
  forms: Int32Array;
  /** (10,): how much the candidates of a digit disagree. */
  spread: Float32Array;
}

export class Writer {
  private constructor(private readonly session: ort.InferenceSession) {}

  /** Fetch the model, after the detector has set up the runtime; a damaged copy is fetched a second time. */
  static async load(): Promise<Writer> {
    // Threads of so small a graph would wait for each other.
    const options: ort.InferenceSession.SessionOptions = { executionProviders: ["wasm"], intraOpNumThreads: 1 };
    const create = async (reload: boolean): Promise<Writer> => {
      const model = new Uint8Array(await fetchCached(modelUrl, () => undefined, reload));
      return new Writer(await ort.InferenceSession.create(model, options));
    };
    return create(false).catch(() => create(true));
  }

  /** `glyphs` is (N, 129) and `labels` (N,), with N of at least 1. */
  async learn(glyphs: Float32Array, labels: Int32Array): Promise<HandOutputs> {
    const { candidates, forms, spread } = await this.session.run({
      glyphs: new ort.Tensor("float32", glyphs, [labels.length, GLYPH_SIZE]),
      labels: new ort.Tensor("int32", labels, [labels.length]),
    });
    const outputs = {
      candidates: (candidates.data as Float32Array).slice(),
      forms: (forms.data as Int32Array).slice(),
      spread: (spread.data as Float32Array).slice(),
    };
    for (const tensor of [candidates, forms, spread]) tensor.dispose();
    return outputs;
  }
}
