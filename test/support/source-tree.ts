import { globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** One source file. */
export interface Source {
  /** Path from the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Its imports: paths from the root for own files, names for packages. */
  readonly imports: readonly string[];
}

/** A group of files and folders for each layer, from top to bottom. */
export type Layers = readonly (readonly string[])[];

/** All forms of imports, also of types, and URLs from which workers and assets are loaded. */
const IMPORT =
  /(?:^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)["']([^"']+)["']/gm;

/** The name by which pages import the protocol (`imports` in package.json). */
const PROTOCOL_NAME = /^#protocol\//;

/** Reads all files that match a pattern. */
export function readSources(pattern: string): Source[] {
  return globSync(pattern, { cwd: ROOT })
    .map((path) => path.replaceAll("\\", "/"))
    .map((path) => parseSource(path, readFileSync(`${ROOT}/${path}`, "utf8")));
}

/** Finds the imports in the text of a source file. */
export function parseSource(path: string, text: string): Source {
  const imports = [...text.matchAll(IMPORT)].map(([, name = ""]) => {
    if (PROTOCOL_NAME.test(name)) return name.replace(PROTOCOL_NAME, "server/protocol/");
    return name.startsWith(".") ? posix.join(dirname(path), name) : name;
  });
  return { path, text, imports };
}

/** `importer → imported` for every import that `isForbidden` finds. */
export function forbiddenImports(
  sources: readonly Source[],
  isForbidden: (from: string, to: string) => boolean,
): string[] {
  return sources.flatMap(({ path, imports }) =>
    imports.filter((to) => isForbidden(path, to)).map((to) => `${path} → ${to}`),
  );
}

/**
 * Imports inside `folder` that point to a higher layer, or to another member of the same layer. Also lists
 * files that are in no layer.
 */
export function upwardImports(sources: readonly Source[], folder: string, layers: Layers): string[] {
  const memberOf = (path: string) =>
    path.startsWith(folder)
      ? path
          .slice(folder.length)
          .split("/")[0]!
          .replace(/\.tsx?$/, "")
      : undefined;
  const layerOf = (member: string) => layers.findIndex((layer) => layer.includes(member));
  const unplaced = sources
    .filter(({ path }) => path.startsWith(folder) && layerOf(memberOf(path)!) < 0)
    .map(({ path }) => path);
  const upward = forbiddenImports(sources, (path, to) => {
    const [from, target] = [memberOf(path), memberOf(to)];
    if (from === undefined || target === undefined || from === target) return false;
    return layerOf(target) <= layerOf(from);
  });
  return [...unplaced, ...upward];
}

/** All cycles of imports, as `a → b → a`, each listed once. Imports of types count too. */
export function importCircles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(" → "));
    else if (!done.has(path)) {
      for (const to of byPath.get(path)?.imports ?? []) if (byPath.has(to)) visit(to, [...trail, path]);
      done.add(path);
    }
  };
  for (const { path } of sources) visit(path, []);
  return circles;
}

/** `path:line` of every line that is longer than `columns`. */
export function longLines(sources: readonly Pick<Source, "path" | "text">[], columns: number): string[] {
  return sources.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => ([...line].length > columns ? [`${path}:${at + 1}`] : [])),
  );
}
