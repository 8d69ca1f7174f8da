/** Connected pieces of ink. The same as `detect/pieces.py`. */

import type { Raster, Region } from "./images";

/** A connected piece of ink. */
export interface Piece {
  box: Region;
  /** In pixels. */
  area: number;
}

export interface Pieces {
  list: Piece[];
  /** For each pixel the piece's index + 1; 0 is paper. */
  labels: Int32Array;
}

/** The connected pieces of ink from the lowest value on, corners included: labels in one pass, joined by union-find. */
export function findPieces({ values, width, height }: Raster<ArrayLike<number>>, lowest = 128): Pieces {
  const labels = new Int32Array(values.length);
  const parents = [0];
  const root = (label: number): number => {
    while (parents[label] !== label) label = parents[label] = parents[parents[label]];
    return label;
  };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (values[at] < lowest) continue;
      let label = 0;
      const join = (neighbour: number): void => {
        if (labels[neighbour] === 0) return;
        const other = root(labels[neighbour]);
        if (label === 0) label = other;
        else if (label < other) parents[other] = label;
        else if (other < label) label = parents[label] = other;
      };
      if (x > 0) join(at - 1);
      if (y > 0) {
        if (x > 0) join(at - width - 1);
        join(at - width);
        if (x < width - 1) join(at - width + 1);
      }
      if (label === 0) label = parents.push(parents.length) - 1;
      labels[at] = label;
    }
  }
  const list: Piece[] = [];
  const indices = new Int32Array(parents.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (labels[at] === 0) continue;
      const label = root(labels[at]);
      if (indices[label] === 0) indices[label] = list.push({ box: [x, y, x + 1, y + 1], area: 0 });
      labels[at] = indices[label];
      const piece = list[labels[at] - 1];
      piece.area++;
      piece.box = [Math.min(piece.box[0], x), piece.box[1], Math.max(piece.box[2], x + 1), y + 1];
    }
  }
  return { list, labels };
}
