/** What a screen cannot do without, and how people call it. */
const NEEDED = [
  ["Worker", "Web Workers"],
  ["AudioContext", "Web Audio"],
] as const;

/** What this browser lacks that a screen needs; undefined if it has everything. */
export function missingIn(scope: object): string | undefined {
  return NEEDED.find(([name]) => !(name in scope))?.[1];
}
