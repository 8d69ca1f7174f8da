/** Whether another runtime gives what wasm gives: what `detect/agreement.py` asks of accelerators in Python. */

import { decode, places } from "./decode";
import { specification } from "../specification";

const PLACES = places(specification.model);

/** In px of the network's input. */
const MOST_DIFFERENCE = 1;
const MOST_SCORE_DIFFERENCE = 0.05;

/** Whether boxes lie within a pixel and labels are equal among all that would be shown, and all scores differ little. */
export function agree(reference: Float32Array, predictions: Float32Array): boolean {
  if (reference.length !== predictions.length || !predictions.every(Number.isFinite)) return false;
  const [expected, found] = [reference, predictions].map((raw) => decode(raw, PLACES, 0));
  return expected.every(({ box, classScores }, index) => {
    const other = found[index];
    const apart = (score: number, label: number) => Math.abs(score - other.classScores[label]) > MOST_SCORE_DIFFERENCE;
    if (classScores.some(apart)) return false;
    if (Math.max(...classScores) < specification.model.scoreThreshold) return true;
    const isNear = box.every((side, corner) => Math.abs(side - other.box[corner]) <= MOST_DIFFERENCE);
    return isNear && bestOf(classScores) === bestOf(other.classScores);
  });
}

function bestOf(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}
