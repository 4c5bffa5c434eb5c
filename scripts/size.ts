import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/**
 * Prints the size of the JavaScript that a listener's browser downloads on a secure origin before its screen
 * can show light, the ear's worker included, and fails above the budget. Lists dynamic imports separately,
 * because they load later.
 */

/** Budget of the listener page and its worker, gzip. */
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

function gzipBytes(file: string): number {
  return gzipSync(readFileSync(new URL(file, DIST))).length;
}

function print(bytes: number, label: string): void {
  console.log(`${bytes.toLocaleString("en").padStart(8)}  ${label}`);
}

if (!manifest[ENTRY]) throw new Error(`The build has no ${ENTRY}. Run: npm run build`);

const keys = [...closure(ENTRY)];
// The manifest does not list workers.
const workers = globSync("assets/ear-worker-*.js", { cwd: fileURLToPath(DIST) });
if (workers.length !== 1)
  throw new Error(`The build has ${workers.length} workers of the ear instead of one.`);
let sum = 0;
for (const file of [...keys.map((key) => manifest[key]!.file), ...workers]) {
  const bytes = gzipBytes(file);
  sum += bytes;
  print(bytes, file);
}
print(sum, `listener page and worker, gzip bytes (budget ${BUDGET_BYTES.toLocaleString("en")})`);

for (const key of new Set(keys.flatMap((from) => manifest[from]!.dynamicImports ?? []))) {
  print(gzipBytes(manifest[key]!.file), `${manifest[key]!.file} (loaded later)`);
}

if (sum > BUDGET_BYTES) process.exit(1);
