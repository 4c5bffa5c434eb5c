import { X509Certificate } from "node:crypto";
import type { Server } from "node:http";
import type { Server as SecureServer } from "node:https";
import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Config } from "../../config/config.ts";
import { lanAddresses } from "../../net/lan.ts";
import { AcmeCertificates } from "./acme-certificates.ts";
import { AcmeChallenges } from "./acme-challenges.ts";
import { type CertificateSource, type HttpsCertificate, httpsFingerprint } from "./certificate.ts";
import { CertificateFiles } from "./certificate-files.ts";
import { OwnCertificates } from "./own-certificates.ts";
import { serverNames } from "./server-names.ts";

/** Interval at which the server looks for changed files, other addresses and certificates that expire, ms. */
const CHECK_MS = 5_000;

export interface CertificatesOptions
  extends Pick<Config, "https" | "tlsCert" | "tlsKey" | "dataDir" | "hostnames" | "mdnsName" | "publicUrl">,
    Pick<Config, "acmeDomain" | "acmeEmail" | "acmeDirectory" | "acmeHttpPort"> {
  /** The address that the server is bound to. */
  readonly host: string;
  readonly log: Logger;
  /** Replaces the system's host name and addresses, in tests. */
  readonly names?: () => readonly string[];
  /** Replaces {@link CHECK_MS}, in tests. */
  readonly checkMs?: number;
}

/** Whether the server itself has HTTPS, with whatever certificate. */
export function servesHttps({
  https,
  tlsCert,
  acmeDomain,
}: Pick<Config, "https" | "tlsCert" | "acmeDomain">): boolean {
  return https || tlsCert !== "" || acmeDomain.length > 0;
}

/** The server's certificate, and what replaces it while the server runs. */
export class Certificates {
  readonly #source: CertificateSource;
  readonly #log: Logger;
  readonly #checkMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;
  #use: (certificate: HttpsCertificate) => void = () => {};

  private constructor(source: CertificateSource, { log, checkMs = CHECK_MS }: CertificatesOptions) {
    this.#source = source;
    this.#log = log;
    this.#checkMs = checkMs;
  }

  /**
   * Reads the configured certificate, or makes one; undefined without HTTPS.
   * @throws Error with one line if a file cannot be read or does not contain what it should
   */
  static async open(options: CertificatesOptions): Promise<Certificates | undefined> {
    const { tlsCert, tlsKey, dataDir, hostnames, mdnsName, host, log, acmeDomain } = options;
    if (tlsCert !== "") return new Certificates(new CertificateFiles(tlsCert, tlsKey, log), options);
    if (!servesHttps(options)) return undefined;
    const machine = hostname();
    const ofSystem = () => serverNames({ machine, mdnsName, hostnames, lan: lanAddresses(host) });
    const { names = ofSystem } = options;
    const own = await OwnCertificates.open({ directory: dataDir, machine, names, time: Date.now, log });
    return new Certificates(acmeDomain.length > 0 ? acmeSource(options, own) : own, options);
  }

  /** The certificate in use. */
  get current(): HttpsCertificate {
    return this.#source.current;
  }

  /** The certificate of the server's own authority, PEM; undefined if its certificate is of another one. */
  get authority(): string | undefined {
    return this.#source.authority;
  }

  /** Whether devices know the authority already. If not, plain HTTP is the better address for screens. */
  get isKnown(): boolean {
    return this.authority === undefined;
  }

  /** SHA-256 fingerprint of the own authority, or else of the certificate, as browsers show it. */
  get fingerprint(): string {
    return httpsFingerprint({ cert: this.authority ?? this.current.cert });
  }

  /** Calls `use` with the certificate now and whenever another one replaces it. */
  follow(use: (certificate: HttpsCertificate) => void): void {
    this.#use = use;
    use(this.current);
    this.#timer ??= setInterval(() => this.#check(), this.#checkMs);
  }

  /** Stops looking for another certificate. */
  close(): void {
    clearInterval(this.#timer);
    this.#source.close?.();
    this.#use = () => {};
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const isOther = await this.#source.check();
    this.#isChecking = false;
    if (!isOther) return;
    this.#use(this.current);
    const { validTo: until, subjectAltName: names } = new X509Certificate(this.current.cert);
    this.#log.info({ until, names }, "the certificate was replaced");
  }
}

/** Asks an authority for a certificate; until it is there, the server's own one is used. */
function acmeSource(options: CertificatesOptions, fallback: OwnCertificates): AcmeCertificates {
  const { host, publicUrl, dataDir, log, acmeDomain, acmeEmail, acmeDirectory, acmeHttpPort } = options;
  const challenges = new AcmeChallenges({ host, port: acmeHttpPort, site: publicUrl, domains: acmeDomain });
  return new AcmeCertificates({
    dataDir,
    domains: acmeDomain,
    email: acmeEmail,
    directory: acmeDirectory,
    challenges,
    fallback,
    time: Date.now,
    random: Math.random,
    log,
  });
}

/** Gives a server that speaks HTTPS another certificate, for the connections that follow. */
export function setCertificate(server: Server | SecureServer, certificate: HttpsCertificate): void {
  if ("setSecureContext" in server) server.setSecureContext(certificate);
}
