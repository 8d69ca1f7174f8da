/** RGBA with straight alpha, row by row, as `ImageData` stores it. */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** Values, row by row: ink, or one colour channel. */
export interface Raster<T = Uint8Array> {
  values: T;
  width: number;
  height: number;
}

/** x0, y0, x1, y1 in whole pixels of a picture, the last two exclusive. */
export type Region = [number, number, number, number];

/** A picture as people see it, turned by its EXIF data. Rejects files that the browser cannot decode. */
export function decodeBitmap(picture: ImageBitmapSource): Promise<ImageBitmap> {
  // A colour profile or premultiplied alpha would change the numbers that Python sees.
  return createImageBitmap(picture, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

/** A canvas that holds the whole picture, with at most `maxSide` px on its longer side. */
export function shrink(bitmap: ImageBitmap, maxSide: number): OffscreenCanvas {
  const factor = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(factor * side)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return canvas;
}

/** The pixels of any picture, as its file stores them, or shrunk. Rejects files that the browser cannot decode. */
export async function decodeImage(picture: ImageBitmapSource, maxSide = Infinity): Promise<Pixels> {
  const bitmap = await decodeBitmap(picture);
  const canvas = shrink(bitmap, maxSide);
  bitmap.close();
  return canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
}
