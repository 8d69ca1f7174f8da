/** RGBA with straight alpha, row by row, as `ImageData` stores it. */
export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** A picture as people see it, turned by its EXIF data. Rejects files that the browser cannot decode. */
export function decodeBitmap(picture: ImageBitmapSource): Promise<ImageBitmap> {
  // A colour profile or premultiplied alpha would change the numbers that Python sees.
  return createImageBitmap(picture, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
}

/** The pixels of any picture, as its file stores them. Rejects files that the browser cannot decode. */
export async function decodeImage(picture: ImageBitmapSource): Promise<Pixels> {
  const bitmap = await decodeBitmap(picture);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}
