/** Boxes on the drawing: as SVG on the page, and painted into pictures. */

import type { Box } from "../detect/preprocess";
import type { Detection } from "../detect/result";
import { specification } from "../specification";
import { percent } from "./dom";

const TAG_HEIGHT = 20;
const PADDING = 5;
const FONT = "600 13px system-ui, sans-serif";
const measure = document.createElement("canvas").getContext("2d")!;

/** A box with its name's tag, in px. */
interface Labelled {
  box: Box;
  tag: Box;
  text: string;
  colour: { box: string; text: string };
}

/** Detections' boxes, times `scale`, on a square of `side` px; the best last, so that it lies over the others. */
export function layOut(detections: readonly Detection[], scale: number, side: number): Labelled[] {
  const tags: Box[] = [];
  measure.font = FONT;
  return detections
    .map(({ label, score, box }) => {
      const scaled = box.map((value) => value * scale) as Box;
      const text = `${label} ${percent(score)}`;
      const tag = place(scaled, measure.measureText(text).width + 2 * PADDING, side, tags);
      tags.push(tag);
      return { box: scaled, tag, text, colour: specification.colours[label] };
    })
    .reverse();
}

/** Above the box, below it or inside: the first place on the paper that no tag has taken. */
function place(box: Box, width: number, side: number, taken: readonly Box[]): Box {
  const left = Math.min(Math.max(box[0], 0), side - width);
  const places = [box[1] - TAG_HEIGHT, box[3], box[1]].map((top): Box => [left, top, left + width, top + TAG_HEIGHT]);
  const inside = places.filter((tag) => tag[1] >= 0 && tag[3] <= side);
  return inside.find((tag) => !taken.some((other) => overlap(tag, other))) ?? inside[0] ?? places[0];
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

export function toSvg(labelled: readonly Labelled[]): SVGElement[] {
  return [
    ...labelled.map(({ box, colour }) => rectangle(box, { rx: 4, class: "box" }, colour.box)),
    ...labelled.flatMap(({ tag, text, colour }) => {
      const words = svg("text", { x: tag[0] + PADDING, y: tag[1] + 14.5, fill: colour.text });
      words.textContent = text;
      return [rectangle(tag, { rx: 4, class: "tag" }, colour.box), words];
    }),
  ];
}

function rectangle([x0, y0, x1, y1]: Box, attributes: Record<string, string | number>, colour: string): SVGElement {
  const element = svg("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, ...attributes });
  element.style.setProperty("--colour", colour);
  return element;
}

function svg(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

export function paintBoxes(context: CanvasRenderingContext2D, labelled: readonly Labelled[]): void {
  context.lineWidth = 2.5;
  context.font = FONT;
  for (const { box, colour } of labelled) {
    context.strokeStyle = colour.box;
    context.strokeRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
  }
  for (const { tag, text, colour } of labelled) {
    context.fillStyle = colour.box;
    context.fillRect(tag[0], tag[1], tag[2] - tag[0], tag[3] - tag[1]);
    context.fillStyle = colour.text;
    context.fillText(text, tag[0] + PADDING, tag[1] + 14.5);
  }
}
