import { createPrivateKey, randomBytes, X509Certificate as SystemCertificate } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { PRIVATE_RANGES } from "../../net/address.ts";
import { LOCAL_DOMAINS } from "../../net/host-names.ts";
import type { HttpsCertificate } from "./certificate.ts";
import { nameConstraints, type Permitted, permits } from "./name-constraints.ts";

const DAY_MS = 24 * 3_600_000;
/**
 * Validity of a certificate. Browsers reject those that are valid for more than 398 days, those of Apple even
 * from authorities that a person has added for more than 825.
 */
const VALID_DAYS = 397;
/**
 * How much of it has passed when a certificate is made: devices accept it although the server's clock is as
 * much ahead of theirs.
 */
const BACKDATED_DAYS = 90;
/** A certificate that expires sooner than this is replaced: a third of its validity. */
export const RENEW_DAYS = 132;
/** From when an authority is valid: for any clock that is not badly wrong. */
const AUTHORITY_START_MS = Date.UTC(2020, 0, 1);
/** How long an authority is valid from the day on which it is made. Nobody limits that of one's own ones. */
const AUTHORITY_YEARS = 10;
/** No server runs before this. A clock that shows an earlier time has lost it; see {@link timeOfDay}. */
const EARLIEST_MS = Date.UTC(2026, 10, 1);
/** The key and signature algorithm, for WebCrypto. */
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** Random bits of a certificate's serial number (RFC 5280 §4.1.2.2 allows 20 bytes). */
const SERIAL_BYTES = 16;

/** The server's own authority: a certificate that people may trust, and the key that signs for it. */
export interface Authority extends HttpsCertificate {
  /** What it may sign for. */
  readonly permitted: Permitted;
}

/**
 * The time for which certificates are made. A computer without a battery for its clock may start at 1970;
 * what it made then would have expired when its clock is set.
 */
function timeOfDay(time: number): number {
  return Math.max(time, EARLIEST_MS);
}

/**
 * What a new authority may sign for: addresses and names that belong to nobody on the internet, and those
 * `names` of this server that are others. So whoever trusts it risks nothing of what they do elsewhere.
 */
export function permittedFor(names: readonly string[]): Permitted {
  const local = { domains: LOCAL_DOMAINS, ranges: PRIVATE_RANGES };
  const others = names.filter((name) => !permits(local, name));
  return {
    domains: [...LOCAL_DOMAINS, ...others.filter((name) => isIP(name) === 0)],
    // Addresses of IPv6 change from day to day.
    ranges: [...PRIVATE_RANGES, ...others.filter((name) => isIP(name) === 4).map((name) => `${name}/32`)],
  };
}

/**
 * Makes an authority.
 * @param machine the host name, by which people tell several apart
 * @param time the time of day, ms since 1970
 */
export async function createAuthority(
  machine: string,
  permitted: Permitted,
  time: number,
): Promise<Authority> {
  const keys = await newKeys();
  const notAfter = new Date(timeOfDay(time));
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + AUTHORITY_YEARS);
  const label = randomBytes(2).toString("hex").toUpperCase();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ O: ["Lightwall"] }, { CN: [`Lightwall on ${machine} (${label})`] }],
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(AUTHORITY_START_MS),
      notAfter,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
        // Windows would let an authority without this sign programs too.
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        nameConstraints(permitted),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    crypto,
  );
  return { cert: certificate.toString("pem"), key: await exportKey(keys.privateKey), permitted };
}

/**
 * Signs a certificate for these names and addresses. Its chain has the authority's certificate.
 * @param names in lower case; the authority must permit them
 */
export async function issue(
  authority: HttpsCertificate,
  names: readonly string[],
  time: number,
): Promise<HttpsCertificate> {
  const issuer = new X509Certificate(authority.cert);
  const keys = await newKeys();
  const start = timeOfDay(time) - BACKDATED_DAYS * DAY_MS;
  const alternatives = names.map((value) => ({
    type: isIP(value) ? ("ip" as const) : ("dns" as const),
    value,
  }));
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      // With a space, so that no program takes it for a host name, of which the authority may permit few.
      subject: "CN=Lightwall server",
      issuer: issuer.subjectName,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.key),
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(start),
      notAfter: new Date(start + VALID_DAYS * DAY_MS),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(alternatives),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    crypto,
  );
  const chain = `${certificate.toString("pem")}\n${authority.cert}\n`;
  return { cert: chain, key: await exportKey(keys.privateKey) };
}

/** Whether an authority can sign a certificate now that expires before it does. */
export function canSign({ cert }: HttpsCertificate, time: number): boolean {
  return new SystemCertificate(cert).validToDate.getTime() > timeOfDay(time) + VALID_DAYS * DAY_MS;
}

/** Whether a certificate is signed by this authority, is valid for long enough, and has all these names. */
export function isUsable(
  { cert }: HttpsCertificate,
  authority: HttpsCertificate,
  names: readonly string[],
  time: number,
): boolean {
  const parsed = new SystemCertificate(cert);
  const isFor = (name: string) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined;
  const now = timeOfDay(time);
  return (
    parsed.verify(new SystemCertificate(authority.cert).publicKey) &&
    parsed.validFromDate.getTime() <= now &&
    parsed.validToDate.getTime() > now + RENEW_DAYS * DAY_MS &&
    names.every(isFor)
  );
}

/** A positive number (RFC 5280 §4.1.2.2), in hexadecimal digits. */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function newKeys() {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function exportKey(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key));
  const parsed = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return parsed.export({ format: "pem", type: "pkcs8" }) as string;
}

function importKey(pem: string) {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return crypto.subtle.importKey("pkcs8", new Uint8Array(der), ALGORITHM, false, ["sign"]);
}
