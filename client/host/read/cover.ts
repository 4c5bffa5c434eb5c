/** The greatest width and height of a cover, pixels. */
const COVER_MAX_PX = 256;
/** Of the copy as JPEG. */
const QUALITY = 0.85;

/**
 * A small copy of a picture, at most 256 pixels wide and high. Undefined where a worker cannot paint, or if
 * the browser does not know the picture's format.
 */
export async function coverOf(picture: Blob | undefined): Promise<Blob | undefined> {
  if (!picture || typeof OffscreenCanvas === "undefined" || typeof createImageBitmap === "undefined")
    return undefined;
  try {
    const image = await createImageBitmap(picture);
    const scale = Math.min(COVER_MAX_PX / Math.max(image.width, image.height), 1);
    const width = Math.max(Math.round(image.width * scale), 1);
    const height = Math.max(Math.round(image.height * scale), 1);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (!context) return undefined;
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    image.close();
    return await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  } catch {
    return undefined;
  }
}
