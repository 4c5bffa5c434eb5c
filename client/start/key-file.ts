import { type OwnWall, readOwnWall } from "../shared/own-wall.ts";
import type { Added } from "../shared/walls.ts";
import { keyWords } from "../words/en/start.ts";

/** What the file says of itself, so that another JSON file is not taken for one. */
const FORMAT = "lightwall-keys";
/** The version of the file. One that this page does not know is refused. */
const VERSION = 1;
/** Largest file that is read: twice what 50 walls with pictures need. */
export const KEY_FILE_MAX_BYTES = 1_048_576;

/** Why there are no walls in a file: it is another kind of file, of another version, or has none. */
export type KeyFileProblem = "otherFile" | "otherVersion" | "noKey";

/** The walls of a file, or why there are none. */
export type ReadKeyFile = { walls: OwnWall[] } | { problem: KeyFileProblem };

/** The text of a file with the keys of walls. */
export function writeKeyFile(walls: readonly OwnWall[]): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, walls }, null, 2)}\n`;
}

/**
 * The name of the file.
 * @param now ms since 1970
 */
export function keyFileName(now: number): string {
  return `lightwall-keys-${new Date(now).toISOString().slice(0, 10)}.json`;
}

/** Reads the text of a file that somebody has chosen. */
export function readKeyFile(text: string): ReadKeyFile {
  const { format, version, walls } = parse(text);
  if (format !== FORMAT || !Array.isArray(walls)) return { problem: "otherFile" };
  if (version !== VERSION) return { problem: "otherVersion" };
  const read = walls.map(readOwnWall).filter((wall) => wall !== undefined);
  return read.length > 0 ? { walls: read } : { problem: "noKey" };
}

/** Says what became of the walls of a file. */
export function addedWords({ added, updated, refused }: Added, max: number): string {
  const t = keyWords();
  const parts = [
    ...(added > 0 ? [t.added(added)] : []),
    ...(updated > 0 ? [t.updated(updated)] : []),
    ...(refused > 0 ? [t.refused({ most: max })(refused)] : []),
  ];
  return parts.length > 0 ? parts.join(" ") : t.nothingNew;
}

function parse(text: string): { format?: unknown; version?: unknown; walls?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
