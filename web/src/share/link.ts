/**
 * A drawing as the fragment of a link, which browsers keep to themselves: no server ever sees it.
 *
 * Form: `#d1=` and, in base64url, raw deflate of numbers as LEB128 varints: for each stroke the eighths of its width,
 * its number of points, and of each point x, y (eighths of the paper's units) and share (eighths), each as the zigzag
 * difference from the point before.
 */

import { NUMBERS, PEN, SIDE, type Drawing, type Stroke } from "../draw/strokes";

export const KEY = "#d1=";

const PRECISION = 8;
/** What a link may ask of a visitor's memory and time: a page full of writing is a tenth of it. */
const MOST_CHARACTERS = 200_000;
const MOST_BYTES = 1_000_000;
/** A stroke may leave the paper, but not by more than this, in the paper's units. */
const MARGIN = SIDE;

export class LinkError extends Error {}

export async function toFragment(drawing: Drawing): Promise<string> {
  const bytes: number[] = [];
  const put = (value: number): void => {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    bytes.push(value);
  };
  for (const { width, points } of drawing) {
    put(eighths(width));
    put(points.length / NUMBERS);
    points.forEach((value, index) => {
      const difference = eighths(value) - eighths(points[index - NUMBERS] ?? 0);
      put(difference < 0 ? -2 * difference - 1 : 2 * difference);
    });
  }
  const packed = await pass(Uint8Array.from(bytes), new CompressionStream("deflate-raw"), Infinity);
  const text = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return KEY + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Raises LinkError for anything that `toFragment` would not have written. */
export async function fromFragment(fragment: string): Promise<Drawing> {
  if (!fragment.startsWith(KEY)) throw new LinkError("it is of another kind");
  if (fragment.length > MOST_CHARACTERS) throw new LinkError("it is too long");
  let bytes: Uint8Array;
  try {
    const text = atob(fragment.slice(KEY.length).replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(text, (character) => character.charCodeAt(0));
    bytes = await pass(packed, new DecompressionStream("deflate-raw"), MOST_BYTES);
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("it is damaged or cut short");
  }
  return strokesOf(bytes);
}

function strokesOf(bytes: Uint8Array): Drawing {
  let at = 0;
  const take = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      if (at >= bytes.length || weight > 2 ** 28) throw new LinkError("it is damaged or cut short");
      const byte = bytes[at++];
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  };
  const drawing: Stroke[] = [];
  while (at < bytes.length) {
    const width = take() / PRECISION;
    const count = take();
    require(width >= PEN.least && width <= PEN.most && count > 0 && count <= bytes.length);
    const points: number[] = [];
    for (let index = 0; index < count * NUMBERS; index++) {
      const packed = take();
      const difference = packed % 2 ? -(packed + 1) / 2 : packed / 2;
      points.push((points[index - NUMBERS] ?? 0) + difference / PRECISION);
    }
    for (let index = 0; index < points.length; index += NUMBERS) {
      const [x, y, share] = points.slice(index, index + NUMBERS);
      require([x, y].every((value) => value >= -MARGIN && value <= SIDE + MARGIN) && share > 0 && share <= 2);
    }
    drawing.push({ width, points });
  }
  return drawing;
}

function require(holds: boolean): void {
  if (!holds) throw new LinkError("it holds no drawing");
}

function eighths(value: number): number {
  return Math.round(value * PRECISION);
}

/** Through a (de)compressor; raises LinkError where more than `most` bytes would come out. */
async function pass(bytes: Uint8Array, through: GenericTransformStream, most: number): Promise<Uint8Array> {
  const reader = (new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(through) as ReadableStream<Uint8Array>).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    if ((length += value.length) > most) {
      await reader.cancel();
      throw new LinkError("it is too long");
    }
  }
  const whole = new Uint8Array(length);
  parts.reduce((start, part) => (whole.set(part, start), start + part.length), 0);
  return whole;
}
