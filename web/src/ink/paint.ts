/** Strokes to a canvas: the same lines on the screen, in the network's input, and in the saved picture. */

import { type Drawing, POINT_LENGTH, type Stroke } from "./strokes";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paint in canvas units; the context's transform sets the size. */
export function paintDrawing(context: Context, drawing: Drawing, colour: string): void {
  for (const stroke of drawing) paintStroke(context, stroke, colour);
}

/** Paint a smooth line: quadratic curves between the midpoints, with the points as control points. */
export function paintStroke(context: Context, { width, points }: Stroke, colour: string): void {
  context.strokeStyle = context.fillStyle = colour;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width * points[2];
  const count = points.length / POINT_LENGTH;
  if (count === 1) {
    context.beginPath();
    context.arc(points[0], points[1], context.lineWidth / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.beginPath();
  context.moveTo(points[0], points[1]);
  for (let start = POINT_LENGTH; start < points.length; start += POINT_LENGTH) {
    const [controlX, controlY] = [points[start - POINT_LENGTH], points[start - POINT_LENGTH + 1]];
    const middleX = (controlX + points[start]) / 2;
    const middleY = (controlY + points[start + 1]) / 2;
    context.quadraticCurveTo(controlX, controlY, middleX, middleY);
    const lineWidth = width * points[start + 2];
    if (lineWidth !== context.lineWidth) {
      // A path has a single width: begin a new one where the pressure changes.
      context.stroke();
      context.lineWidth = lineWidth;
      context.beginPath();
      context.moveTo(middleX, middleY);
    }
  }
  context.lineTo(points[points.length - POINT_LENGTH], points[points.length - POINT_LENGTH + 1]);
  context.stroke();
}
