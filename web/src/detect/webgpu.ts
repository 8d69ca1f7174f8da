/** The network on the graphics chip: only where there is one that agrees with the CPU and is faster. */

import glueUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url";
import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";

import { fetchKept } from "../files";
import { agree } from "./agreement";
import { fetchModel, Network } from "./network";

/** What takes less than a frame of the screen needs no help: ms. */
const FRAME = 1000 / 60;
/** As a share of the CPU's time. */
const FASTER = 0.8;
const RUNS = 5;

/** Absent from older libraries of types. */
interface Device {
  gpu?: { requestAdapter(): Promise<unknown> };
  connection?: { saveData?: boolean };
}

/** The network on the graphics chip, or why the CPU stays, in words where it was tried. `check` is the input on which they must agree. */
export async function tryWebGpu(cpu: Network, check: Float32Array): Promise<Network | string> {
  const { gpu, connection } = navigator as Device;
  if (!gpu || !(await gpu.requestAdapter())) return "";
  const usual = await duration(cpu, check);
  if (usual < FRAME || connection?.saveData) return "";
  const nobody = (): void => undefined;
  const [runtime, wasm, model] = await Promise.all([
    import("onnxruntime-web/webgpu"),
    fetchKept(wasmUrl, nobody, false),
    fetchModel(nobody),
  ]);
  const network = await Network.start(runtime, "webgpu", glueUrl, wasm, model);
  if (!agree(await cpu.predict(check), await network.predict(check))) return "WebGPU gives other boxes";
  return (await duration(network, check)) < FASTER * usual ? network : "WebGPU is slower";
}

/** Ms that one prediction takes: the median of some. */
async function duration(network: Network, input: Float32Array): Promise<number> {
  const took: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await network.predict(input);
    took.push(performance.now() - start);
  }
  return took.sort((a, b) => a - b)[RUNS >> 1];
}
