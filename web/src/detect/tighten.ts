/** Boxes to the edges of the ink: what `detect/tighten.py` does. */

import { specification } from "../specification";
import type { Box } from "./preprocess";

/** A range of whole pixels, the end not in it. */
interface Span {
  start: number;
  end: number;
}

/** Each edge at the outermost ink within its reach, in px of the input, which is `size` wide and high. */
export function tightened([x0, y0, x1, y1]: Box, input: Float32Array, size: number): Box {
  const { reach: least, reachShare } = specification.tightening;
  const reach = Math.max(least, reachShare * Math.max(x1 - x0, y1 - y0));
  const strongest = (across: Span, at: (along: number, across: number) => number): number[] =>
    Array.from({ length: size }, (_, along) => {
      let best = 0;
      for (let k = across.start; k < across.end; k++) best = Math.max(best, input[at(along, k)]);
      return best;
    });
  // Only the box's own rows and columns count: ink beside a corner is a neighbour's.
  const columns = strongest(whole(y0, y1, size), (column, row) => row * size + column);
  const rows = strongest(whole(x0, x1, size), (row, column) => row * size + column);
  const [left, right] = edges(columns, x0, x1, reach);
  const [top, bottom] = edges(rows, y0, y1, reach);
  return [left, top, right, bottom];
}

function whole(low: number, high: number, size: number): Span {
  return { start: Math.max(0, Math.floor(low)), end: Math.max(0, Math.min(size, Math.ceil(high))) };
}

/** Where the ink of a profile begins and ends near `low` and `high`. */
function edges(profile: readonly number[], low: number, high: number, reach: number): [number, number] {
  const { start, end } = whole(low - reach, high + reach, profile.length);
  let first = start;
  let last = end - 1;
  const isInk = (at: number): boolean => profile[at] >= specification.tightening.faint;
  while (first < end && !isInk(first)) first++;
  if (first >= end) return [low, high];
  while (!isInk(last)) last--;
  let [from, to] = first < last ? [first + 1 - profile[first], last + profile[last]] : [first, last + 1];
  const goesOnBefore = first === start && first > 0;
  const goesOnAfter = last + 1 === end && end < profile.length;
  if (goesOnBefore || Math.abs(from - low) > reach) from = low;
  if (goesOnAfter || Math.abs(to - high) > reach) to = high;
  // In a box narrower than its reach the one edge may meet ink beyond the other.
  return from < to ? [from, to] : [low, high];
}
