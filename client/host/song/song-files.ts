import { type FileWithPath, fromEvent } from "file-selector";

/** What names of songs and films end with. Where a system knows the type of a file, that counts too. */
const ENDINGS = /\.(aac|aif|aiff|alac|caf|flac|m4[abv]|mk[av]|mov|mp[234]|oga|ogg|opus|wav|weba|webm|wma)$/i;

/** What a field for songs takes: sound, and films in containers that browsers play. */
export const SONG_TYPES = "audio/*,video/mp4,video/webm,video/quicktime,.mkv";

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
