import type { Page } from "playwright-core";

/** The mean colour of a part of a picture: red, green and blue, sRGB bytes. */
export type Mean = readonly [red: number, green: number, blue: number];

/** A part of a picture, in pixels. */
interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Divides parts of a screenshot into cells of equal size.
 * @param decoder a page that shows nothing: pages of the program may not open data URLs
 * @returns for each part, the mean colour of each cell, row by row
 */
export async function cellsOf(
  decoder: Page,
  png: Buffer,
  clips: readonly Clip[],
  [columns, rows]: readonly [columns: number, rows: number],
): Promise<Mean[][]> {
  const means = await decoder.evaluate(
    async ({ url, clips, columns, rows }) => {
      const picture = await createImageBitmap(await (await fetch(url)).blob());
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d")!;
      pen.drawImage(picture, 0, 0);
      return clips.map(({ x, y, width, height }) =>
        Array.from({ length: columns * rows }, (_, n) => {
          const [wide, high] = [width / columns, height / rows];
          const [left, top] = [x + (n % columns) * wide, y + Math.floor(n / columns) * high];
          const { data } = pen.getImageData(left, top, Math.max(wide, 1), Math.max(high, 1));
          const sum = [0, 0, 0];
          for (let at = 0; at < data.length; at++) if (at % 4 < 3) sum[at % 4]! += data[at]!;
          return sum.map((value) => (4 * value) / data.length);
        }),
      );
    },
    { url: `data:image/png;base64,${png.toString("base64")}`, clips, columns, rows },
  );
  return means as unknown as Mean[][];
}
