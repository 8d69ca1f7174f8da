/** Downloads: the drawing as a picture with boxes, and its detections as JSON. */

import type { Box, Detections } from "../detect/detections";
import { paintDrawing } from "../ink/paint";
import { type Drawing, SIDE } from "../ink/strokes";
import { specification } from "../specification";
import { layOut, paintBoxes } from "./boxes";

const NAME = "digits";
/** Side of the saved picture in pixels, and the scale of its lines and text. */
const PICTURE_SIDE = 1024;
const BOX_SCALE = 2;

/** Save black strokes on white with labelled boxes; rude objects stay covered unless the user has uncovered them. */
export function savePicture(drawing: Drawing, { width, detections }: Detections, isUncovered: boolean): void {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PICTURE_SIDE;
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, PICTURE_SIDE, PICTURE_SIDE);
  context.scale(PICTURE_SIDE / SIDE, PICTURE_SIDE / SIDE);
  paintDrawing(context, drawing, "black");
  context.setTransform(BOX_SCALE, 0, 0, BOX_SCALE, 0, 0);
  const side = PICTURE_SIDE / BOX_SCALE;
  for (const { label, box } of isUncovered ? [] : detections) {
    if (label !== specification.censored) continue;
    const [x0, y0, x1, y1] = box.map((value) => (value * side) / width);
    context.fillStyle = "#ccc";
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
  }
  paintBoxes(context, layOut(detections, side / width, side));
  canvas.toBlob((blob) => blob && save(blob, `${NAME}.png`), "image/png");
}

/** Save the JSON that `digit-detector detect` prints, with boxes in pixels of the saved picture. */
export function saveJson({ width, detections }: Detections): void {
  const toPicture = (box: Box): Box => box.map((value) => (value * PICTURE_SIDE) / width) as Box;
  const scaled = detections.map((detection) => ({ ...detection, box: toPicture(detection.box) }));
  const entry = { file: `${NAME}.png`, width: PICTURE_SIDE, height: PICTURE_SIDE, detections: scaled };
  save(new Blob([JSON.stringify([entry], null, 1)], { type: "application/json" }), `${NAME}.json`);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be reading it
}
