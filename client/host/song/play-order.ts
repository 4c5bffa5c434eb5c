import type { Shuffle } from "../ui/settings.ts";

/** The ids of songs in the order in which they are played, where `ids` are in that of the queue. */
export function playOrder(ids: readonly string[], shuffle: Shuffle | null): readonly string[] {
  if (!shuffle) return ids;
  const place = (id: string) => (id === shuffle.first ? -1 : hash(`${shuffle.seed} ${id}`));
  return [...ids].sort((a, b) => place(a) - place(b));
}

/** 0..2^32 − 1 (FNV-1a, with the last step of MurmurHash3, so that like texts are far from one another). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let n = 0; n < text.length; n++) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
