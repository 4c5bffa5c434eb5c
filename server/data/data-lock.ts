import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Logger } from "pino";

/** How long the start waits for the lock, ms: a server that was just killed may still hold it. */
const LOCK_TIMEOUT_MS = 1_000;
/** The result code for a lock that another process holds (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;

/**
 * Locks a data directory for this process, until the lock is closed or the process ends.
 *
 * Uses the exclusive lock of an empty SQLite database, because Node has no `flock`. The operating system
 * releases it however the process ends, therefore no stale lock can prevent a start. It also works between
 * containers that share a volume, unlike process ids and abstract sockets. Nothing is written to the
 * database, therefore it also works on a full disk. On a file system without locks, such as some network file
 * systems, logs a warning and continues without a lock.
 * @throws Error with one line if another process holds the lock; the system's error if the file cannot be
 * created
 */
export function lockDirectory(directory: string, log: Pick<Logger, "warn">): { close(): void } {
  const path = join(directory, "lock");
  closeSync(openSync(path, "a", 0o600));
  const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (err) {
    const { errcode } = err as { errcode?: number };
    if (errcode === SQLITE_BUSY) {
      database.close();
      throw new Error(
        `DATA_DIR ${directory} is in use by another Lightwall server. ` +
          "Stop that server, or set DATA_DIR to another directory for this one.",
        { cause: err },
      );
    }
    log.warn({ err, path }, "the data directory cannot be locked; make sure that no other server uses it");
  }
  return database;
}
