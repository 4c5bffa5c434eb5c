import { accessSync, constants, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import { Codes } from "./codes.ts";
import { lockDirectory } from "./data-lock.ts";
import { isMissing, makeDirectory, warnOfPermissions, writeFileAtomicSync } from "./files.ts";
import { HostKeys, loadSecret } from "./host-keys.ts";

/** The data directory of a running server. */
export interface DataDir {
  /** Its absolute path. */
  readonly path: string;
  readonly keys: HostKeys;
  /** Releases the lock, so that another server may use the directory. Call when nothing writes any more. */
  close(): void;
}

/**
 * Opens the data directory of this server: creates it if it is missing, locks it, and loads or creates the
 * secret of the host keys.
 * @param given the secret of several servers, in place of the one in the directory
 * @throws Error with one line that names the path and says what to do
 */
export function openDataDir(directory: string, log: Logger, given?: Uint8Array): DataDir {
  const path = resolve(directory);
  return withReadableErrors(path, () => {
    makeDirectory(path);
    const lock = lockDirectory(path, log);
    try {
      const walls = join(path, "walls");
      makeDirectory(walls);
      accessSync(walls, constants.R_OK | constants.W_OK | constants.X_OK);
      const secret = given ?? loadSecret(path);
      if (!given) warnOfPermissions([join(path, "secret")], log);
      return { path, keys: new HostKeys(secret, createCodes(secret, path, log)), close: () => lock.close() };
    } catch (error) {
      lock.close();
      throw error;
    }
  });
}

/** Creates the codes. The file `codes` keeps their position over a restart. */
function createCodes(secret: Uint8Array, directory: string, log: Logger): Codes {
  const path = join(directory, "codes");
  return new Codes(secret, {
    reserved: readReserved(path, log),
    reserve: (serial) => {
      try {
        // After a power cut the old position does no harm: serials follow time, and time has passed.
        writeFileAtomicSync(path, `${serial}\n`, { unsynced: true });
      } catch (err) {
        // New walls still open. The position matters only after a restart that follows a burst of new walls.
        log.warn({ err, path }, "the position of the wall codes cannot be saved");
      }
    },
  });
}

function readReserved(path: string, log: Logger): number {
  try {
    const reserved = Number(readFileSync(path, "utf8"));
    if (Number.isSafeInteger(reserved) && reserved > 0) return reserved;
    log.warn({ path }, "the saved position of the wall codes is damaged; continuing by the time of day");
  } catch (err) {
    if (!isMissing(err))
      log.warn(
        { err, path },
        "the saved position of the wall codes cannot be read; continuing by the time of day",
      );
  }
  return 0;
}

/** Runs `act` and turns the system's errors into messages for the person who starts the server. */
function withReadableErrors<T>(path: string, act: () => T): T {
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
      return `${at} is not a directory. Set DATA_DIR to a directory.`;
    case "EACCES":
    case "EPERM":
      return (
        `this user has no permission to read and write ${at}. ` +
        "Change its owner to the server's user with chown, or set DATA_DIR to another directory."
      );
    case "EROFS":
      return "its file system is read-only. Set DATA_DIR to a directory that can be written.";
    case "ENOSPC":
    case "EDQUOT":
      return "there is no space left on its disk. Free some space, then start the server again.";
    default:
      return `${(error as Error).message}.`;
  }
}
