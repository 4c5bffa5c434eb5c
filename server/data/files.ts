import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";

/** Mode of the files that the server creates: only its own user may read and write them. */
const PRIVATE_MODE = 0o600;
/**
 * The mode bits by which every user may read or change a file. Those of the group are not checked: some
 * systems give keys to a group on purpose, such as `ssl-cert`.
 */
const PUBLIC_BITS = 0o006;
/** Error codes of file systems without hard links, such as exFAT and some network mounts. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** Mode of the directories that the server creates. */
const PRIVATE_DIRECTORY_MODE = 0o700;

/**
 * Creates a directory, and those above it that are missing. Node's own way (`recursive`) never returns where
 * the system says of a directory in one that exists that it does not, as in `/proc`.
 * @throws the system's error, also if a file has this name
 */
export function makeDirectory(path: string): void {
  if (!existsSync(dirname(path))) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: PRIVATE_DIRECTORY_MODE });
  } catch (error) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** Whether an error means that a file does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/**
 * Replaces a file atomically: after a crash or on a full disk, either the old or the new file is there, and
 * complete. Writes a temporary file next to it, syncs that, and renames it. Resolves when the disk has it.
 * @throws the system's error; then the old file is unchanged
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  try {
    const file = await open(temporary, "w", PRIVATE_MODE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // On a full disk, the temporary file takes space that others need.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(path);
}

/** Removes a file if it exists. Resolves when the removal is on the disk. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncDirectory(path);
}

/**
 * Syncs the directory of a file. Without this, a power cut may undo a rename or a removal. Windows cannot
 * open directories and does not need this.
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
  /** Throws `EEXIST` if the file exists, and leaves it unchanged. */
  readonly ifAbsent?: boolean;
  /** Does not sync: a power cut may undo the change, the end of the process cannot. */
  readonly unsynced?: boolean;
}

/** The synchronous form of {@link writeFileAtomic}. */
export function writeFileAtomicSync(
  path: string,
  text: string,
  { ifAbsent, unsynced }: WriteOptions = {},
): void {
  const temporary = `${path}.new`;
  try {
    const file = openSync(temporary, "w", PRIVATE_MODE);
    try {
      writeFileSync(file, text);
      if (!unsynced) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (ifAbsent) linkIfAbsent(temporary, path);
    else renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  if (!unsynced) syncDirectorySync(path);
}

/** Gives the file its name by a hard link, which, unlike a rename, never replaces an existing file. */
function linkIfAbsent(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
    renameSync(temporary, path);
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
 * Renames a damaged file, so that it is kept and a new file can be written.
 * @returns its new path
 * @throws the system's error; then the file has its old name
 */
export function moveAside(path: string, time = new Date()): string {
  const aside = `${path}.unreadable-${time.toISOString().replaceAll(/[:.]/g, "-")}`;
  renameSync(path, aside);
  try {
    // Old files are deleted by their date; the retention time of this one begins now.
    utimesSync(aside, time, time);
  } catch {
    // Then it is only deleted sooner.
  }
  return aside;
}

/** Logs a warning for each file that every user of this machine may read or change, with the remedy. */
export function warnOfPermissions(paths: readonly string[], log: Pick<Logger, "warn">): void {
  // Windows has no mode bits.
  if (process.platform === "win32") return;
  for (const path of paths) {
    const remedy = permissionRemedy(path);
    if (remedy) log.warn({ path }, `every user of this machine can read or change a secret; run: ${remedy}`);
  }
}

/** The command that makes a file private to the server's user; undefined if it is private. */
function permissionRemedy(path: string): string | undefined {
  let file: ReturnType<typeof statSync>;
  try {
    file = statSync(path);
  } catch {
    // The code that reads the file reports this.
    return undefined;
  }
  if ((file.mode & PUBLIC_BITS) === 0) return undefined;
  const user = process.getuid?.() ?? 0;
  const staysReadable = user === 0 || file.uid === user || process.getgroups?.().includes(file.gid);
  return staysReadable ? `chmod o-rw '${path}'` : `chown ${user} '${path}' && chmod 600 '${path}'`;
}
