import { createPrivateKey, X509Certificate } from "node:crypto";
import { CipherContext } from "werift";
import type { Identity } from "../../../server/media/secure/dtls/flight.ts";

/** A certificate of its own on P-256, as browsers have them. */
export async function makeIdentity(): Promise<Identity> {
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    { hash: 4, signature: 3 },
    23,
  );
  return { certificate: new X509Certificate(certPem).raw, key: createPrivateKey(keyPem) };
}

/** One with an RSA key of 2,048 bits. */
export async function makeRsaIdentity(): Promise<Identity> {
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey({
    hash: 4,
    signature: 1,
  });
  return { certificate: new X509Certificate(certPem).raw, key: createPrivateKey(keyPem) };
}
