import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/**
 * Prints what a listener's browser downloads as JavaScript before it can light up, in gzip bytes,
 * and fails above the budget. Dynamic imports load later and are listed apart.
 */

const BUDGET = 20_480;
const DIST = new URL("../dist/client/", import.meta.url);
const ENTRY = "listener/index.html";

interface Chunk {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}

const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8")) as Record<
  string,
  Chunk
>;

/** The chunk and everything it imports statically, by manifest key. */
function closure(key: string, found = new Set<string>()): Set<string> {
  if (found.has(key)) return found;
  found.add(key);
  for (const imported of manifest[key]?.imports ?? []) closure(imported, found);
  return found;
}

function gzipBytes(key: string): number {
  return gzipSync(readFileSync(new URL(manifest[key]!.file, DIST))).length;
}

function print(bytes: number, what: string): void {
  console.log(`${bytes.toLocaleString("en").padStart(8)}  ${what}`);
}

if (!manifest[ENTRY]) throw new Error(`The build has no ${ENTRY}. Run: npm run build`);

const keys = [...closure(ENTRY)];
let sum = 0;
for (const key of keys) {
  const bytes = gzipBytes(key);
  sum += bytes;
  print(bytes, manifest[key]!.file);
}
print(sum, `listener page, gzip bytes (budget ${BUDGET.toLocaleString("en")})`);

for (const key of new Set(keys.flatMap((from) => manifest[from]!.dynamicImports ?? []))) {
  print(gzipBytes(key), `${manifest[key]!.file} (loaded later)`);
}

if (sum > BUDGET) process.exit(1);
