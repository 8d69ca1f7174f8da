/** The detector for the console and for scripts: `await digitDetector.detect(picture)`, as in Python. */

import type { Pixels } from "../detect/preprocess";
import type { Detections } from "../detect/result";

declare global {
  interface Window {
    digitDetector: { detect(picture: ImageBitmapSource): Promise<Detections> };
  }
}

/** Publish what detects in pixels as what detects in pictures. */
export function publish(detector: { detect(picture: Pixels): Promise<Detections> }): void {
  window.digitDetector = { detect: async (picture) => detector.detect(await pixelsOf(picture)) };
}

async function pixelsOf(picture: ImageBitmapSource): Promise<Pixels> {
  // The file's own numbers: no colour profile, and no loss of colour where it is transparent.
  const bitmap = await createImageBitmap(picture, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true })!;
  canvas.drawImage(bitmap, 0, 0);
  return canvas.getImageData(0, 0, bitmap.width, bitmap.height);
}
