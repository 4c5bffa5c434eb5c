import { rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";

/** Names of files of walls: the wall itself, half written, or moved aside. */
const FILE_NAME = /^([A-Z0-9]+)\.json(\..*)?$/;

/** The code of the wall to which a file belongs; undefined for files that are no wall's. */
export function codeOf(name: string): string | undefined {
  return FILE_NAME.exec(name)?.[1];
}

export interface SweepOptions {
  readonly directory: string;
  /** The files in it. */
  readonly names: readonly string[];
  readonly isOpen: (code: string) => boolean;
  /** Whether a wall is open, or still to be written. */
  readonly isUsed: (code: string) => boolean;
  /** How long a wall is kept that nobody opens, ms. */
  readonly keptMs: number;
  /** Most files kept; what was not used for longest goes first. */
  readonly max: number;
  readonly log: Logger;
}

/**
 * Removes the files of walls that nobody has opened for too long. One that cannot be removed stops no other.
 * @returns codes of the walls that have gone
 */
export async function sweepWalls(options: SweepOptions): Promise<string[]> {
  const { directory, names, isOpen, isUsed, keptMs, max, log } = options;
  const now = new Date();
  const files: { name: string; code: string; usedAt: number }[] = [];
  for (const name of names) {
    const code = codeOf(name);
    if (code === undefined) continue;
    const path = join(directory, name);
    // Dated, so that a wall that was open for months is not too old after a restart.
    if (isOpen(code) && name === `${code}.json`) await utimes(path, now, now).catch(() => {});
    const usedAt = isUsed(code) ? now.getTime() : await lastUsed(path);
    if (usedAt !== undefined) files.push({ name, code, usedAt });
  }
  files.sort((a, b) => b.usedAt - a.usedAt);
  const old = files.filter(({ usedAt }, n) => n >= max || now.getTime() - usedAt > keptMs);
  const gone: string[] = [];
  for (const { name, code } of old) {
    // It may have been opened while others were looked at.
    if (isUsed(code)) continue;
    try {
      await rm(join(directory, name), { force: true });
      if (name === `${code}.json`) gone.push(code);
    } catch (err) {
      log.warn({ err, path: join(directory, name) }, "old wall not removed");
    }
  }
  if (gone.length > 0) log.info({ walls: gone.length }, "old walls forgotten");
  return gone;
}

/** When a file was written last, ms since 1970; undefined where it has gone meanwhile. */
async function lastUsed(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
