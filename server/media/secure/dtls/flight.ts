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

// Types of messages that only a server sends (RFC 5246 §7.4).
const SERVER_HELLO = 2;
const SERVER_KEY_EXCHANGE = 12;
const CERTIFICATE_REQUEST = 13;
const SERVER_HELLO_DONE = 14;

/** A certificate and its private key, with which one side of a handshake authenticates itself. */
export interface Identity {
  /** In DER. */
  certificate: Buffer;
  /** The server's is on P-256. */
  key: KeyObject;
}

/** A ClientHello and the server's answer, which the rest of the handshake depends on. */
export interface AnsweredHello {
  randoms: Randoms;
  exchange: KeyExchange;
  /** The whole ClientHello message. */
  hello: Buffer;
  /** The server's whole messages in order. */
  flight: Buffer[];
}

/** The three messages that authenticate a client, whole. */
export interface ClientFlight {
  certificate: Buffer;
  keyExchange: Buffer;
  certificateVerify: Buffer;
}

/** The result of a client's authentication. Only the client's Finished is still missing. */
export interface ProvedClient {
  master: Buffer;
  randoms: Randoms;
  keys: BothSides<DirectionKeys>;
  /** All messages before the client's Finished. */
  transcript: Buffer;
}

/** A client's flight does not authenticate it. The message is a reason for logs. */
export class ProofError extends Error {}

/**
 * Answers a ClientHello with the server's flight.
 * @throws HelloError if the hello is malformed or has no algorithms in common with this server
 */
export function answerHello(hello: Buffer, { certificate, key }: Identity): AnsweredHello {
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
 * Authenticates a client: checks its certificate, its key exchange and its signature together, over one
 * transcript. The keys therefore come from the key exchange that the certificate's owner has signed.
 * @param accepts whether a certificate, in DER, is the expected one
 * @throws ProofError
 */
export function proveClient(
  { randoms, exchange, hello, flight }: AnsweredHello,
  { certificate, keyExchange, certificateVerify }: ClientFlight,
  accepts: (der: Buffer) => boolean,
): ProvedClient {
  const before = Buffer.concat([hello, ...flight, certificate, keyExchange]);
  const der = proofOf(() => readCertificateMessage(bodyOf(certificate)));
  if (!accepts(der)) throw new ProofError("dtls certificate does not match the offer");
  if (!proofOf(() => provesKey(bodyOf(certificateVerify), der, before))) {
    throw new ProofError("dtls client does not have its certificate's key");
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

/** Reads a message of the client. Any error means that the message proves nothing. */
function proofOf<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    // The message is malformed, the certificate is unreadable, or the key share is not a point of the curve.
    throw new ProofError("dtls message is malformed", { cause });
  }
}

function bodyOf(message: Buffer): Buffer {
  return message.subarray(MESSAGE_HEADER_LENGTH);
}
