import { MalformedError, Reader, uint, vector } from "./bytes.ts";
import { GROUP_DEFAULT, GROUPS, type Group } from "./key-exchange.ts";
import { DTLS_1_2 } from "./record.ts";

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 (RFC 5289 §3.2), which WebRTC requires (RFC 8827 §6.5). */
const CIPHER_SUITE = 0xc02b;
/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 §3.3). */
const RENEGOTIATION_SIGNAL = 0x00ff;
/** SRTP_AES128_CM_HMAC_SHA1_80 (RFC 5764 §4.1.2). */
const SRTP_PROFILE = 0x0001;
/** ecdsa_secp256r1_sha256 (RFC 8446 §4.2.3), the server's signature scheme. */
export const ECDSA_P256_SHA256 = 0x0403;

/** Extension types (RFC 8422 §5.1, RFC 8446 §4.2, RFC 5764 §9, RFC 7627 §5.1, RFC 5746 §3.2). */
const EXTENSION = {
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;

/** A ClientHello that the server cannot answer. */
export class HelloError extends Error {}

/** The parts of a ClientHello that the answer depends on. */
export interface ClientHello {
  /** 32 bytes. */
  random: Buffer;
  /** The group chosen for the key exchange. */
  group: Group;
  /** Whether the client signals secure renegotiation; then the answer must too (RFC 5746 §3.6). */
  signalsRenegotiation: boolean;
  /** Whether the client lists point formats; then the answer does too (RFC 8422 §5.2). */
  listsPointFormats: boolean;
}

/**
 * Reads the body of a ClientHello (RFC 5246 §7.4.1.2).
 * @throws HelloError if it is malformed or has no algorithms in common with this server
 */
export function readClientHello(body: Buffer): ClientHello {
  try {
    return read(new Reader(body));
  } catch (error) {
    if (error instanceof MalformedError) throw new HelloError(`hello: ${error.message}`);
    throw error;
  }
}

function read(reader: Reader): ClientHello {
  // DTLS version numbers count down. A client that offers a later version also supports 1.2.
  if (reader.uint(2) > DTLS_1_2) throw refused("no DTLS 1.2");
  const random = Buffer.from(reader.bytes(32));
  reader.vector(1); // Session to resume. The server keeps none.
  reader.vector(1); // Cookie. The server requests none: see docs/security.md for unproven addresses.
  const suites = numbers(reader.vector(2));
  reader.vector(1); // Compression methods. The server uses none.
  const extensions = reader.remaining > 0 ? readExtensions(reader.vector(2)) : new Map<number, Buffer>();
  reader.end();

  const list = (type: number) => extensions.has(type) && numbers(new Reader(extensions.get(type)!).vector(2));
  const profiles = list(EXTENSION.useSrtp) || [];
  if (!suites.includes(CIPHER_SUITE)) throw refused("no common cipher suite");
  if (!extensions.has(EXTENSION.extendedMasterSecret)) throw refused("no extended master secret");
  if (!profiles.includes(SRTP_PROFILE)) throw refused("no common SRTP profile");
  if (!(list(EXTENSION.signatureAlgorithms) || []).includes(ECDSA_P256_SHA256))
    throw refused("no common signature");
  const groups = list(EXTENSION.supportedGroups) || [GROUP_DEFAULT];
  const group = GROUPS.find((known) => groups.includes(known));
  if (group === undefined) throw refused("no common group");
  return {
    random,
    group,
    signalsRenegotiation:
      extensions.has(EXTENSION.renegotiationInfo) || suites.includes(RENEGOTIATION_SIGNAL),
    listsPointFormats: extensions.has(EXTENSION.pointFormats),
  };
}

/** The body of the ServerHello that answers it (RFC 5246 §7.4.1.3). */
export function writeServerHello(hello: ClientHello, random: Buffer): Buffer {
  const extensions = [
    ...(hello.signalsRenegotiation ? [extension(EXTENSION.renegotiationInfo, uint(0, 1))] : []),
    extension(EXTENSION.extendedMasterSecret),
    ...(hello.listsPointFormats ? [extension(EXTENSION.pointFormats, vector(1, uint(0, 1)))] : []),
    // The chosen profile and an empty master key identifier (RFC 5764 §4.1.1).
    extension(EXTENSION.useSrtp, vector(2, uint(SRTP_PROFILE, 2)), vector(1)),
  ];
  const noSession = vector(1);
  const noCompression = uint(0, 1);
  return Buffer.concat([
    uint(DTLS_1_2, 2),
    random,
    noSession,
    uint(CIPHER_SUITE, 2),
    noCompression,
    vector(2, ...extensions),
  ]);
}

function refused(message: string): HelloError {
  return new HelloError(`hello: ${message}`);
}

function extension(type: number, ...content: Buffer[]): Buffer {
  return Buffer.concat([uint(type, 2), vector(2, ...content)]);
}

function readExtensions(data: Buffer): Map<number, Buffer> {
  const extensions = new Map<number, Buffer>();
  const reader = new Reader(data);
  while (reader.remaining > 0) extensions.set(reader.uint(2), reader.vector(2));
  return extensions;
}

/** A list of 16-bit numbers. */
function numbers(data: Buffer): number[] {
  const list: number[] = [];
  const reader = new Reader(data);
  while (reader.remaining > 0) list.push(reader.uint(2));
  return list;
}
