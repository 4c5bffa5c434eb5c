import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CipherContext } from "werift";
import { findProgram } from "./find-program.ts";
import { temporaryDirectory } from "./test-app.ts";

/** How long a handshake may take over a bad network; less than the server's own timeout. */
const HANDSHAKE_TIMEOUT_MS = 14_000;

/** Bytes that DTLS-SRTP derives from a handshake: two keys and two salts (RFC 5764 §4.2). */
const MATERIAL_LENGTH = 60;
/** Label of that derivation. */
const LABEL = "EXTRACTOR-dtls_srtp";

/** A DTLS client program and its arguments. */
export interface DtlsProgram {
  name: string;
  command: string;
  args(port: number, certificate: string, key: string): string[];
}

/** DTLS clients of other projects, in Debian's packages. */
export const DTLS_PROGRAMS: readonly DtlsProgram[] = [
  { name: "OpenSSL, X25519", command: "openssl", args: openssl("-groups", "X25519:P-256") },
  {
    name: "OpenSSL, P-256, in fragments of 256 bytes",
    command: "openssl",
    args: openssl("-groups", "P-256", "-mtu", "256"),
  },
  { name: "GnuTLS", command: "gnutls-cli", args: gnutls() },
  { name: "GnuTLS, in fragments of 300 bytes", command: "gnutls-cli", args: gnutls("--mtu=300") },
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

/** One run of such a program, with its own certificate. */
export class DtlsClientProcess {
  readonly #program: DtlsProgram;
  readonly #directory = temporaryDirectory();
  #child: ChildProcess | undefined;
  /** The fingerprint of its certificate, as an offer has it. */
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
   * Performs the handshake with the server at a port. Resolves to the server's SRTP master key and salt, as
   * the program derived them.
   */
  async connect(port: number): Promise<{ key: Buffer; salt: Buffer }> {
    const args = this.#program.args(port, this.#file("cert"), this.#file("key"));
    const child = spawn(this.#program.command, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child = child;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    let output = "";
    const read = (text: Buffer) => {
      output += text;
      const [, material] = /Key(?:ing)? material: ([0-9a-f]{120})/i.exec(output) ?? [];
      if (material) resolve(Buffer.from(material, "hex"));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(`${this.#program.name} ended:\n${output}`)));
    const timeout = setTimeout(
      () => reject(new Error(`${this.#program.name} got no keys:\n${output}`)),
      HANDSHAKE_TIMEOUT_MS,
    );
    const material = await promise.finally(() => clearTimeout(timeout));
    return { key: material.subarray(16, 32), salt: material.subarray(46, 60) };
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    this.#directory.remove();
  }

  #file(name: string): string {
    return join(this.#directory.path, name);
  }
}
