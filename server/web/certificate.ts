import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";
import type { Logger } from "pino";
import { isMissing, moveAside, writeWholeSync } from "../data/files.ts";
import { warnOfReaders } from "../data/private-files.ts";

/** What HTTPS needs, as PEM. */
export interface HttpsCertificate {
  readonly cert: string;
  readonly key: string;
}

const DAY = 24 * 3_600_000;
/** Browsers take no certificate for longer than this; the maker of this one would not know better. */
const SELF_SIGNED_DAYS = 397;
/** A certificate that ends sooner than this is made anew at the start. */
const RENEW_DAYS = 30;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Reads the certificate chain and key that someone else keeps, such as certbot.
 * @throws Error with one line when a file cannot be read, or the two do not fit
 */
export function readCertificate(certPath: string, keyPath: string): HttpsCertificate {
  const [cert, key] = [readPem("TLS_CERT", certPath), readPem("TLS_KEY", keyPath)];
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new Error(`TLS_CERT and TLS_KEY are not a certificate and its key: ${(cause as Error).message}.`, {
      cause,
    });
  }
  return { cert, key };
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`The file that ${name} names, ${path}, cannot be read.`, { cause });
  }
}

/**
 * The server's own certificate for a local network. It is kept in `directory`, so that its fingerprint
 * stays the same, and made anew when it is about to end or the server has another name or address.
 *
 * A damaged file is moved aside and the certificate made anew, rather than that the start fails: the file
 * holds nothing that a person made or could mend, and all that is lost is that browsers warn once more, which
 * is said. One that cannot be read may be a good one, so that it stops the start.
 * @throws Error with one line when the file cannot be read
 */
export async function selfSigned(
  directory: string,
  names: readonly string[],
  time: number,
  log: Pick<Logger, "warn">,
): Promise<HttpsCertificate> {
  const path = join(directory, "https.json");
  const kept = readKept(path, log);
  if (kept && isGood(kept, names, time)) {
    warnOfReaders([path], log);
    return kept;
  }
  const made = await make(names, time);
  try {
    writeWholeSync(path, JSON.stringify(made));
  } catch (err) {
    log.warn({ err, path }, "certificate not kept; browsers will warn again after the next start");
  }
  return made;
}

/** The certificate as it was kept; undefined where there is none, or no longer. */
function readKept(path: string, log: Pick<Logger, "warn">): HttpsCertificate | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new Error(
      `The certificate ${path} cannot be read: ${(cause as Error).message}. ` +
        "Give it to the server's user, or delete it: browsers then warn of the new one.",
      { cause },
    );
  }
  try {
    const { cert, key } = JSON.parse(text) as HttpsCertificate;
    createSecureContext({ cert, key });
    new X509Certificate(cert);
    return { cert, key };
  } catch (err) {
    const aside = asideOf(path);
    log.warn(
      { err, path, aside },
      "certificate damaged; a new one is made, of which browsers will warn again",
    );
    return undefined;
  }
}

/**
 * Where a damaged file was moved; undefined where it could not be. It is written over then, as it is of no
 * use.
 */
function asideOf(path: string): string | undefined {
  try {
    return moveAside(path);
  } catch {
    return undefined;
  }
}

function isGood({ cert }: HttpsCertificate, names: readonly string[], time: number): boolean {
  const known = new X509Certificate(cert);
  const isFor = (name: string) => (isIP(name) ? known.checkIP(name) : known.checkHost(name)) !== undefined;
  return known.validToDate.getTime() > time + RENEW_DAYS * DAY && names.every(isFor);
}

async function make(names: readonly string[], time: number): Promise<HttpsCertificate> {
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
      // Clocks on phones are not always right.
      notBefore: new Date(time - DAY),
      notAfter: new Date(time + SELF_SIGNED_DAYS * DAY - DAY),
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

/** SHA-256 of a certificate, as browsers show it. */
export function fingerprintOf({ cert }: HttpsCertificate): string {
  return new X509Certificate(cert).fingerprint256;
}
