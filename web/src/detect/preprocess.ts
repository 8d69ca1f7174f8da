/** Any picture to the network's input, and boxes back: what `detect/preprocess.py` does, as the same numbers. */

import { specification } from "../specification";
import { inkOnPaper } from "./paper";
import { enlargeLinearly, shrinkByArea } from "./resize";

/** [x0, y0, x1, y1] */
export type Box = [number, number, number, number];

/** RGBA with straight alpha, row by row, as `ImageData` has it. */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

export interface Letterbox {
  /** Pixels of the input per pixel of the picture. */
  scale: number;
  padX: number;
  padY: number;
  width: number;
  height: number;
}

export interface Prepared {
  /** S x S, ink in [0, 1]: 0 is paper, 1 is full ink. */
  input: Float32Array;
  letterbox: Letterbox;
}

/** The network's input: edges steepened, shrunk by area (enlarged bilinearly), centred, the strongest ink being 1. */
export function prepare(picture: Pixels, inputSize: number): Prepared {
  const { width, height } = picture;
  const ink = inkOf(picture);
  const scale = inputSize / Math.max(width, height);
  const newWidth = Math.max(1, roundHalfEven(width * scale));
  const newHeight = Math.max(1, roundHalfEven(height * scale));
  const padX = Math.floor((inputSize - newWidth) / 2);
  const padY = Math.floor((inputSize - newHeight) / 2);
  const input = new Float32Array(inputSize * inputSize);
  let strongest = 0;
  for (let i = 0; i < ink.length; i++) if (ink[i] > strongest) strongest = ink[i];
  if (strongest >= specification.preprocessing.minContrast) {
    const table = steepened(strongest);
    const crisp = { values: new Float32Array(ink.length), width, height };
    for (let i = 0; i < ink.length; i++) crisp.values[i] = table[ink[i]];
    const { values } = (scale < 1 ? shrinkByArea : enlargeLinearly)(crisp, newWidth, newHeight);
    const full = values.reduce((best, value) => Math.max(best, value), 1);
    for (let y = 0; y < newHeight; y++) {
      for (let x = 0; x < newWidth; x++) {
        input[(padY + y) * inputSize + padX + x] = values[y * newWidth + x] / full;
      }
    }
  }
  return { input, letterbox: { scale, padX, padY, width, height } };
}

/** A box in pixels of the network's input, in pixels of the picture and clipped to it. */
export function toImage(box: Box, { scale, padX, padY, width, height }: Letterbox): Box {
  const x = (value: number): number => Math.min(Math.max((value - padX) / scale, 0), width);
  const y = (value: number): number => Math.min(Math.max((value - padY) / scale, 0), height);
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** How far each pixel is from the paper, 0 on paper; transparency is white paper. */
export function inkOf({ data, width, height }: Pixels): Uint8Array {
  const ink = new Uint8Array(width * height);
  let opaque = true;
  let coloured = false;
  for (let i = 0; i < data.length; i += 4) {
    opaque &&= data[i + 3] === 255;
    coloured ||= data[i] > 0 || data[i + 1] > 0 || data[i + 2] > 0;
  }
  if (!opaque && !coloured) {
    // Black ink on transparency: what drawing canvases give.
    for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i + 3];
    return ink;
  }
  return inkOnPaper(opaque ? data : onWhite(data), width, height);
}

function onWhite(data: Uint8ClampedArray): Uint8Array {
  const mixed = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const alpha = data[i | 3];
    mixed[i] = Math.floor((data[i] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  return mixed;
}

function steepened(strongest: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => {
    const steep = (value / strongest - 0.5) * specification.preprocessing.steepness + 0.5;
    return Math.min(Math.max(steep, 0), 1) * 255;
  });
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
