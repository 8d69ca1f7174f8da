/** Downloads: the drawing or picture with boxes, and its detections as JSON. */

import { paintDrawing } from "../ink/paint";
import { SIDE } from "../ink/strokes";
import { objectBoxes, paintBoxes } from "../ui/boxes";
import { saveFile } from "../ui/share";
import { canvasOf } from "./canvas";
import type { State } from "./state";
import { foundObjects, toPercent } from "./view";

const NAME = "digits";
/** Side of a saved drawing, and the longer side of a saved picture at least, in pixels. */
const SAVED_SIDE = 1024;

/** Save the picture, or black strokes on white, with labelled boxes; rude objects stay covered unless uncovered. */
export function savePicture(state: State): void {
  const { drawing, picture } = state.history.present;
  const canvas = document.createElement("canvas");
  const { width, height } = picture?.pixels ?? { width: SIDE, height: SIDE };
  const scale = Math.max(SAVED_SIDE / Math.max(width, height), picture ? 1 : 0);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (picture) context.drawImage(canvasOf(picture.pixels), 0, 0, canvas.width, canvas.height);
  context.scale(scale, scale);
  paintDrawing(context, drawing, "black");
  context.resetTransform();
  const covered = state.covered.map((box) => toPercent(box, state.size));
  paintBoxes(context, objectBoxes(foundObjects(state), null), covered);
  canvas.toBlob((blob) => blob && saveFile(blob, `${NAME}.png`), "image/png");
}

/** Save what was found as `digit-detector detect` prints it, in pixels of the picture or of the saved drawing. */
export function saveJson(state: State): void {
  const { picture } = state.history.present;
  const { width, height } = state.size;
  const side = picture ? 1 : SAVED_SIDE / width;
  const entry = {
    file: picture?.name ?? `${NAME}.png`,
    width: width * side,
    height: height * side,
    turned: 0, // the canvas shows a picture upright
    detections: state.found.map(({ label, score, box, top }) => ({
      label,
      score,
      box: box.map((edge) => edge * side),
      top,
    })),
  };
  saveFile(new Blob([JSON.stringify([entry], null, 1)], { type: "application/json" }), `${NAME}.json`);
}
