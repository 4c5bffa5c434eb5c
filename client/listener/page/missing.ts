/**
 * What a screen cannot do without, of each group one of these, and how people call it. All else that it needs
 * is in every browser that runs the modules of this page.
 */
const NEEDED = [
  [["AudioContext"], "Web Audio"],
  // One of both decodes.
  [["AudioDecoder", "WebAssembly"], "WebAssembly"],
] as const;

/** What this browser lacks that a screen needs; undefined if it has everything. */
export function missingIn(scope: object): string | undefined {
  return NEEDED.find(([names]) => !names.some((name) => name in scope))?.[1];
}
