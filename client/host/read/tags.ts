import { parseBlob } from "music-metadata";
import { cutText } from "#protocol/text.ts";
import { BlockwiseBlob } from "./bytes.ts";
import type { Tags } from "./report.ts";

/** The longest title, artist or album, in UTF-16 units. */
const TEXT_MAX = 200;
/** The largest picture that is looked at. */
const PICTURE_BYTES_MAX = 32_000_000;
/** Control characters, and those that turn the direction of all text after them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/**
 * Text and picture that a file bears about its song. Whoever made the file may have written anything.
 * @param type the file's MIME type, by its content
 */
export async function readTags(file: Blob, type: string): Promise<Tags & { picture: Blob | undefined }> {
  try {
    const { common } = await parseBlob(new BlockwiseBlob(file, type), { duration: false });
    const { title, artist, album, picture } = common;
    const found = picture?.find(({ type }) => /front/i.test(type ?? "")) ?? picture?.[0];
    return {
      title: cleanText(title),
      artist: cleanText(artist),
      album: cleanText(album),
      picture:
        found && found.data.length <= PICTURE_BYTES_MAX
          ? new Blob([found.data as Uint8Array<ArrayBuffer>], { type: imageType(found.format) })
          : undefined,
    };
  } catch {
    // Without tags a song plays as well.
    return { title: "", artist: "", album: "", picture: undefined };
  }
}

/** Text on one line without what is not to be seen, and not too long. */
export function cleanText(text: unknown): string {
  if (typeof text !== "string") return "";
  // Cut first, generously, so that a text of megabytes costs nothing.
  const printable = text.slice(0, 10 * TEXT_MAX).replace(UNPRINTABLE, " ");
  return cutText(printable.replace(/\s+/g, " ").trim(), TEXT_MAX).trim();
}

function imageType(format: unknown): string {
  const type = String(format).toLowerCase();
  return /^image\/[a-z0-9.+-]+$/.test(type) ? type : "";
}
