/** Ink to the network's input, and boxes back to pixels. The same steps as `detect/letterbox.py`. */

import { clamp, roundHalfEven } from "../numbers";
import { specification } from "../specification";
import type { Box } from "./detections";
import type { Raster, Region } from "./images";
import { enlargeLinearly, shrinkByArea } from "./resize";

const { steepness } = specification.letterbox;
const { minContrast } = specification.background;

/** A network input, and how it was cut from the picture. */
export interface Letterbox {
  /** S x S, ink in [0, 1]: 0 is background, 1 is full ink. */
  input: Float32Array;
  /** Pixels of the input per pixel of the picture. */
  scale: number;
  /** Pixels of the input left of and above the region. */
  padX: number;
  padY: number;
  /** The part of the picture that it shows: all of it, or a window. */
  region: Region;
  /** Of the picture, in pixels. */
  width: number;
  height: number;
}

/** Steepen the edges of ink: 255 from three quarters of the strongest on; all 0 without contrast. */
export function steepen({ values, width, height }: Raster): Raster {
  const strongest = values.reduce((maximum, value) => Math.max(maximum, value), 0);
  if (strongest < minContrast) return { values: new Uint8Array(values.length), width, height };
  const table = Uint8Array.from({ length: 256 }, (_, value) => {
    const steep = (value / strongest - 0.5) * steepness + 0.5;
    return clamp(steep, 0, 1) * 255;
  });
  return { values: values.map((value) => table[value]), width, height };
}

/**
 * Fit steep ink into a square of `inputSize` pixels, and scale it so that the strongest is 1.
 *
 * Ink is shrunk by area or enlarged bilinearly, and centred. Only the region counts, and there only ink where `mask`,
 * of the region's shape, is not 0.
 */
export function letterbox(
  ink: Raster,
  inputSize: number,
  region: Region = [0, 0, ink.width, ink.height],
  mask?: Uint8Array,
): Letterbox {
  const [left, top, right, bottom] = region;
  const [width, height] = [right - left, bottom - top];
  const scale = inputSize / Math.max(width, height);
  const newWidth = Math.max(1, roundHalfEven(width * scale));
  const newHeight = Math.max(1, roundHalfEven(height * scale));
  const padX = Math.floor((inputSize - newWidth) / 2);
  const padY = Math.floor((inputSize - newHeight) / 2);
  const input = new Float32Array(inputSize * inputSize);
  const part = { values: new Float32Array(width * height), width, height };
  let isBlank = true;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = ink.values[(top + y) * ink.width + left + x];
      if (value === 0 || mask?.[y * width + x] === 0) continue;
      part.values[y * width + x] = value;
      isBlank = false;
    }
  }
  if (!isBlank) {
    const { values } = (scale < 1 ? shrinkByArea : enlargeLinearly)(part, newWidth, newHeight);
    const maximum = values.reduce((largest, value) => Math.max(largest, value), 1);
    for (let y = 0; y < newHeight; y++) {
      for (let x = 0; x < newWidth; x++) {
        input[(padY + y) * inputSize + padX + x] = values[y * newWidth + x] / maximum;
      }
    }
  }
  return { input, scale, padX, padY, region, width: ink.width, height: ink.height };
}

/** Move a box from pixels of the picture to pixels of the input. */
export function toInput(box: Box, { scale, padX, padY, region }: Letterbox): Box {
  const x = (value: number): number => (value - region[0]) * scale + padX;
  const y = (value: number): number => (value - region[1]) * scale + padY;
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** Move a box from pixels of the input to pixels of the picture; it may lie outside it. */
export function toPicture(box: Box, { scale, padX, padY, region }: Letterbox): Box {
  const x = (value: number): number => (value - padX) / scale + region[0];
  const y = (value: number): number => (value - padY) / scale + region[1];
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** Move a box from pixels of the input to pixels of the picture, and clip it to the picture. */
export function toImage(box: Box, letterbox: Letterbox): Box {
  const { width, height } = letterbox;
  return toPicture(box, letterbox).map((edge, side) => clamp(edge, 0, side % 2 ? height : width)) as Box;
}
