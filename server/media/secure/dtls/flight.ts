import { type KeyObject, randomBytes } from "node:crypto";
import { CERTIFICATE, handshakeMessage, MESSAGE_HEADER_LENGTH } from "./fragments.ts";
import { readClientHello, writeServerHello } from "./hello.ts";
import { type KeyExchange, startKeyExchange } from "./key-exchange.ts";
import {
  type BothSides,
  type DirectionKeys,
  masterSecret,
  type Randoms,
  recordKeys,
} from "./key-schedule.ts";
import {
  provesKey,
  readCertificateMessage,
  readClientKeyExchange,
  writeCertificate,
  writeCertificateRequest,
  writeServerKeyExchange,
} from "./messages.ts";

/** The server's own messages, besides the Certificate and the Finished (RFC 5246 §7.4). */
const SERVER_HELLO = 2;
const SERVER_KEY_EXCHANGE = 12;
const CERTIFICATE_REQUEST = 13;
const SERVER_HELLO_DONE = 14;

/** What a server signs with: a certificate in DER, and its P-256 key. */
export interface Identity {
  certificate: Buffer;
  key: KeyObject;
}

/** An answered hello: what the rest of the handshake is checked against. */
export interface Answered {
  randoms: Randoms;
  exchange: KeyExchange;
  /** The client's hello and the server's flight, whole messages in order. */
  hello: Buffer;
  flight: Buffer[];
}

/** The three messages by which a client proves itself, whole. */
export interface ClientFlight {
  certificate: Buffer;
  keyExchange: Buffer;
  certificateVerify: Buffer;
}

/** What the proof gives; what is missing is the client's Finished. */
export interface Proved {
  master: Buffer;
  randoms: Randoms;
  keys: BothSides<DirectionKeys>;
  /** All messages before the client's Finished. */
  transcript: Buffer;
}

/** Why a client's flight proves nothing: a word group for logs. */
export class ProofError extends Error {}

/**
 * Answers a ClientHello with the server's flight.
 * @throws HelloError when it is malformed, or offers nothing that this server can do
 */
export function answerHello(hello: Buffer, { certificate, key }: Identity): Answered {
  const read = readClientHello(bodyOf(hello));
  const randoms = { client: read.random, server: randomBytes(32) };
  const exchange = startKeyExchange(read.group);
  const flight = [
    handshakeMessage(SERVER_HELLO, 0, writeServerHello(read, randoms.server)),
    handshakeMessage(CERTIFICATE, 1, writeCertificate(certificate)),
    handshakeMessage(SERVER_KEY_EXCHANGE, 2, writeServerKeyExchange(exchange, randoms, key)),
    handshakeMessage(CERTIFICATE_REQUEST, 3, writeCertificateRequest()),
    handshakeMessage(SERVER_HELLO_DONE, 4),
  ];
  return { randoms, exchange, hello, flight };
}

/**
 * Checks certificate, key exchange and signature together, over the one transcript that they belong to: the
 * keys are those of the key exchange that the certificate's key has signed.
 * @param accepts whether a certificate, in DER, is the one that is expected
 * @throws ProofError
 */
export function proveClient(
  { randoms, exchange, hello, flight }: Answered,
  { certificate, keyExchange, certificateVerify }: ClientFlight,
  accepts: (der: Buffer) => boolean,
): Proved {
  const before = Buffer.concat([hello, ...flight, certificate, keyExchange]);
  const der = proofOf(() => readCertificateMessage(bodyOf(certificate)));
  if (!accepts(der)) throw new ProofError("dtls certificate is not the one of the offer");
  if (!proofOf(() => provesKey(bodyOf(certificateVerify), der, before))) {
    throw new ProofError("dtls certificate without its key");
  }
  const premaster = proofOf(() => exchange.secretWith(readClientKeyExchange(bodyOf(keyExchange))));
  const master = masterSecret(premaster, before);
  return {
    master,
    randoms,
    keys: recordKeys(master, randoms),
    transcript: Buffer.concat([before, certificateVerify]),
  };
}

/** What a message of the client gives; whatever is wrong with it, it proves nothing. */
function proofOf<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    // Malformed, a certificate that cannot be read, or a key share that is no point of the curve.
    throw new ProofError("dtls message malformed", { cause });
  }
}

function bodyOf(message: Buffer): Buffer {
  return message.subarray(MESSAGE_HEADER_LENGTH);
}
