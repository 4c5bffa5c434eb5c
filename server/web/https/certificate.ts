import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";

/** A certificate chain and its private key, PEM. */
export interface HttpsCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Where the server's certificate comes from. */
export interface CertificateSource {
  /** The certificate to use now. */
  readonly current: HttpsCertificate;
  /** The certificate of the server's own authority, PEM, while it is the issuer; else undefined. */
  readonly authority?: string | undefined;
  /** Looks for a better one. Resolves with whether {@link current} has changed. Never rejects. */
  check(): Promise<boolean>;
  /** Ends what it has opened. */
  close?(): void;
}

/**
 * Checks that a certificate and a key belong together.
 * @throws Error of OpenSSL if they do not, or if one of them is none
 */
export function requirePair({ cert, key }: HttpsCertificate): void {
  createSecureContext({ cert, key });
}

/** The SHA-256 fingerprint of a certificate, as browsers show it. */
export function httpsFingerprint({ cert }: Pick<HttpsCertificate, "cert">): string {
  return new X509Certificate(cert).fingerprint256;
}
