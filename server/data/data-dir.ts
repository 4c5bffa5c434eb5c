import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import { Codes } from "./codes.ts";
import { lockDirectory } from "./data-lock.ts";
import { isMissing, writeWholeSync } from "./files.ts";
import { HostKeys, loadSecret } from "./keys.ts";
import { warnOfReaders } from "./private-files.ts";

/** The data directory of a running server. */
export interface DataDir {
  /** Its whole path. */
  readonly path: string;
  readonly keys: HostKeys;
  /** Leaves the directory to another server; the last thing of all. */
  close(): void;
}

/**
 * Takes a data directory for this server: makes it where it is missing, locks it, and reads or makes what
 * host keys need.
 * @throws Error with one line that names the path and says what to do
 */
export function openDataDir(directory: string, log: Logger): DataDir {
  const path = resolve(directory);
  return inWords(path, () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = lockDirectory(path, log);
    try {
      const walls = join(path, "walls");
      mkdirSync(walls, { recursive: true, mode: 0o700 });
      accessSync(walls, constants.R_OK | constants.W_OK | constants.X_OK);
      const secret = loadSecret(path);
      warnOfReaders([join(path, "secret")], log);
      return { path, keys: new HostKeys(secret, keptCodes(secret, path, log)), close: () => lock.close() };
    } catch (error) {
      lock.close();
      throw error;
    }
  });
}

/** Codes that go on after a restart where they stopped. */
function keptCodes(secret: Uint8Array, directory: string, log: Logger): Codes {
  const path = join(directory, "codes");
  return new Codes(secret, {
    reserved: readReserved(path, log),
    reserve: (serial) => {
      try {
        // A power cut may take it: until the machine is up again, time has gone on.
        writeWholeSync(path, `${serial}\n`, { unsynced: true });
      } catch (err) {
        // New walls open all the same: it matters only after a restart that follows a burst of them at once.
        log.warn({ err, path }, "codes given are not noted");
      }
    },
  });
}

function readReserved(path: string, log: Logger): number {
  try {
    const reserved = Number(readFileSync(path, "utf8"));
    if (Number.isSafeInteger(reserved) && reserved > 0) return reserved;
    log.warn({ path }, "the note of codes given is damaged; going on by the time");
  } catch (err) {
    if (!isMissing(err))
      log.warn({ err, path }, "the note of codes given cannot be read; going on by the time");
  }
  return 0;
}

/** Does something with the data directory; the system's errors become words for who starts the server. */
function inWords<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const { code, path: at = path } = error as NodeJS.ErrnoException;
    if (code === undefined || code.startsWith("ERR_")) throw error;
    throw new Error(`DATA_DIR ${path} cannot be used: ${reason(code, at, error)}`, { cause: error });
  }
}

function reason(code: string, at: string, error: unknown): string {
  switch (code) {
    case "EEXIST":
    case "ENOTDIR":
      return `${at} is not a directory. Name a directory with DATA_DIR.`;
    case "EACCES":
    case "EPERM":
      return `this user may not read and write ${at}. Give it to the server's user with chown, or name another directory with DATA_DIR.`;
    case "EROFS":
      return "its file system is read-only. Name a directory that can be written with DATA_DIR.";
    case "ENOSPC":
    case "EDQUOT":
      return "there is no space left on its disk. Free some, then start again.";
    default:
      return `${(error as Error).message}.`;
  }
}
