/**
 * A drawing as the fragment of a link. Browsers never send the fragment, so no server sees the drawing.
 *
 * Format: `#d1=DRAWING`, then `&score=` and `&iou=` with thresholds that are not the usual ones, then for each corrected
 * object `&fix=LABEL,x0,y0,x1,y1` with its box in thousandths of the picture. DRAWING is base64url of raw deflate of
 * LEB128 varints: for each stroke its width, its number of points, and for each point the differences of
 * x, y and relative width from the previous point, zigzag-encoded. Widths and coordinates are in eighths of a canvas
 * unit.
 */

import type { Box } from "../detect/detections";
import type { Thresholds } from "../detect/postprocess";
import { type Drawing, MARGIN, PEN_WIDTH, POINT_LENGTH, PRECISION, SIDE, type Stroke } from "./strokes";

export const PREFIX = "#d1=";

/** Bounds on the memory and time that a link may use; a page full of writing needs a tenth. */
const MAX_CHARACTERS = 200_000;
const MAX_BYTES = 1_000_000;
const MAX_CORRECTIONS = 100;
const THOUSANDTHS = 1000;

export class LinkError extends Error {
  constructor(readonly reason: "foreign" | "long" | "damaged" | "empty") {
    super(reason);
  }
}

/** The right class of an object, as the visitor chose it. The object is known again by its place. */
export interface Correction {
  /** In fractions of the picture. */
  box: Box;
  label: string;
}

export interface Linked {
  drawing: Drawing;
  /** Absent ones are the usual ones. */
  thresholds: Partial<Thresholds>;
  corrections: readonly Correction[];
}

/** The oldest of very many corrections are left out. */
export async function toFragment({ drawing, thresholds, corrections }: Linked): Promise<string> {
  const bytes: number[] = [];
  const put = (value: number): void => {
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    bytes.push(value);
  };
  for (const { width, points } of drawing) {
    put(eighths(width));
    put(points.length / POINT_LENGTH);
    points.forEach((value, index) => {
      const difference = eighths(value) - eighths(points[index - POINT_LENGTH] ?? 0);
      put(difference < 0 ? -2 * difference - 1 : 2 * difference);
    });
  }
  const packed = await transform(Uint8Array.from(bytes), new CompressionStream("deflate-raw"), Infinity);
  const text = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  const packedText = btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const changed = Object.entries(thresholds).map(([name, value]) => `&${name}=${Number(value.toFixed(2))}`);
  const fixes = corrections.slice(-MAX_CORRECTIONS).map(({ box, label }) => {
    return `&fix=${[label, ...box.map((edge) => Math.round(THOUSANDTHS * edge))].join(",")}`;
  });
  return PREFIX + packedText + changed.join("") + fixes.join("");
}

/** Throws LinkError for anything that `toFragment` would not have written; the labels may be of no class. */
export async function fromFragment(fragment: string): Promise<Linked> {
  if (!fragment.startsWith(PREFIX)) throw new LinkError("foreign");
  if (fragment.length > MAX_CHARACTERS) throw new LinkError("long");
  const [packedText, ...rest] = fragment.slice(PREFIX.length).split("&");
  const isFix = (part: string): boolean => part.startsWith("fix=");
  let bytes: Uint8Array;
  try {
    const text = atob(packedText.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(text, (character) => character.charCodeAt(0));
    bytes = await transform(packed, new DecompressionStream("deflate-raw"), MAX_BYTES);
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("damaged");
  }
  return {
    drawing: parseStrokes(bytes),
    thresholds: parseThresholds(rest.filter((part) => !isFix(part))),
    corrections: parseCorrections(rest.filter(isFix)),
  };
}

function parseCorrections(parts: readonly string[]): Correction[] {
  require(parts.length <= MAX_CORRECTIONS);
  return parts.map((part) => {
    const [, label, edges] = /^fix=([a-z0-9]{1,16})((?:,\d{1,4}){4})$/.exec(part) ?? [];
    require(label !== undefined);
    const [x0, y0, x1, y1] = edges
      .split(",")
      .slice(1)
      .map((edge) => Number(edge) / THOUSANDTHS);
    require(x0 < x1 && y0 < y1 && x1 <= 1 && y1 <= 1);
    return { box: [x0, y0, x1, y1], label };
  });
}

function parseThresholds(changed: readonly string[]): Partial<Thresholds> {
  const thresholds: Partial<Thresholds> = {};
  for (const [, name, text] of changed.map((part) => /^(score|iou)=([\d.]+)$/.exec(part) ?? [])) {
    const value = Number(text);
    require(value >= 0 && value <= 1);
    thresholds[name as keyof Thresholds] = value;
  }
  return thresholds;
}

function parseStrokes(bytes: Uint8Array): Drawing {
  let position = 0;
  const take = (): number => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      if (position >= bytes.length || weight > 2 ** 28) throw new LinkError("damaged");
      const byte = bytes[position++];
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  };
  const drawing: Stroke[] = [];
  while (position < bytes.length) {
    const width = take() / PRECISION;
    const count = take();
    require(width >= PEN_WIDTH.min && width <= PEN_WIDTH.max && count > 0 && count <= bytes.length);
    const points: number[] = [];
    for (let index = 0; index < count * POINT_LENGTH; index++) {
      const packed = take();
      const difference = packed % 2 ? -(packed + 1) / 2 : packed / 2;
      points.push((points[index - POINT_LENGTH] ?? 0) + difference / PRECISION);
    }
    for (let index = 0; index < points.length; index += POINT_LENGTH) {
      const [x, y, relativeWidth] = points.slice(index, index + POINT_LENGTH);
      require([x, y].every((value) => value >= -MARGIN && value <= SIDE + MARGIN));
      require(relativeWidth > 0 && relativeWidth <= 2);
    }
    drawing.push({ width, points });
  }
  return drawing;
}

function require(condition: boolean): void {
  if (!condition) throw new LinkError("empty");
}

function eighths(value: number): number {
  return Math.round(value * PRECISION);
}

/** Compress or decompress; throws LinkError if the result has more than `maxBytes`. */
async function transform(bytes: Uint8Array, stream: GenericTransformStream, maxBytes: number): Promise<Uint8Array> {
  const input = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = (input.pipeThrough(stream) as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    if ((length += value.length) > maxBytes) {
      await reader.cancel();
      throw new LinkError("long");
    }
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
