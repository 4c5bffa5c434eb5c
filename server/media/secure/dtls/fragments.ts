import { uint } from "./bytes.ts";

/** Handshake message types (RFC 5246 §7.4). */
export const CLIENT_HELLO = 1;
export const CERTIFICATE = 11;
export const CERTIFICATE_VERIFY = 15;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;

/**
 * Bytes of a handshake message's header: type, length, message number, fragment offset and length (RFC 6347
 * §4.2.2).
 */
export const MESSAGE_HEADER_LENGTH = 12;

/**
 * What a client of this server sends: by message number, the one type that may come, in which epoch, and how
 * long it may be in bytes. A ClientHello with a post-quantum key share has some 1,800 bytes, a certificate of
 * an RSA key of 4,096 bits some 1,500. Whatever else a message claims to be, it is not taken.
 */
const EXPECTED = [
  { type: CLIENT_HELLO, epoch: 0, lengthMax: 4096 },
  { type: CERTIFICATE, epoch: 0, lengthMax: 4096 },
  { type: CLIENT_KEY_EXCHANGE, epoch: 0, lengthMax: 256 },
  { type: CERTIFICATE_VERIFY, epoch: 0, lengthMax: 1024 },
  { type: FINISHED, epoch: 1, lengthMax: 12 },
] as const;

type ClientMessageType = (typeof EXPECTED)[number]["type"];

/** The number of a client's message of a type. */
function numberOf(type: ClientMessageType): number {
  return EXPECTED.findIndex((expected) => expected.type === type);
}

/** A message as it grows. */
interface Growing {
  /** The message with its header, as it counts for the transcript (RFC 6347 §4.2.6). */
  message: Buffer;
  /** 1 for each byte of the body that has come. */
  has: Uint8Array;
  missing: number;
}

/**
 * Puts a client's handshake messages together from fragments in any order. It holds what {@link EXPECTED}
 * allows and no more. Fragments are in the clear, so somebody else may have written one: a fragment that
 * contradicts what has come starts the message anew, as the client repeats its own until it is answered.
 * Whether it was the client who wrote a message, the proofs at the end of the handshake tell.
 */
export class Fragments {
  readonly #growing: (Growing | undefined)[] = [];

  /** Adds the fragments of one handshake record; what is not of this handshake, or malformed, is dropped. */
  add(content: Buffer, epoch: number): void {
    for (let at = 0; at + MESSAGE_HEADER_LENGTH <= content.length; ) {
      const bodyAt = at + MESSAGE_HEADER_LENGTH;
      const end = bodyAt + content.readUIntBE(at + 9, 3);
      if (end > content.length) return;
      this.#addOne(content.subarray(at, bodyAt), content.subarray(bodyAt, end), epoch);
      at = end;
    }
  }

  /** A whole message with its header; undefined until all of it has come. */
  message(type: ClientMessageType): Buffer | undefined {
    const growing = this.#growing[numberOf(type)];
    return growing?.missing === 0 ? growing.message : undefined;
  }

  /** A whole message, which is forgotten with this, so that it may come again. */
  take(type: ClientMessageType): Buffer | undefined {
    const message = this.message(type);
    if (message) this.#growing[numberOf(type)] = undefined;
    return message;
  }

  #addOne(header: Buffer, body: Buffer, epoch: number): void {
    const number = header.readUInt16BE(4);
    const length = header.readUIntBE(1, 3);
    const offset = header.readUIntBE(6, 3);
    const expected = EXPECTED[number];
    if (expected?.type !== header[0] || expected?.epoch !== epoch) return;
    if (length > expected.lengthMax || offset + body.length > length || body.length === 0) return;
    let growing = this.#growing[number];
    if (!growing || contradicts(growing, length, offset, body)) growing = start(header, length);
    this.#growing[number] = growing;
    body.copy(growing.message, MESSAGE_HEADER_LENGTH + offset);
    for (let n = offset; n < offset + body.length; n++) {
      growing.missing -= 1 - growing.has[n]!;
      growing.has[n] = 1;
    }
  }
}

function contradicts({ message, has }: Growing, length: number, offset: number, body: Buffer): boolean {
  const at = MESSAGE_HEADER_LENGTH + offset;
  return has.length !== length || body.some((byte, n) => has[offset + n] === 1 && message[at + n] !== byte);
}

function start(header: Buffer, length: number): Growing {
  const message = Buffer.alloc(MESSAGE_HEADER_LENGTH + length);
  writeMessageHeader(message, header[0]!, header.readUInt16BE(4));
  return { message, has: new Uint8Array(length), missing: length };
}

/** A whole handshake message: header and body. */
export function handshakeMessage(type: number, number: number, ...body: Uint8Array[]): Buffer {
  const message = Buffer.concat([Buffer.alloc(MESSAGE_HEADER_LENGTH), ...body]);
  writeMessageHeader(message, type, number);
  return message;
}

/** Writes the header of a message that is not divided (RFC 6347 §4.2.2). */
function writeMessageHeader(message: Buffer, type: number, number: number): void {
  const length = uint(message.length - MESSAGE_HEADER_LENGTH, 3);
  message[0] = type;
  length.copy(message, 1);
  message.writeUInt16BE(number, 4);
  length.copy(message, 9);
}
