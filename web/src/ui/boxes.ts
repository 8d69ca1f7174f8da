/** Labelled boxes and covers: over a picture on the page, and painted into saved pictures. */

import { button, element, setColours } from "./dom";
import type { ClassStyle, PercentBox } from "./objects";

/** By how much a cover is larger than its box, in per cent of the picture's longer side: a pen's edge may stand out. */
const COVER_MARGIN = 2;

export interface Size {
  width: number;
  height: number;
}

/** A box with the text of its tag. */
export interface ShownBox extends Pick<ClassStyle, "colour" | "textColour" | "line"> {
  box: PercentBox;
  text: string;
  leftOut?: boolean;
  /** Its class is being chosen. */
  chosen?: boolean;
}

/** Fill a layer over the picture with boxes and tags. The first box comes last, above the others. */
export function showBoxes(layer: HTMLElement, boxes: readonly ShownBox[]): void {
  const frames = boxes.map((shown) => place(part("box", shown, ""), shown.box));
  const tags = boxes.map((shown) => part("tag", shown, shown.text));
  layer.replaceChildren(...frames.reverse(), ...tags);
  const { clientWidth: width, clientHeight: height } = layer;
  const taken: PercentBox[] = [];
  const sizes = tags.map((tag) => ({ width: tag.offsetWidth, height: tag.offsetHeight })); // measured in one layout
  for (const [index, tag] of tags.entries()) {
    const spot = placeTag(boxes[index].box, toPercent(sizes[index], { width, height }), taken);
    taken.push(spot);
    tag.style.left = `${spot[0]}%`;
    tag.style.top = `${spot[1]}%`;
  }
}

/** Fill a layer with buttons that cover these boxes of a picture of this size, until one is pressed. */
export function showCovers(
  layer: HTMLElement,
  boxes: readonly PercentBox[],
  picture: Size,
  text: string,
  onPress: () => void,
): void {
  layer.replaceChildren(...boxes.map((box) => place(button(text, onPress, "cover"), coverOf(box, picture))));
}

/** The area that a cover hides. */
export function coverOf([x0, y0, x1, y1]: PercentBox, { width, height }: Size): PercentBox {
  const longer = Math.max(width, height);
  const [x, y] = [(COVER_MARGIN * longer) / width, (COVER_MARGIN * longer) / height];
  return [x0 - x, y0 - y, x1 + x, y1 + y];
}

/** Place a tag above, below or inside its box: in the first place inside the picture without another tag. */
export function placeTag(box: PercentBox, tag: Size, taken: readonly PercentBox[]): PercentBox {
  const left = Math.max(Math.min(box[0], 100 - tag.width), 0);
  const places = [box[1] - tag.height, box[3], box[1]].map(
    (top): PercentBox => [left, top, left + tag.width, top + tag.height],
  );
  const inside = places.filter(([, top, , bottom]) => top >= 0 && bottom <= 100);
  return inside.find((spot) => !taken.some((other) => overlap(spot, other))) ?? inside[0] ?? places[0];
}

/** Paint covers, then boxes with tags, on a canvas that shows the whole picture. */
export function paintBoxes(
  context: CanvasRenderingContext2D,
  boxes: readonly ShownBox[],
  covered: readonly PercentBox[],
): void {
  const { width, height } = context.canvas;
  const unit = Math.max(width, height) / 512;
  const toPixels = (box: PercentBox): [number, number, number, number] => {
    const [x0, y0, x1, y1] = box.map((value, side) => (value * (side % 2 ? height : width)) / 100);
    return [x0, y0, x1 - x0, y1 - y0];
  };
  for (const box of covered) hatch(context, toPixels(coverOf(box, context.canvas)), 10 * unit);
  context.lineWidth = 2.5 * unit;
  context.font = `600 ${13 * unit}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  const dashes = { solid: [], dashed: [12 * unit, 7 * unit], dotted: [5 * unit, 5 * unit] };
  for (const { box, colour, line } of [...boxes].reverse()) {
    context.strokeStyle = colour;
    context.setLineDash(dashes[line]);
    context.strokeRect(...toPixels(box));
  }
  const taken: PercentBox[] = [];
  for (const { box, text, colour, textColour } of boxes) {
    const size = { width: context.measureText(text).width + 10 * unit, height: 20 * unit };
    const spot = placeTag(box, toPercent(size, context.canvas), taken);
    taken.push(spot);
    const [x, y, tagWidth, tagHeight] = toPixels(spot);
    context.fillStyle = colour;
    context.fillRect(x, y, tagWidth, tagHeight);
    context.fillStyle = textColour;
    context.fillText(text, x + 5 * unit, y + tagHeight / 2);
  }
}

function hatch(context: CanvasRenderingContext2D, area: [number, number, number, number], stripe: number): void {
  context.save();
  context.beginPath();
  context.rect(...area);
  context.clip();
  context.fillStyle = "#b9bdc2";
  context.fillRect(...area);
  context.strokeStyle = "#8d9298";
  context.lineWidth = stripe / 2;
  const [x, y, width, height] = area;
  for (let start = x; start < x + width + height; start += 2 * stripe) {
    context.beginPath();
    context.moveTo(start, y);
    context.lineTo(start - height, y + height);
    context.stroke();
  }
  context.restore();
}

function part(kind: string, { colour, textColour, line, leftOut, chosen }: ShownBox, text: string): HTMLElement {
  const node = element("div", kind, text);
  node.classList.toggle("left-out", leftOut ?? false);
  node.classList.toggle("chosen", chosen ?? false);
  node.ariaHidden = "true"; // the list of objects says the same in words
  setColours(node, { colour, textColour, line });
  return node;
}

export function place<Node extends HTMLElement>(node: Node, [x0, y0, x1, y1]: PercentBox): Node {
  Object.assign(node.style, { left: `${x0}%`, top: `${y0}%`, width: `${x1 - x0}%`, height: `${y1 - y0}%` });
  return node;
}

function toPercent(size: Size, whole: Size): Size {
  return { width: (100 * size.width) / whole.width, height: (100 * size.height) / whole.height };
}

function overlap(a: PercentBox, b: PercentBox): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
