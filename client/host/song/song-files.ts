import { type FileWithPath, fromEvent } from "file-selector";

/** What names of songs end with. Where a system knows the type of a file, that counts too. */
const ENDINGS = /\.(aac|aif|aiff|alac|caf|flac|m4a|m4b|mka|mp2|mp3|mp4|oga|ogg|opus|wav|weba|webm|wma)$/i;

/**
 * The files that are dropped or chosen, with those in folders, in the order of their names. Of several files
 * only those that may be songs count, as folders also hold pictures and lists.
 */
export async function songsIn(event: Event): Promise<File[]> {
  const found = (await fromEvent(event)).filter((file) => file instanceof File) as FileWithPath[];
  const files = found.length === 1 ? found : found.filter(isSong);
  const collator = new Intl.Collator(undefined, { numeric: true });
  return files.sort((a, b) => collator.compare(a.path ?? a.name, b.path ?? b.name));
}

function isSong({ name, type }: File): boolean {
  return type.startsWith("audio/") || ENDINGS.test(name);
}
