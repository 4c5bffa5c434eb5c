import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/**
 * Prints the size of the JavaScript that a listener's browser downloads before its screen can show light, and
 * fails above the budget. Lists dynamic imports separately, because they load later.
 */

/** Budget of the listener page, gzip. */
const BUDGET_BYTES = 20_480;
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

/** A chunk and its static imports, direct and indirect, as keys of the manifest. */
function closure(key: string, found = new Set<string>()): Set<string> {
  if (found.has(key)) return found;
  found.add(key);
  for (const imported of manifest[key]?.imports ?? []) closure(imported, found);
  return found;
}

function gzipBytes(key: string): number {
  return gzipSync(readFileSync(new URL(manifest[key]!.file, DIST))).length;
}

function print(bytes: number, label: string): void {
  console.log(`${bytes.toLocaleString("en").padStart(8)}  ${label}`);
}

if (!manifest[ENTRY]) throw new Error(`The build has no ${ENTRY}. Run: npm run build`);

const keys = [...closure(ENTRY)];
let sum = 0;
for (const key of keys) {
  const bytes = gzipBytes(key);
  sum += bytes;
  print(bytes, manifest[key]!.file);
}
print(sum, `listener page, gzip bytes (budget ${BUDGET_BYTES.toLocaleString("en")})`);

for (const key of new Set(keys.flatMap((from) => manifest[from]!.dynamicImports ?? []))) {
  print(gzipBytes(key), `${manifest[key]!.file} (loaded later)`);
}

if (sum > BUDGET_BYTES) process.exit(1);
