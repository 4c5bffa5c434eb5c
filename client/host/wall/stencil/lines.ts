/** Most lines into which words are broken. */
const LINES_MAX = 4;
/** Height of a line, relative to the size of its letters. */
export const LINE_HEIGHT = 1.05;

/**
 * Breaks words into the lines that can be shown largest in a rectangle.
 * @param ratio width / height of the rectangle
 * @param widthOf the width of a text, relative to the size of its letters
 */
export function linesFor(text: string, ratio: number, widthOf: (text: string) => number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  let best: { size: number; lines: string[] } = { size: 0, lines: [] };
  for (let count = 1; count <= Math.min(words.length, LINES_MAX); count++) {
    const lines = brokenInto(words, count, widthOf);
    const wide = Math.max(...lines.map(widthOf), 0.01);
    const size = Math.min(ratio / wide, 1 / (lines.length * LINE_HEIGHT));
    if (size > best.size) best = { size, lines };
  }
  return best.lines;
}

/** Breaks words into so many lines, of which the longest is as short as can be. */
function brokenInto(words: readonly string[], count: number, widthOf: (text: string) => number): string[] {
  if (count === 1) return [words.join(" ")];
  let best: string[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let first = 1; first <= words.length - count + 1; first++) {
    const line = words.slice(0, first).join(" ");
    const rest = brokenInto(words.slice(first), count - 1, widthOf);
    const longest = Math.max(widthOf(line), ...rest.map(widthOf));
    if (longest < least) [least, best] = [longest, [line, ...rest]];
  }
  return best;
}
