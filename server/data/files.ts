import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Rights of the files that the server makes: its own user reads and writes them, nobody else. */
const PRIVATE = 0o600;
/** Errors of file systems that have no hard links, such as exFAT and some network mounts. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Whether an error says that there is no such file, and nothing else. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/**
 * Writes a file so that a crash or a full disk leaves the old one or the new one, whole: beside it, synced,
 * then renamed over it. Resolves when the disk has it.
 * @throws the system's error; the old file is untouched then
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const made = `${path}.new`;
  try {
    const file = await open(made, "w", PRIVATE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(made, path);
  } catch (error) {
    // What is half written takes the space that a full disk needs.
    await rm(made, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(path);
}

/** Removes a file, and resolves when the disk has forgotten it. One that is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncDirectory(path);
}

/**
 * Without this, a power cut may undo a rename or a removal. Windows cannot open directories, and needs none
 * of it.
 */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export interface WriteOptions {
  /** Leaves a file that is there already as it is, and throws `EEXIST`. */
  readonly once?: boolean;
  /** Does not wait for the disk: for what a power cut may take. A killed process loses nothing of it. */
  readonly unsynced?: boolean;
}

/** As {@link writeWhole}, before it returns. */
export function writeWholeSync(path: string, text: string, { once, unsynced }: WriteOptions = {}): void {
  const made = `${path}.new`;
  try {
    const file = openSync(made, "w", PRIVATE);
    try {
      writeFileSync(file, text);
      if (!unsynced) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (once) linkOnce(made, path);
    else renameSync(made, path);
  } finally {
    rmSync(made, { force: true });
  }
  if (!unsynced) syncDirectorySync(path);
}

/** A hard link, unlike a rename, never replaces what is there. */
function linkOnce(made: string, path: string): void {
  try {
    linkSync(made, path);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
    renameSync(made, path);
  }
}

function syncDirectorySync(path: string): void {
  if (process.platform === "win32") return;
  const directory = openSync(dirname(path), "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/**
 * Gives a damaged file another name, so that it is kept and a new one can take its place.
 * @returns where it is now
 * @throws the system's error; it has its old name then
 */
export function moveAside(path: string, time = new Date()): string {
  const aside = `${path}.unreadable-${time.toISOString().replaceAll(/[:.]/g, "-")}`;
  renameSync(path, aside);
  try {
    // Walls' files are cleared away by their dates: its time begins now.
    utimesSync(aside, time, time);
  } catch {
    // It is only cleared away sooner.
  }
  return aside;
}
