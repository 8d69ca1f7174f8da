/** Ruling: which straight lines cannot be writing. The same steps as `detect/ruling.py`. */

import { clamp } from "../numbers";
import { specification } from "../specification";

const { maxThickness, minLoneRatio, border, minParallelLength, minOverlap, maxDistance } = specification.ruling;
const { minMember, minGridLines, maxBoxDifference, maxContact } = specification.ruling;

/** A straight line, in pixels: `levels` are where it lies across its direction, from `start` to before `end`. */
export interface Line {
  start: number;
  end: number;
  levels: Float64Array;
  /** The median. */
  thickness: number;
}

/**
 * For each line in a picture of this size, whether it cannot be writing.
 *
 * It is part of a grid or of one of several equal boxes, or it is thin and crosses the picture or has two parallels.
 */
export function isRuling(across: Line[], down: Line[], width: number, height: number): [boolean[], boolean[]] {
  const lines = [...across, ...down];
  const chosen = findGrids(lines, across.length, maxThickness * Math.max(width, height));
  for (const [first, group, side] of [
    [0, across, width],
    [across.length, down, height],
  ] as const) {
    const thin = group
      .map((_, index) => first + index)
      .filter((index) => length(lines[index]) >= minLoneRatio * lines[index].thickness);
    for (const index of thin) {
      const { start, end } = lines[index];
      if (start <= border * side && end >= (1 - border) * side) chosen.add(index);
    }
    const candidates = thin.filter((index) => length(lines[index]) >= minParallelLength * side);
    candidates.sort((one, other) => middle(lines[one]) - middle(lines[other]));
    for (let i = 2; i < candidates.length; i++) {
      const three = candidates.slice(i - 2, i + 1);
      if (areParallel(three.map((index) => lines[index]))) for (const index of three) chosen.add(index);
    }
  }
  const flags = lines.map((_, index) => chosen.has(index));
  return [flags.slice(0, across.length), flags.slice(across.length)];
}

/** Whether three lines, in the order of their levels, lie beside one another at nearly equal distances. */
function areParallel(lines: Line[]): boolean {
  const shortest = Math.min(...lines.map(length));
  const overlap = Math.min(...lines.map(({ end }) => end)) - Math.max(...lines.map(({ start }) => start));
  const [one, two, three] = lines.map(middle);
  const [near, far] = [Math.min(two - one, three - two), Math.max(two - one, three - two)];
  return overlap >= minOverlap * shortest && far <= Math.min(maxDistance * shortest, 2 * near);
}

/** The indices of lines in grids and equal boxes; lines that miss each other by `reach` still cross. */
function findGrids(lines: Line[], countAcross: number, reach: number): Set<number> {
  const chosen = new Set<number>();
  const boxes: { width: number; height: number; members: number[] }[] = [];
  for (const group of findCrossing(lines, countAcross, reach)) {
    const sides = [true, false].map((isAcross) => {
      const side = group.filter((index) => index < countAcross === isAcross);
      const parts = side.map((index) => lines[index]);
      const lengths = parts.map((line) => wholeLength(line, parts, reach));
      const longest = Math.max(...lengths);
      return { longest, members: side.filter((_, i) => lengths[i] >= minMember * longest) };
    });
    const members = sides.flatMap((side) => side.members);
    if (sides.every((side) => side.members.length === 2)) {
      const [width, height] = sides.map(({ longest }) => longest);
      boxes.push({ width, height, members });
    } else if (sides.every((side) => side.members.length >= 2) && members.length >= minGridLines) {
      for (const index of members) chosen.add(index);
    }
  }
  for (const { width, height, members } of boxes) {
    const limit = maxBoxDifference * Math.max(width, height);
    const alike = boxes.filter((box) => Math.abs(width - box.width) <= limit && Math.abs(height - box.height) <= limit);
    if (alike.length >= 2) for (const index of members) chosen.add(index);
  }
  return chosen;
}

/** The length of a line with those that continue it, after any gap: writing over a line interrupts it. */
function wholeLength(line: Line, lines: Line[], reach: number): number {
  let [total, start, end] = [length(line), line.start, line.end];
  const [first, last] = [line.levels[0], line.levels[line.levels.length - 1]];
  for (const other of lines) {
    const follows = other.start >= line.end && Math.abs(other.levels[0] - last) <= reach;
    const precedes = other.end <= line.start && Math.abs(other.levels[other.levels.length - 1] - first) <= reach;
    if (!follows && !precedes) continue;
    total += length(other);
    start = Math.min(start, other.start);
    end = Math.max(end, other.end);
  }
  return Math.min(total, end - start); // parts may lie beside one another
}

/**
 * Groups of lines each of which crosses at least two others and touches one.
 *
 * A stroke may cross one line of a grid, and a 1 inside a box may come near to two without touching them.
 */
function findCrossing(lines: Line[], countAcross: number, reach: number): number[][] {
  const crossed = new Map(lines.map((_, index) => [index, new Set<number>()]));
  const touching = new Set<number>();
  /** By how much a line misses a place along it: at most 0 within it. */
  const miss = ({ start, end }: Line, place: number): number => Math.max(start - place, place - end);
  const contact = ({ thickness }: Line): number => thickness / 2 + maxContact;
  for (let one = 0; one < countAcross; one++) {
    for (let two = countAcross; two < lines.length; two++) {
      const place = levelAt(lines[two], middle(lines[one]));
      const [missOne, missTwo] = [miss(lines[one], place), miss(lines[two], levelAt(lines[one], place))];
      if (missOne > reach || missTwo > reach) continue;
      crossed.get(one)!.add(two);
      crossed.get(two)!.add(one);
      if (missOne <= contact(lines[two])) touching.add(one);
      if (missTwo <= contact(lines[one])) touching.add(two);
    }
  }
  for (let loose = [-1]; loose.length > 0; ) {
    loose = [...crossed.keys()].filter((index) => crossed.get(index)!.size < 2 || !touching.has(index));
    for (const index of loose) {
      for (const other of crossed.get(index)!) crossed.get(other)?.delete(index);
      crossed.delete(index);
    }
  }
  const groups: number[][] = [];
  while (crossed.size > 0) {
    const group = [crossed.keys().next().value!];
    for (const index of group) for (const other of crossed.get(index)!) if (!group.includes(other)) group.push(other);
    for (const index of group) crossed.delete(index);
    groups.push(group);
  }
  return groups;
}

function length({ start, end }: Line): number {
  return end - start;
}

/** The level half way along. */
function middle({ levels }: Line): number {
  return levels[levels.length >> 1];
}

/** The level at a place along the line's direction, or at its nearer end. */
function levelAt({ start, levels }: Line, place: number): number {
  return levels[clamp(Math.floor(place) - start, 0, levels.length - 1)];
}
