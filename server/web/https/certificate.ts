import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import type { Logger } from "pino";
import { isMissing, moveAside, warnOfPermissions, writeFileAtomicSync } from "../../data/files.ts";

/** A certificate chain and its private key, PEM. */
export interface HttpsCertificate {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 24 * 3_600_000;
/** Validity of a self-signed certificate. Browsers reject certificates that are valid for longer. */
const VALID_DAYS = 397;
/** A certificate that expires sooner than this is replaced at the start. */
const RENEW_DAYS = 30;
/** The key and signature algorithm, for WebCrypto. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Reads the configured certificate chain and key, which another program, such as certbot, maintains.
 * @throws Error with one line if a file cannot be read, or if the key does not match the certificate
 */
export function readCertificate(certPath: string, keyPath: string): HttpsCertificate {
  const [cert, key] = [readPem("TLS_CERT", certPath), readPem("TLS_KEY", keyPath)];
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new Error(
      `TLS_CERT and TLS_KEY do not contain a certificate and its key: ${(cause as Error).message}.`,
      {
        cause,
      },
    );
  }
  return { cert, key };
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`The file ${path}, which ${name} names, cannot be read.`, { cause });
  }
}

/**
 * Returns the server's self-signed certificate, for a local network. It is saved in `directory`, so that its
 * fingerprint stays the same, and replaced when it is about to expire or lacks a name or address.
 *
 * A damaged file is renamed and the certificate replaced: the file contains nothing that a person made or
 * could repair. Browsers then warn once more, and the log says this. A file that cannot be read stops the
 * start instead, because it may be intact.
 * @param names DNS names and addresses of this server
 * @param time the time of day, ms since 1970
 * @throws Error with one line if the file cannot be read
 */
export async function selfSigned(
  directory: string,
  names: readonly string[],
  time: number,
  log: Pick<Logger, "warn">,
): Promise<HttpsCertificate> {
  const path = join(directory, "https.json");
  const saved = readSaved(path, log);
  if (saved && isUsable(saved, names, time)) {
    warnOfPermissions([path], log);
    return saved;
  }
  const created = await create(names, time);
  try {
    writeFileAtomicSync(path, JSON.stringify(created));
  } catch (err) {
    log.warn({ err, path }, "the certificate cannot be saved; browsers will warn again after the next start");
  }
  return created;
}

/** Reads the saved certificate; undefined if there is none or it is damaged. */
function readSaved(path: string, log: Pick<Logger, "warn">): HttpsCertificate | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new Error(
      `The certificate ${path} cannot be read: ${(cause as Error).message}. ` +
        "Change its owner to the server's user, or delete it; browsers then warn of the new certificate.",
      { cause },
    );
  }
  try {
    const { cert, key } = JSON.parse(text) as HttpsCertificate;
    createSecureContext({ cert, key });
    new X509Certificate(cert);
    return { cert, key };
  } catch (err) {
    const aside = tryMoveAside(path);
    log.warn({ err, path, aside }, "the certificate is damaged; browsers will warn again of the new one");
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

/** Whether a certificate is valid for long enough, and for all names. */
function isUsable({ cert }: HttpsCertificate, names: readonly string[], time: number): boolean {
  const parsed = new X509Certificate(cert);
  const isFor = (name: string) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined;
  return parsed.validToDate.getTime() > time + RENEW_DAYS * DAY_MS && names.every(isFor);
}

async function create(names: readonly string[], time: number): Promise<HttpsCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const alternatives = names.map((value) => ({
    type: isIP(value) ? ("ip" as const) : ("dns" as const),
    value,
  }));
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: "CN=Lightwall",
      keys,
      signingAlgorithm: ALGORITHM,
      // A day early, because the clock of a phone may be slow.
      notBefore: new Date(time - DAY_MS),
      notAfter: new Date(time + VALID_DAYS * DAY_MS - DAY_MS),
      extensions: [new SubjectAlternativeNameExtension(alternatives)],
    },
    crypto,
  );
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    cert: certificate.toString("pem"),
    key: createPrivateKey({ key, format: "der", type: "pkcs8" }).export({
      format: "pem",
      type: "pkcs8",
    }) as string,
  };
}

/** The SHA-256 fingerprint of a certificate, as browsers show it. */
export function httpsFingerprint({ cert }: HttpsCertificate): string {
  return new X509Certificate(cert).fingerprint256;
}
