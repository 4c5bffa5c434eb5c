import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import type { Logger } from "pino";
import type { Config } from "../../config/config.ts";
import { warnOfPermissions } from "../../data/files.ts";
import { lanAddresses } from "../../net/lan.ts";
import { type HttpsCertificate, httpsFingerprint, readCertificate, selfSigned } from "./certificate.ts";

/** Interval at which the server reads a configured certificate again, ms. */
const CHECK_MS = 3_600_000;

export interface CertificatesOptions extends Pick<Config, "https" | "tlsCert" | "tlsKey" | "dataDir"> {
  /** The address that the server is bound to. */
  readonly host: string;
  readonly log: Logger;
}

/** The server's certificate, and what replaces it while the server runs. */
export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #timer: NodeJS.Timeout;
  #current: HttpsCertificate;
  #use: (certificate: HttpsCertificate) => void = () => {};

  private constructor(options: CertificatesOptions, current: HttpsCertificate) {
    this.#options = options;
    this.#current = current;
    this.#timer = setInterval(() => this.#check(), CHECK_MS);
  }

  /**
   * Reads the configured certificate, or makes one; undefined without HTTPS.
   * @throws Error with one line if a file cannot be read or does not contain what it should
   */
  static async open(options: CertificatesOptions): Promise<Certificates | undefined> {
    const { https, tlsCert, tlsKey, dataDir, host, log } = options;
    if (tlsCert !== "") {
      warnOfPermissions([tlsKey], log);
      return new Certificates(options, readCertificate(tlsCert, tlsKey));
    }
    if (!https) return undefined;
    const names = ["localhost", "127.0.0.1", "::1", ...lanAddresses(host)];
    return new Certificates(options, await selfSigned(dataDir, names, Date.now(), log));
  }

  /** The certificate in use. */
  get current(): HttpsCertificate {
    return this.#current;
  }

  /** SHA-256 fingerprint of the certificate, as browsers show it. */
  get fingerprint(): string {
    return httpsFingerprint(this.#current);
  }

  /** Calls `use` with the certificate now and whenever another one replaces it. */
  follow(use: (certificate: HttpsCertificate) => void): void {
    this.#use = use;
    use(this.#current);
  }

  /** Stops looking for another certificate. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** Reads a configured certificate again, in case it was renewed. */
  #check(): void {
    const { tlsCert, tlsKey, log } = this.#options;
    if (tlsCert === "") return;
    try {
      this.#current = readCertificate(tlsCert, tlsKey);
      this.#use(this.#current);
    } catch (err) {
      log.warn({ err }, "the certificate cannot be read again; the server keeps the previous one");
    }
  }
}

/** Gives a server that speaks HTTPS another certificate, for the connections that follow. */
export function setCertificate(server: Server | SecureServer, certificate: HttpsCertificate): void {
  if ("setSecureContext" in server) server.setSecureContext(certificate);
}
