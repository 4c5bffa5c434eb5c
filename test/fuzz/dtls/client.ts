import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { CipherContext } from "werift";
import { uint, vector } from "../../../server/media/secure/dtls/bytes.ts";
import type { Identity } from "../../../server/media/secure/dtls/flight.ts";
import {
  CERTIFICATE,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  FINISHED,
  handshakeMessage,
} from "../../../server/media/secure/dtls/fragments.ts";
import {
  type BothSides,
  type DirectionKeys,
  masterSecret,
  recordKeys,
  srtpKeys,
  verifyData,
} from "../../../server/media/secure/dtls/key-schedule.ts";
import { HANDSHAKE, openRecord, readRecords } from "../../../server/media/secure/dtls/record.ts";
import type { MasterKey } from "../../../server/media/secure/srtp-keys.ts";

// Types of the server's messages (RFC 5246 §7.4).
const SERVER_HELLO = 2;
const SERVER_KEY_EXCHANGE = 12;
const SERVER_HELLO_DONE = 14;

const HEADER_LENGTH = 12;
const X25519 = 29;
/** The bytes before the 32 bytes of an X25519 key in SubjectPublicKeyInfo (RFC 8410 §4). */
const X25519_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/** Changes a message before the client adds it to its transcript: a hostile client can sign anything. */
export type Change = (message: Buffer) => Buffer;

const unchanged: Change = (message) => message;

/** A DTLS client without a socket. It exposes its messages, so that a test can send them in any form. */
export class Client {
  readonly hello: Buffer;
  readonly #identity: Identity;
  readonly #change: Change;
  readonly #flight: Buffer[] = [];
  #agreed: { secret: Buffer; randoms: BothSides<Buffer>; head: Buffer[] } | undefined;
  #keys: BothSides<DirectionKeys> | undefined;
  #finished: Buffer | undefined;
  /** Certificate, ClientKeyExchange and CertificateVerify, after the server's flight has arrived. */
  messages: Buffer[] = [];
  srtp: BothSides<MasterKey> | undefined;
  /** Whether the server's Finished has arrived. */
  isConnected = false;

  /** @param hello a ClientHello message, see {@link freshHello} */
  constructor(hello: Buffer, identity: Identity, change: Change = unchanged) {
    this.#identity = identity;
    this.#change = change;
    this.hello = change(hello);
  }

  /** The keys of its records, after the server's flight has arrived. */
  get recordKeys(): DirectionKeys | undefined {
    return this.#keys?.client;
  }

  /** Its Finished message, for a protected record. */
  get finished(): Buffer | undefined {
    return this.#finished;
  }

  /** Takes a datagram of the server, which does not divide its messages. */
  receive(datagram: Buffer): void {
    for (const record of readRecords(datagram)) {
      if (record.type !== HANDSHAKE) continue;
      if (record.epoch === 1) {
        const content = this.#keys && openRecord(record, this.#keys.server);
        if (content?.[0] === FINISHED) this.isConnected = true;
      } else if (this.messages.length === 0) {
        // A ServerHello starts a repeated flight.
        if (record.fragment[0] === SERVER_HELLO) this.#flight.length = 0;
        this.#flight.push(Buffer.from(record.fragment));
        if (record.fragment[0] === SERVER_HELLO_DONE) this.#answer();
      }
    }
  }

  #answer(): void {
    const exchange = bodyOf(this.#flight.find((message) => message[0] === SERVER_KEY_EXCHANGE));
    const serverHello = bodyOf(this.#flight.find((message) => message[0] === SERVER_HELLO));
    if (!exchange || !serverHello || this.hello.length < HEADER_LENGTH + 34) return;
    const random = (body: Buffer) => Buffer.from(body.subarray(2, 34));
    const randoms = { client: random(bodyOf(this.hello)!), server: random(serverHello) };
    const share = exchange.subarray(4, 4 + exchange[3]!);
    const { own, secret } = exchange.readUInt16BE(1) === X25519 ? x25519(share) : p256(share);
    this.#agreed = { secret, randoms, head: [this.hello, ...this.#flight] };
    const { certificate, key } = this.#identity;
    const messages = [
      handshakeMessage(CERTIFICATE, 1, vector(3, vector(3, certificate))),
      handshakeMessage(CLIENT_KEY_EXCHANGE, 2, vector(1, own)),
    ].map(this.#change);
    const signed = Buffer.concat([...this.#agreed.head, ...messages]);
    const algorithm = key.asymmetricKeyType === "rsa" ? 0x0401 : 0x0403;
    const proof = Buffer.concat([uint(algorithm, 2), vector(2, sign("sha256", signed, key))]);
    messages.push(this.#change(handshakeMessage(CERTIFICATE_VERIFY, 3, proof)));
    this.messages = messages;
    this.settleFor(messages);
  }

  /** Computes keys and Finished for these three messages, which another client may have made. */
  settleFor(messages: readonly Buffer[]): void {
    if (!this.#agreed) return;
    const { secret, randoms, head } = this.#agreed;
    const master = masterSecret(secret, Buffer.concat([...head, ...messages.slice(0, 2)]));
    this.#keys = recordKeys(master, randoms);
    this.srtp = srtpKeys(master, randoms);
    const transcript = Buffer.concat([...head, ...messages]);
    this.#finished = this.#change(handshakeMessage(FINISHED, 4, verifyData(master, "client", transcript)));
  }
}

/** The ClientHello with this body, but with a new client random. */
export function freshHello(body: Buffer): Buffer {
  const fresh = Buffer.from(body);
  if (fresh.length >= 34) randomBytes(32).copy(fresh, 2);
  return handshakeMessage(CLIENT_HELLO, 0, fresh);
}

function bodyOf(message: Buffer | undefined): Buffer | undefined {
  return message?.subarray(HEADER_LENGTH);
}

function x25519(share: Buffer) {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const der = Buffer.concat([X25519_PREFIX, share]);
  return {
    own: publicKey.export({ format: "der", type: "spki" }).subarray(X25519_PREFIX.length),
    secret: diffieHellman({
      privateKey,
      publicKey: createPublicKey({ key: der, format: "der", type: "spki" }),
    }),
  };
}

function p256(share: Buffer) {
  const ecdh = createECDH("prime256v1");
  return { own: ecdh.generateKeys(), secret: ecdh.computeSecret(share) };
}

/** Creates an identity with a P-256 key, as browsers have. */
export async function makeIdentity(): Promise<Identity> {
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    { hash: 4, signature: 3 },
    23,
  );
  return { certificate: new X509Certificate(certPem).raw, key: createPrivateKey(keyPem) };
}

/** Creates an identity with an RSA key of 2,048 bits. */
export async function makeRsaIdentity(): Promise<Identity> {
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey({
    hash: 4,
    signature: 1,
  });
  return { certificate: new X509Certificate(certPem).raw, key: createPrivateKey(keyPem) };
}
