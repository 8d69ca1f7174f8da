/** The drawing as a picture with its boxes, and the detections as JSON about that picture. */

import type { Box } from "../detect/preprocess";
import type { Detections } from "../detect/result";
import { paintDrawing } from "../draw/paint";
import { SIDE, type Drawing } from "../draw/strokes";
import { specification } from "../specification";
import { layOut, paintBoxes } from "./boxes";

const NAME = "digits";
/** Side of the picture in px, and how much larger than boxes on the page it shows them. */
const PICTURE = 1024;
const ENLARGED = 2;

/** Black on white with boxes and names; what is rude stays covered unless the visitor has uncovered it. */
export function savePicture(drawing: Drawing, { width, detections }: Detections, isUncovered: boolean): void {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PICTURE;
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, PICTURE, PICTURE);
  context.scale(PICTURE / SIDE, PICTURE / SIDE);
  paintDrawing(context, drawing, "black");
  context.setTransform(ENLARGED, 0, 0, ENLARGED, 0, 0);
  const side = PICTURE / ENLARGED;
  for (const { label, box } of isUncovered ? [] : detections) {
    if (label !== specification.censored) continue;
    const [x0, y0, x1, y1] = box.map((value) => (value * side) / width);
    context.fillStyle = "#ccc";
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
  }
  paintBoxes(context, layOut(detections, side / width, side));
  canvas.toBlob((blob) => blob && save(blob, `${NAME}.png`), "image/png");
}

/** In the form of `digit-detector detect`, boxes in pixels of the saved picture. */
export function saveJson({ width, detections }: Detections): void {
  const scaled = detections.map((one) => ({ ...one, box: one.box.map((value) => (value * PICTURE) / width) as Box }));
  const entry = { file: `${NAME}.png`, width: PICTURE, height: PICTURE, detections: scaled };
  save(new Blob([JSON.stringify([entry], null, 1)], { type: "application/json" }), `${NAME}.json`);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be reading it
}
