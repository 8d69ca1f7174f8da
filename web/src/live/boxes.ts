/** Labelled boxes: as SVG on the page, and painted into saved pictures. */

import type { Box, Detection } from "../detect/detections";
import { specification } from "../specification";
import { percent } from "./dom";

const TAG_HEIGHT = 20;
const PADDING = 5;
const FONT = "600 13px system-ui, sans-serif";
const measure = document.createElement("canvas").getContext("2d")!;

/** A box and the tag with its label, in pixels. */
interface LabelledBox {
  box: Box;
  tag: Box;
  text: string;
  colour: { box: string; text: string };
}

/** Place boxes, enlarged by `scale`, and tags on a square of `side` pixels; the best comes last, above the others. */
export function layOut(detections: readonly Detection[], scale: number, side: number): LabelledBox[] {
  const tags: Box[] = [];
  measure.font = FONT;
  return detections
    .map(({ label, score, box }) => {
      const scaled = box.map((value) => value * scale) as Box;
      const text = `${label} ${percent(score)}`;
      const tag = placeTag(scaled, measure.measureText(text).width + 2 * PADDING, side, tags);
      tags.push(tag);
      return { box: scaled, tag, text, colour: specification.colours[label] };
    })
    .reverse();
}

/** Place a tag above, below or inside its box: in the first place on the canvas without another tag. */
function placeTag(box: Box, width: number, side: number, taken: readonly Box[]): Box {
  const left = Math.min(Math.max(box[0], 0), side - width);
  const places = [box[1] - TAG_HEIGHT, box[3], box[1]].map((top): Box => [left, top, left + width, top + TAG_HEIGHT]);
  const inside = places.filter((tag) => tag[1] >= 0 && tag[3] <= side);
  return inside.find((tag) => !taken.some((other) => overlap(tag, other))) ?? inside[0] ?? places[0];
}

function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

export function toSvg(labelled: readonly LabelledBox[]): SVGElement[] {
  return [
    ...labelled.map(({ box, colour }) => rectangle(box, { rx: 4, class: "box" }, colour.box)),
    ...labelled.flatMap(({ tag, text, colour }) => {
      const label = svg("text", { x: tag[0] + PADDING, y: tag[1] + 14.5, fill: colour.text });
      label.textContent = text;
      return [rectangle(tag, { rx: 4, class: "tag" }, colour.box), label];
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

export function paintBoxes(context: CanvasRenderingContext2D, labelled: readonly LabelledBox[]): void {
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
