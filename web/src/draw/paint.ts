/** Strokes onto a canvas: the same lines on the screen, in the picture that the network sees, and in the download. */

import { NUMBERS, type Drawing, type Stroke } from "./strokes";

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paint in the paper's units; the context's transform gives the size. */
export function paintDrawing(context: Context, drawing: Drawing, ink: string): void {
  for (const stroke of drawing) paintStroke(context, stroke, ink);
}

/** A smooth line through the middles between points, which are its bends. */
export function paintStroke(context: Context, { width, points }: Stroke, ink: string): void {
  context.strokeStyle = context.fillStyle = ink;
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width * points[2];
  const count = points.length / NUMBERS;
  if (count === 1) {
    context.beginPath();
    context.arc(points[0], points[1], context.lineWidth / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  context.beginPath();
  context.moveTo(points[0], points[1]);
  for (let point = 1; point < count; point++) {
    const at = point * NUMBERS;
    const [bendX, bendY] = [points[at - NUMBERS], points[at - NUMBERS + 1]];
    const middleX = (bendX + points[at]) / 2;
    const middleY = (bendY + points[at + 1]) / 2;
    context.quadraticCurveTo(bendX, bendY, middleX, middleY);
    const own = width * points[at + 2];
    if (own !== context.lineWidth) {
      // A canvas has one width a path: where the pressure changes, another begins.
      context.stroke();
      context.lineWidth = own;
      context.beginPath();
      context.moveTo(middleX, middleY);
    }
  }
  context.lineTo(points[points.length - NUMBERS], points[points.length - NUMBERS + 1]);
  context.stroke();
}
