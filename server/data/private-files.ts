import { statSync } from "node:fs";
import type { Logger } from "pino";

/**
 * Rights of everybody to read or change a file. Those of its group are not minded: some systems give keys to
 * a group on purpose, such as `ssl-cert`.
 */
const OTHERS = 0o006;

/**
 * Warns of each file with a secret that every user of this machine may read or change, and says how to mend
 * it.
 */
export function warnOfReaders(paths: readonly string[], log: Pick<Logger, "warn">): void {
  // Windows has other rights, of which Node shows nothing.
  if (process.platform === "win32") return;
  for (const path of paths) {
    const remedy = remedyOf(path);
    if (remedy) log.warn({ path }, `every user of this machine can read or change a secret: ${remedy}`);
  }
}

/** The command that leaves the file to this server's user; undefined where all is well. */
function remedyOf(path: string): string | undefined {
  let file: ReturnType<typeof statSync>;
  try {
    file = statSync(path);
  } catch {
    // Who needs the file says so.
    return undefined;
  }
  if ((file.mode & OTHERS) === 0) return undefined;
  const user = process.getuid?.() ?? 0;
  const staysReadable = user === 0 || file.uid === user || process.getgroups?.().includes(file.gid);
  return staysReadable ? `chmod o-rw '${path}'` : `chown ${user} '${path}' && chmod 600 '${path}'`;
}
