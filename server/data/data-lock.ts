import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Logger } from "pino";

/** How long the start waits for a server that has just been killed to be gone, ms. */
const PATIENCE = 1_000;
/** SQLITE_BUSY, the result code for a lock that another process holds (sqlite.org/rescode.html). */
const BUSY = 5;

/**
 * Takes a data directory for this process, as long as it lives or until the lock is closed.
 *
 * The lock is the exclusive lock of an empty SQLite database, as Node itself has no `flock`. The operating
 * system holds it and lets it go however the process ends, so nothing stale can stop a start; it also counts
 * between containers that share a volume, which neither process ids nor abstract sockets do. The database
 * stays in memory but for its empty file, so a full disk does not matter. On a file system without locks, as
 * some network ones, the server starts all the same and warns.
 * @throws Error with one line when another process has the directory; the system's error when the file cannot
 * be made
 */
export function lockDirectory(directory: string, log: Pick<Logger, "warn">): { close(): void } {
  const path = join(directory, "lock");
  closeSync(openSync(path, "a", 0o600));
  const database = new DatabaseSync(path, { timeout: PATIENCE });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (err) {
    const { errcode } = err as { errcode?: number };
    if (errcode === BUSY) {
      database.close();
      throw new Error(
        `DATA_DIR ${directory} is in use by another Lightwall server. ` +
          "Stop that one, or give this one a directory of its own with DATA_DIR.",
        { cause: err },
      );
    }
    log.warn({ err, path }, "data directory not locked; make sure that no other server uses it");
  }
  return database;
}
