/** Show strokes as SVG and as a picture: smooth curves of a round pen. */

import { clamp } from "../numbers";
import { bounds, type Points } from "./glyphs";

const HEIGHT = 200;
/** Pixels of the PNG picture for each of the SVG's. */
const SCALE = 3;

/** The Catmull-Rom curve through a stroke's points, as the data of an SVG path. */
export function toPath(points: Points): string {
  const at = (index: number): readonly [number, number] => points[clamp(index, 0, points.length - 1)];
  const curves = points.slice(1).map((end, index) => {
    const [before, start, after] = [at(index - 1), points[index], at(index + 2)];
    const controls = [0, 1].map((axis) => start[axis] + (end[axis] - before[axis]) / 6);
    controls.push(...[0, 1].map((axis) => end[axis] - (after[axis] - start[axis]) / 6), ...end);
    return `C${controls.map(format).join(" ")}`;
  });
  // A single point becomes a line of no length, which a round pen shows as a dot.
  return `M${points[0].map(format).join(" ")}${curves.join("") || "h0"}`;
}

function format(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** The area of strokes and their pen: x, y, width, height. */
export function inkArea(strokes: readonly Points[], pen: number): [number, number, number, number] {
  const [x0, y0, x1, y1] = bounds(strokes);
  return [x0 - pen, y0 - pen, x1 - x0 + 2 * pen, y1 - y0 + 2 * pen];
}

/** An SVG file of strokes, a path each in the order of writing; the title is for people who do not see the picture. */
export function toSvg(strokes: readonly Points[], pen: number, title: string): string {
  const { scaled, width, penWidth } = layOut(strokes, pen, HEIGHT);
  const paths = scaled.map((stroke) => `<path d="${toPath(stroke)}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}">
<title>${title.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`)}</title>
<g fill="none" stroke="black" stroke-width="${penWidth}" stroke-linecap="round" stroke-linejoin="round">
${paths.join("\n")}
</g>
</svg>
`;
}

/** A PNG picture of strokes, black on white. */
export async function toPng(strokes: readonly Points[], pen: number): Promise<Blob> {
  const height = SCALE * HEIGHT;
  const { scaled, width, penWidth } = layOut(strokes, pen, height);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = penWidth;
  for (const stroke of scaled) context.stroke(new Path2D(toPath(stroke)));
  return canvas.convertToBlob({ type: "image/png" });
}

function layOut(
  strokes: readonly Points[],
  pen: number,
  height: number,
): { scaled: Points[]; width: number; penWidth: number } {
  const [left, top, areaWidth, areaHeight] = inkArea(strokes, pen);
  const scale = height / areaHeight;
  const scaled = strokes.map((stroke) =>
    stroke.map(([x, y]): [number, number] => [(x - left) * scale, (y - top) * scale]),
  );
  return { scaled, width: Math.ceil(areaWidth * scale), penWidth: Math.round(pen * scale * 10) / 10 };
}
