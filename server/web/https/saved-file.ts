import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { isMissing, moveAside } from "../../data/files.ts";

export interface SavedFileOptions<T> {
  /** @throws an Error if the value is not what was saved */
  readonly parse: (value: unknown) => T;
  /** What it means for people that the file must be made anew, as the end of a sentence. */
  readonly consequence: string;
  readonly log: Pick<Logger, "warn">;
}

/**
 * Reads what the server has saved of a certificate, as JSON; undefined if there is none or it is damaged. A
 * damaged file is renamed: it contains nothing that a person made or could repair. A file that cannot be read
 * stops the start instead, because it may be intact.
 * @throws Error with one line if the file cannot be read
 */
export function readSavedFile<T>(
  path: string,
  { parse, consequence, log }: SavedFileOptions<T>,
): T | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new Error(
      `The certificate ${path} cannot be read: ${(cause as Error).message}. ` +
        `Change its owner to the server's user, or delete it; ${consequence}.`,
      { cause },
    );
  }
  try {
    return parse(JSON.parse(text));
  } catch (err) {
    const aside = tryMoveAside(path);
    log.warn({ err, path, aside }, `the certificate is damaged; ${consequence}`);
    return undefined;
  }
}

/** Renames a damaged file. Returns its new path; undefined if that fails: then the file is overwritten. */
function tryMoveAside(path: string): string | undefined {
  try {
    return moveAside(path);
  } catch {
    return undefined;
  }
}
