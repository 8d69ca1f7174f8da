/** Labelled boxes and covers: over a picture on the page, and painted into saved pictures. */

import { button, element, setColours } from "./dom";
import { type ClassStyle, type FoundObject, type PercentBox, percent } from "./objects";

/** By how much a cover is larger than its box, in per cent of the picture's longer side: a pen's edge may stand out. */
const COVER_MARGIN = 2;
/** Above this share of the picture, tags with scores would hide too much: small tags without scores replace them. */
const MOST_TAGS = 0.12;

export interface Size {
  width: number;
  height: number;
}

/** A box with the text of its tag; `name` is the tag's whole text on a crowded picture. */
export interface ShownBox extends Omit<ClassStyle, "label"> {
  box: PercentBox;
  text: string;
  leftOut?: boolean;
  /** Its class is being chosen. */
  chosen?: boolean;
}

/** The boxes of the objects that no cover hides, the best object first; `chosen` is an index into the objects. */
export function objectBoxes(objects: readonly FoundObject[], chosen: number | null): ShownBox[] {
  return objects
    .filter(({ covered }) => !covered)
    .sort((a, b) => b.top[0].score - a.top[0].score)
    .map((object) => {
      const text = `${object.name} ${object.corrected ? "✓" : percent(object.top[0].score)}`;
      return { ...object, text, chosen: object === objects[chosen ?? -1] };
    });
}

/** Fill a layer over the picture with boxes and tags. The first box comes last, above the others. */
export function showBoxes(layer: HTMLElement, boxes: readonly ShownBox[]): void {
  const frames = boxes.map((shown) => place(part("box", shown, ""), shown.box));
  const tags = boxes.map((shown) => part("tag", shown, shown.text));
  layer.replaceChildren(...frames.reverse(), ...tags);
  layer.classList.remove("crowded");
  let sizes = sizesOf(layer, tags);
  if (isCrowded(sizes)) {
    layer.classList.add("crowded");
    for (const [index, tag] of tags.entries()) tag.textContent = boxes[index].name;
    sizes = sizesOf(layer, tags);
  }
  for (const [index, [left, top]] of placeTags(boxes, sizes).entries()) {
    tags[index].style.left = `${left}%`;
    tags[index].style.top = `${top}%`;
  }
}

/** The tags' sizes in per cent of the layer, measured in one layout. */
function sizesOf(layer: HTMLElement, tags: readonly HTMLElement[]): Size[] {
  const whole = { width: layer.clientWidth, height: layer.clientHeight };
  return tags.map((tag) => toPercent({ width: tag.offsetWidth, height: tag.offsetHeight }, whole));
}

/** Whether tags of these sizes, in per cent of the picture, take too much of it. */
export function isCrowded(tags: readonly Size[]): boolean {
  return tags.reduce((sum, { width, height }) => sum + width * height, 0) > MOST_TAGS * 100 * 100;
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

/**
 * Place each box's tag above, below or inside it: in the first place inside the picture that hides no other tag and no
 * other box, or else no other tag.
 */
export function placeTags(boxes: readonly Pick<ShownBox, "box">[], sizes: readonly Size[]): PercentBox[] {
  const taken: PercentBox[] = [];
  for (const [index, { box }] of boxes.entries()) {
    const { width, height } = sizes[index];
    const left = Math.max(Math.min(box[0], 100 - width), 0);
    const places = [box[1] - height, box[3], box[1]].map((top): PercentBox => [left, top, left + width, top + height]);
    const inside = places.filter(([, top, , bottom]) => top >= 0 && bottom <= 100);
    const free = inside.filter((place) => !taken.some((other) => overlap(place, other)));
    const clear = free.find((place) => !boxes.some((other) => other.box !== box && overlap(place, other.box)));
    taken.push(clear ?? free[0] ?? inside[0] ?? places[0]);
  }
  return taken;
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
  context.textBaseline = "middle";
  const dashes = { solid: [], dashed: [12 * unit, 7 * unit], dotted: [5 * unit, 5 * unit] };
  for (const { box, colour, line } of [...boxes].reverse()) {
    context.strokeStyle = colour;
    context.setLineDash(dashes[line]);
    context.strokeRect(...toPixels(box));
  }
  const tags = paintedTags(context, boxes, unit);
  const places = placeTags(boxes, tags.sizes);
  for (const [index, { colour, textColour }] of boxes.entries()) {
    const [x, y, tagWidth, tagHeight] = toPixels(places[index]);
    context.fillStyle = colour;
    context.fillRect(x, y, tagWidth, tagHeight);
    context.fillStyle = textColour;
    context.textAlign = "center";
    context.fillText(tags.texts[index], x + tagWidth / 2, y + tagHeight / 2);
  }
}

/** Set the font of the tags, and return their texts and their sizes in per cent of the canvas. */
function paintedTags(
  context: CanvasRenderingContext2D,
  boxes: readonly ShownBox[],
  unit: number,
): { texts: string[]; sizes: Size[] } {
  const measured = (text: "text" | "name", fontSize: number, x: number, y: number) => {
    const texts = boxes.map((box) => box[text]);
    context.font = `600 ${fontSize * unit}px system-ui, sans-serif`;
    const sizes = texts.map((text) => ({
      width: context.measureText(text).width + 2 * x * unit,
      height: (fontSize + 2 * y) * unit,
    }));
    return { texts, sizes: sizes.map((size) => toPercent(size, context.canvas)) };
  };
  const full = measured("text", 13, 5, 3.5);
  return isCrowded(full.sizes) ? measured("name", 9, 1.5, 1) : full;
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

function part(kind: string, shown: ShownBox, text: string): HTMLElement {
  const node = element("div", kind, text);
  node.classList.toggle("left-out", shown.leftOut ?? false);
  node.classList.toggle("chosen", shown.chosen ?? false);
  node.ariaHidden = "true"; // the list of objects says the same in words
  setColours(node, shown);
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
