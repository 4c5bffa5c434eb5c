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

/**
 * Graphemes where `Intl.Segmenter` is missing (Firefox before 125): flags and characters, with all that is
 * joined to them. It divides conjuncts and syllables, which then show their parts.
 */
const GRAPHEMES =
  /(?:\p{Regional_Indicator}{2}|.)(?:[\p{M}\p{Emoji_Modifier}\u{e0020}-\u{e007f}]|\u200d.?)*/gsu;

/**
 * The longest start of a text that has at most `max` UTF-16 units and ends between two graphemes (UAX #29).
 * Lengths are counted in units, as graphemes are counted differently by each version of Unicode.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  let cut = "";
  for (const grapheme of graphemesOf(text)) {
    if (cut.length + grapheme.length > max) break;
    cut += grapheme;
  }
  return cut;
}

/** What is used here of `Intl.Segmenter`, which the oldest browsers lack. */
type GraphemeSegmenter = new () => { segment(text: string): Iterable<{ readonly segment: string }> };

function* graphemesOf(text: string): Generator<string> {
  const { Segmenter } = Intl as { readonly Segmenter?: GraphemeSegmenter };
  if (!Segmenter) return yield* text.match(GRAPHEMES) ?? [];
  for (const { segment } of new Segmenter().segment(text)) yield segment;
}
