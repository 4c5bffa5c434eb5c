import { readFileSync, statSync } from "node:fs";
import type { Logger } from "pino";
import { warnOfPermissions } from "../../data/files.ts";
import { type CertificateSource, type HttpsCertificate, requirePair } from "./certificate.ts";

/** A configured certificate and its key, which another program, such as certbot, maintains. */
export class CertificateFiles implements CertificateSource {
  readonly #paths: readonly [cert: string, key: string];
  readonly #log: Pick<Logger, "info" | "warn">;
  #current: HttpsCertificate;
  /** The state of the files that was read last, whether or not it could be used. */
  #read: string;
  /** The last state that could not be used, and whether the log says so. */
  #unusable = { state: "", isLogged: false };

  /** @throws Error with one line if a file cannot be read, or if the key does not match the certificate */
  constructor(cert: string, key: string, log: Pick<Logger, "info" | "warn">) {
    warnOfPermissions([key], log);
    this.#paths = [cert, key];
    this.#log = log;
    this.#read = this.#state();
    this.#current = readCertificate(cert, key);
  }

  get current(): HttpsCertificate {
    return this.#current;
  }

  /**
   * Reads the files again if they have changed. Programs replace one after the other: while they do not
   * match, the previous certificate stays, and only a state that lasts until the next check is warned of.
   */
  async check(): Promise<boolean> {
    const state = this.#state();
    if (state === this.#read) return false;
    try {
      const found = readCertificate(...this.#paths);
      this.#read = state;
      const isOther = found.cert !== this.#current.cert || found.key !== this.#current.key;
      this.#current = found;
      return isOther;
    } catch (err) {
      const lasts = this.#unusable.state === state;
      if (lasts && !this.#unusable.isLogged)
        this.#log.warn({ err }, "the changed certificate cannot be used; the server keeps the previous one");
      this.#unusable = { state, isLogged: lasts };
      return false;
    }
  }

  /** What changes with the files: which files they are, their sizes, and when they were written. */
  #state(): string {
    return this.#paths.map(stateOf).join();
  }
}

/** Events of the system are no substitute: network mounts and the volumes of containers send none. */
function stateOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino}:${size}:${mtimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

function readCertificate(certPath: string, keyPath: string): HttpsCertificate {
  const found = { cert: readPem("TLS_CERT", certPath), key: readPem("TLS_KEY", keyPath) };
  try {
    requirePair(found);
  } catch (cause) {
    throw new Error(
      `TLS_CERT and TLS_KEY do not contain a certificate and its key: ${(cause as Error).message}.`,
      { cause },
    );
  }
  return found;
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`The file ${path}, which ${name} names, cannot be read.`, { cause });
  }
}
