import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CipherContext } from "werift";
import { findProgram } from "./find-program.ts";
import { temporaryDirectory } from "./test-app.ts";

/** How long a handshake may take over a bad network, ms: less than the server waits. */
const HANDSHAKE_LIMIT = 14_000;

/** The bytes that DTLS-SRTP takes out of a handshake: two keys, two salts (RFC 5764 §4.2). */
const MATERIAL_LENGTH = 60;
const LABEL = "EXTRACTOR-dtls_srtp";

/** A program that does DTLS as a client, and how it is asked to. */
export interface DtlsProgram {
  name: string;
  command: string;
  args(port: number, certificate: string, key: string): string[];
}

/** Other people's DTLS clients, as Debian has them. */
export const DTLS_PROGRAMS: readonly DtlsProgram[] = [
  { name: "OpenSSL, X25519", command: "openssl", args: openssl("-groups", "X25519:P-256") },
  {
    name: "OpenSSL, P-256, in pieces of 256 bytes",
    command: "openssl",
    args: openssl("-groups", "P-256", "-mtu", "256"),
  },
  { name: "GnuTLS", command: "gnutls-cli", args: gnutls() },
  { name: "GnuTLS, in pieces of 300 bytes", command: "gnutls-cli", args: gnutls("--mtu=300") },
];

function openssl(...extra: string[]): DtlsProgram["args"] {
  return (port, certificate, key) => [
    ...["s_client", "-dtls1_2", "-connect", `127.0.0.1:${port}`],
    ...["-use_srtp", "SRTP_AES128_CM_SHA1_80", "-cert", certificate, "-key", key],
    ...["-keymatexport", LABEL, "-keymatexportlen", String(MATERIAL_LENGTH)],
    ...extra,
  ];
}

function gnutls(...extra: string[]): DtlsProgram["args"] {
  return (port, certificate, key) => [
    ...["--udp", "--port", String(port), "127.0.0.1", "--no-ca-verification"],
    ...["--priority=NORMAL:-VERS-ALL:+VERS-DTLS1.2", "--srtp-profiles=SRTP_AES128_CM_HMAC_SHA1_80"],
    ...[`--x509certfile=${certificate}`, `--x509keyfile=${key}`],
    ...[`--keymatexport=${LABEL}`, `--keymatexportsize=${MATERIAL_LENGTH}`],
    ...extra,
  ];
}

/** One run of such a program, with a certificate of its own. */
export class DtlsClientProcess {
  readonly #program: DtlsProgram;
  readonly #directory = temporaryDirectory();
  #child: ChildProcess | undefined;
  /** Of its certificate, as an offer names it. */
  readonly fingerprint: string;

  private constructor(program: DtlsProgram, certPem: string, keyPem: string) {
    this.#program = program;
    writeFileSync(this.#file("cert"), certPem);
    writeFileSync(this.#file("key"), keyPem);
    this.fingerprint = `sha-256 ${new X509Certificate(certPem).fingerprint256}`;
  }

  static async prepare(program: DtlsProgram): Promise<DtlsClientProcess> {
    const made = await CipherContext.createSelfSignedCertificateWithKey({ hash: 4, signature: 3 }, 23);
    return new DtlsClientProcess(program, made.certPem, made.keyPem);
  }

  static isInstalled({ command }: DtlsProgram): boolean {
    return findProgram([command]) !== undefined;
  }

  /**
   * Shakes hands with whoever is on a port. Resolves to the server's SRTP key and salt, as the program found
   * them.
   */
  async connect(port: number): Promise<{ key: Buffer; salt: Buffer }> {
    const args = this.#program.args(port, this.#file("cert"), this.#file("key"));
    const child = spawn(this.#program.command, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    let said = "";
    const listen = (text: Buffer) => {
      said += text;
      const [, material] = /Key(?:ing)? material: ([0-9a-f]{120})/i.exec(said) ?? [];
      if (material) resolve(Buffer.from(material, "hex"));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", () => reject(new Error(`${this.#program.name} ended:\n${said}`)));
    const limit = setTimeout(
      () => reject(new Error(`${this.#program.name} got no keys:\n${said}`)),
      HANDSHAKE_LIMIT,
    );
    const material = await promise.finally(() => clearTimeout(limit));
    return { key: material.subarray(16, 32), salt: material.subarray(46, 60) };
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    }
    this.#directory.remove();
  }

  #file(name: string): string {
    return join(this.#directory.path, name);
  }
}
