/**
 * What has no place in a name: controls (C0, DEL, C1, so also NUL and line breaks), marks that turn the
 * direction of what follows (UAX #9 §2), breaks and spaces that nobody sees, annotations, and halves of
 * characters.
 */
const UNWANTED =
  /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;
/**
 * Combining marks on one character; living scripts need four at most (pointed Hebrew, Tibetan), a heap of
 * them covers others.
 */
const MARKS_MAX = 4;
const HEAPS = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, "gu");

/**
 * A name as it is shown beside others: composed (NFC, UAX #15), in one line and one direction, with no more
 * than {@link MARKS_MAX} marks on a character. What is so already stays as it is.
 */
export function plainText(text: string): string {
  return text.replaceAll(UNWANTED, "").normalize("NFC").replaceAll(HEAPS, "$1");
}

/** The first so many UTF-16 units of a text, without half a character at the end. */
export function cutText(text: string, max: number): string {
  const cut = text.slice(0, max);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
