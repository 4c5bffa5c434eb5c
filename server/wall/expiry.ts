import { rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";

/** Names of a wall's files: the wall itself, a half-written one, or a damaged one that was moved aside. */
const FILE_NAME = /^([A-Z0-9]+)\.json(\..*)?$/;

/** The code of the wall that a file belongs to; undefined if it belongs to none. */
export function codeOf(name: string): string | undefined {
  return FILE_NAME.exec(name)?.[1];
}

export interface ExpiryOptions {
  readonly directory: string;
  /** Names of the files in it. */
  readonly names: readonly string[];
  readonly isOpen: (code: string) => boolean;
  /** Whether a wall is open or waits to be written. */
  readonly isUsed: (code: string) => boolean;
  /** How long an unused wall is kept, ms. */
  readonly keptMs: number;
  /** Most files that are kept. The least recently used are removed first. */
  readonly max: number;
  readonly log: Logger;
}

/**
 * Removes the files of walls that have not been used for too long. If one cannot be removed, the others still
 * are.
 * @returns codes of the removed walls
 */
export async function removeExpiredWalls(options: ExpiryOptions): Promise<string[]> {
  const { directory, names, isOpen, isUsed, keptMs, max, log } = options;
  const now = new Date();
  const files: { name: string; code: string; usedAt: number }[] = [];
  for (const name of names) {
    const code = codeOf(name);
    if (code === undefined) continue;
    const path = join(directory, name);
    // Updates the time of an open wall, so that it is not too old after a restart.
    if (isOpen(code) && name === `${code}.json`) await utimes(path, now, now).catch(() => {});
    const usedAt = isUsed(code) ? now.getTime() : await lastUsed(path);
    if (usedAt !== undefined) files.push({ name, code, usedAt });
  }
  files.sort((a, b) => b.usedAt - a.usedAt);
  const old = files.filter(({ usedAt }, n) => n >= max || now.getTime() - usedAt > keptMs);
  const removed: string[] = [];
  for (const { name, code } of old) {
    // It may have been opened while other files were checked.
    if (isUsed(code)) continue;
    try {
      await rm(join(directory, name), { force: true });
      if (name === `${code}.json`) removed.push(code);
    } catch (err) {
      log.warn({ err, path: join(directory, name) }, "old wall not removed");
    }
  }
  if (removed.length > 0) log.info({ walls: removed.length }, "old walls removed");
  return removed;
}

/** When a file was written last, ms since 1970; undefined if it has been removed meanwhile. */
async function lastUsed(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
