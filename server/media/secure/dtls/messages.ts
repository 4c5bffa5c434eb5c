import { type KeyObject, sign, verify, X509Certificate } from "node:crypto";
import { MalformedError, Reader, uint, vector } from "./bytes.ts";
import { ECDSA_P256_SHA256 } from "./hello.ts";
import type { KeyExchange } from "./key-exchange.ts";
import type { Randoms } from "./key-schedule.ts";

/** ECCurveType named_curve: a group is given by its number (RFC 8422 §5.4). */
const NAMED_CURVE = 3;

// ClientCertificateType: the key types allowed in a client's certificate (RFC 5246 §7.4.4, RFC 8422 §5.5).
const RSA_SIGN = 1;
const ECDSA_SIGN = 64;

/** The signature schemes allowed to a client (RFC 8446 §4.2.3), with node:crypto's names. */
const SIGNATURES = new Map([
  [ECDSA_P256_SHA256, { keyType: "ec", hash: "sha256" }],
  [0x0503, { keyType: "ec", hash: "sha384" }],
  [0x0603, { keyType: "ec", hash: "sha512" }],
  [0x0401, { keyType: "rsa", hash: "sha256" }],
  [0x0501, { keyType: "rsa", hash: "sha384" }],
  [0x0601, { keyType: "rsa", hash: "sha512" }],
]);

/** Curves allowed in a client's certificate; browsers use the first. */
const CURVES = new Set(["prime256v1", "secp384r1"]);
/** Shortest RSA key accepted from a client. */
const RSA_BITS_MIN = 1024;
/**
 * Longest RSA key accepted from a client; a longer one would let any client cost the server too much time.
 */
const RSA_BITS_MAX = 4096;
/** Greatest public exponent of such a key, for the same reason. */
const RSA_EXPONENT_MAX = 2n ** 32n;

/** The body of a Certificate message with one certificate in DER (RFC 5246 §7.4.2). */
export function writeCertificate(der: Buffer): Buffer {
  return vector(3, vector(3, der));
}

/**
 * The client's own certificate, in DER, which is the first of the list.
 * @throws MalformedError also for an empty list
 */
export function readCertificateMessage(body: Buffer): Buffer {
  const reader = new Reader(body);
  const list = new Reader(reader.vector(3));
  reader.end();
  return list.vector(3);
}

/**
 * The body of a ServerKeyExchange (RFC 8422 §5.4): the server's key share, and a signature of it and both
 * randoms.
 */
export function writeServerKeyExchange(exchange: KeyExchange, randoms: Randoms, key: KeyObject): Buffer {
  const share = Buffer.concat([uint(NAMED_CURVE, 1), uint(exchange.group, 2), vector(1, exchange.publicKey)]);
  const signature = sign("sha256", Buffer.concat([randoms.client, randoms.server, share]), key);
  return Buffer.concat([share, uint(ECDSA_P256_SHA256, 2), vector(2, signature)]);
}

/** The body of the CertificateRequest (RFC 5246 §7.4.4). It names no issuers: the fingerprint is checked. */
export function writeCertificateRequest(): Buffer {
  const algorithms = [...SIGNATURES.keys()].map((algorithm) => uint(algorithm, 2));
  return Buffer.concat([
    vector(1, uint(ECDSA_SIGN, 1), uint(RSA_SIGN, 1)),
    vector(2, ...algorithms),
    vector(2),
  ]);
}

/**
 * The client's key share in a ClientKeyExchange (RFC 8422 §5.7).
 * @throws MalformedError
 */
export function readClientKeyExchange(body: Buffer): Buffer {
  const reader = new Reader(body);
  const share = reader.vector(1);
  reader.end();
  return share;
}

/**
 * Whether a CertificateVerify (RFC 5246 §7.4.8) is a valid signature of the transcript with the certificate's
 * key.
 * @param transcript all messages before the CertificateVerify
 * @throws MalformedError for an unreadable message or certificate
 */
export function provesKey(body: Buffer, der: Buffer, transcript: Buffer): boolean {
  const reader = new Reader(body);
  const algorithm = SIGNATURES.get(reader.uint(2));
  const signature = reader.vector(2);
  reader.end();
  const key = publicKeyOf(der);
  if (!algorithm || !isAcceptable(key) || key.asymmetricKeyType !== algorithm.keyType) return false;
  return verify(algorithm.hash, transcript, key, signature);
}

function publicKeyOf(der: Buffer): KeyObject {
  try {
    return new X509Certificate(der).publicKey;
  } catch {
    throw new MalformedError("certificate is unreadable");
  }
}

function isAcceptable({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails;
  if (asymmetricKeyType === "ec") return namedCurve !== undefined && CURVES.has(namedCurve);
  return modulusLength >= RSA_BITS_MIN && modulusLength <= RSA_BITS_MAX && publicExponent <= RSA_EXPONENT_MAX;
}
