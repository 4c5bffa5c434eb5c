/**
 * Characters that are removed from names: controls (C0, DEL, C1, including NUL and line breaks), marks that
 * change the direction of the text after them (UAX #9 §2), invisible breaks and spaces, annotations, and
 * unpaired surrogates.
 */
const UNWANTED =
  /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;
/**
 * Combining marks after the first four on a character. Living scripts need four at most (pointed Hebrew,
 * Tibetan); a longer pile of marks covers other text.
 */
const EXCESS_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * Makes a name safe to show next to other text: composed (NFC, UAX #15), in one line and one direction, with
 * at most four marks on a character. A name that is safe already does not change.
 */
export function plainText(text: string): string {
  return text.replaceAll(UNWANTED, "").normalize("NFC").replaceAll(EXCESS_MARKS, "$1");
}

/** The first `max` UTF-16 units of a text. Never ends in half a surrogate pair. */
export function cutText(text: string, max: number): string {
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
}
