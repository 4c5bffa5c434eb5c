import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { Logger } from "pino";
import { warnOfPermissions, writeFileAtomicSync } from "../../data/files.ts";
import { type Authority, canSign, createAuthority, issue, isUsable, permittedFor } from "./authority.ts";
import { type CertificateSource, type HttpsCertificate, requirePair } from "./certificate.ts";
import { permits } from "./name-constraints.ts";
import { readSavedFile } from "./saved-file.ts";

export interface OwnCertificatesOptions {
  /** The data directory. */
  readonly directory: string;
  /** The host name of this machine. */
  readonly machine: string;
  /** The names and addresses that this server has now, in lower case. */
  readonly names: () => readonly string[];
  /** The time of day, ms since 1970. */
  readonly time: () => number;
  readonly log: Pick<Logger, "info" | "warn">;
}

/**
 * The server's own authority, `authority.json` in the data directory, and the certificate that it has signed,
 * `https.json`. Both are kept, so that devices which trust the authority, or were told to accept the
 * certificate, do not ask again.
 */
export class OwnCertificates implements CertificateSource {
  readonly #options: OwnCertificatesOptions;
  readonly #authorityPath: string;
  readonly #path: string;
  readonly #left = new Set<string>();
  #authority!: Authority;
  #current!: HttpsCertificate;

  private constructor(options: OwnCertificatesOptions) {
    this.#options = options;
    this.#authorityPath = join(options.directory, "authority.json");
    this.#path = join(options.directory, "https.json");
  }

  /**
   * Reads the authority and its certificate, and makes what is missing, damaged or out of date.
   * @throws Error with one line if a file cannot be read
   */
  static async open(options: OwnCertificatesOptions): Promise<OwnCertificates> {
    const own = new OwnCertificates(options);
    await own.#open();
    return own;
  }

  get current(): HttpsCertificate {
    return this.#current;
  }

  /** The certificate of the authority, PEM, for devices to trust. */
  get authority(): string {
    return this.#authority.cert;
  }

  /** Signs another certificate if the server has other addresses now, or if it is about to expire. */
  async check(): Promise<boolean> {
    try {
      const names = this.#names();
      if (isUsable(this.#current, this.#authority, names, this.#options.time())) return false;
      await this.#issue(names);
      return true;
    } catch (err) {
      this.#options.log.warn({ err }, "no certificate can be signed; the server keeps the previous one");
      return false;
    }
  }

  async #open(): Promise<void> {
    const { log, time } = this.#options;
    const saved = readSavedFile(this.#authorityPath, {
      parse: readAuthority,
      consequence: "devices must trust the new one",
      log,
    });
    if (saved && canSign(saved, time())) this.#authority = saved;
    else await this.#createAuthority(saved !== undefined);
    const current = readSavedFile(this.#path, {
      parse: readPair,
      consequence: "browsers may warn again of the new one",
      log,
    });
    const names = this.#names();
    if (current && isUsable(current, this.#authority, names, time())) this.#current = current;
    else {
      if (current && isSelfSigned(current))
        log.info({ path: this.#path }, "the self-signed certificate is replaced by one of the authority");
      await this.#issue(names);
    }
    warnOfPermissions([this.#authorityPath, this.#path], log);
  }

  async #createAuthority(isReplaced: boolean): Promise<void> {
    const { machine, names, time, log } = this.#options;
    if (isReplaced) log.warn("the server's authority expires; devices must trust the new one");
    this.#authority = await createAuthority(machine, permittedFor(names()), time());
    this.#save(this.#authorityPath, this.#authority, "devices must trust another one after the next start");
  }

  async #issue(names: readonly string[]): Promise<void> {
    this.#current = await issue(this.#authority, names, this.#options.time());
    this.#save(this.#path, this.#current, "browsers may warn again after the next start");
  }

  /** The names for which the authority may sign. Each of the others is logged once. */
  #names(): string[] {
    const { names, log } = this.#options;
    const all = names();
    const others = all.filter((name) => !permits(this.#authority.permitted, name));
    for (const name of others.filter((other) => !this.#left.has(other))) {
      this.#left.add(name);
      // Global addresses of IPv6 come and go, and nobody types them.
      if (!name.includes(":"))
        log.warn(
          { name },
          `the server's authority is older than this name and cannot sign for it; to make another one, ` +
            `which devices must trust anew, delete ${this.#authorityPath} and start the server again`,
        );
    }
    return all.filter((name) => !others.includes(name));
  }

  #save(path: string, value: object, consequence: string): void {
    try {
      writeFileAtomicSync(path, JSON.stringify(value));
    } catch (err) {
      this.#options.log.warn({ err, path }, `the certificate cannot be saved; ${consequence}`);
    }
  }
}

/** @throws an Error if it is no certificate with its key */
function readPair(value: unknown): HttpsCertificate {
  const { cert, key } = value as HttpsCertificate;
  requirePair({ cert, key });
  new X509Certificate(cert);
  return { cert, key };
}

/** @throws an Error if it is no authority */
function readAuthority(value: unknown): Authority {
  const pair = readPair(value);
  const { domains, ranges } = (value as Authority).permitted;
  if (![...domains, ...ranges].every((item) => typeof item === "string"))
    throw new Error("what it may sign for is missing");
  return { ...pair, permitted: { domains, ranges } };
}

function isSelfSigned({ cert }: HttpsCertificate): boolean {
  const parsed = new X509Certificate(cert);
  return parsed.checkIssued(parsed);
}
