import { uint } from "./bytes.ts";

// Types of handshake messages (RFC 5246 §7.4).
export const CLIENT_HELLO = 1;
export const CERTIFICATE = 11;
export const CERTIFICATE_VERIFY = 15;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;

/**
 * Bytes of a handshake message's header: type, length, message number, fragment offset, fragment length (RFC
 * 6347 §4.2.2).
 */
export const MESSAGE_HEADER_LENGTH = 12;

/**
 * The messages that a client sends to this server, by message number: type, epoch, and maximum length in
 * bytes. All others are dropped. A ClientHello with a post-quantum key share has about 1,800 bytes, and a
 * certificate with an RSA key of 4,096 bits about 1,500.
 */
const EXPECTED = [
  { type: CLIENT_HELLO, epoch: 0, lengthMax: 4096 },
  { type: CERTIFICATE, epoch: 0, lengthMax: 4096 },
  { type: CLIENT_KEY_EXCHANGE, epoch: 0, lengthMax: 256 },
  { type: CERTIFICATE_VERIFY, epoch: 0, lengthMax: 1024 },
  { type: FINISHED, epoch: 1, lengthMax: 12 },
] as const;

type ClientMessageType = (typeof EXPECTED)[number]["type"];

/** The message number of a type of client message. */
function numberOf(type: ClientMessageType): number {
  return EXPECTED.findIndex((expected) => expected.type === type);
}

/** A message of which some fragments have arrived. */
interface PartialMessage {
  /** The message with the header of an undivided message, as the transcript has it (RFC 6347 §4.2.6). */
  message: Buffer;
  /** 1 for each byte of the body that has arrived. */
  received: Uint8Array;
  /** Bytes of the body that have not arrived. */
  missing: number;
}

/**
 * Assembles a client's handshake messages from fragments in any order. The limits of {@link EXPECTED} bound
 * its memory. Fragments are not authenticated, so an attacker may have forged some. A fragment that
 * contradicts earlier ones therefore discards them and starts the message again; the client repeats its own
 * fragments until the server answers. The client's authentication at the end of the handshake covers all
 * messages.
 */
export class Fragments {
  readonly #partial: (PartialMessage | undefined)[] = [];

  /** Adds the fragments of one handshake record. Malformed and unexpected fragments are dropped. */
  add(content: Buffer, epoch: number): void {
    for (let at = 0; at + MESSAGE_HEADER_LENGTH <= content.length; ) {
      const bodyAt = at + MESSAGE_HEADER_LENGTH;
      const end = bodyAt + content.readUIntBE(at + 9, 3);
      if (end > content.length) return;
      this.#addOne(content.subarray(at, bodyAt), content.subarray(bodyAt, end), epoch);
      at = end;
    }
  }

  /** A whole message with its header; undefined until all of it has arrived. */
  message(type: ClientMessageType): Buffer | undefined {
    const partial = this.#partial[numberOf(type)];
    return partial?.missing === 0 ? partial.message : undefined;
  }

  /** Like {@link message}, but also removes the message, so that it can be received again. */
  take(type: ClientMessageType): Buffer | undefined {
    const message = this.message(type);
    if (message) this.#partial[numberOf(type)] = undefined;
    return message;
  }

  #addOne(header: Buffer, body: Buffer, epoch: number): void {
    const number = header.readUInt16BE(4);
    const length = header.readUIntBE(1, 3);
    const offset = header.readUIntBE(6, 3);
    const expected = EXPECTED[number];
    if (expected?.type !== header[0] || expected?.epoch !== epoch) return;
    if (length > expected.lengthMax || offset + body.length > length || body.length === 0) return;
    let partial = this.#partial[number];
    if (!partial || contradicts(partial, length, offset, body)) partial = start(header, length);
    this.#partial[number] = partial;
    body.copy(partial.message, MESSAGE_HEADER_LENGTH + offset);
    for (let n = offset; n < offset + body.length; n++) {
      partial.missing -= 1 - partial.received[n]!;
      partial.received[n] = 1;
    }
  }
}

/** Whether a fragment has another message length, or other bytes, than the fragments before it. */
function contradicts(
  { message, received }: PartialMessage,
  length: number,
  offset: number,
  body: Buffer,
): boolean {
  if (received.length !== length) return true;
  const at = MESSAGE_HEADER_LENGTH + offset;
  return body.some((byte, n) => received[offset + n] === 1 && message[at + n] !== byte);
}

function start(header: Buffer, length: number): PartialMessage {
  const message = Buffer.alloc(MESSAGE_HEADER_LENGTH + length);
  writeMessageHeader(message, header[0]!, header.readUInt16BE(4));
  return { message, received: new Uint8Array(length), missing: length };
}

/** An undivided handshake message: header and body. */
export function handshakeMessage(type: number, number: number, ...body: Uint8Array[]): Buffer {
  const message = Buffer.concat([Buffer.alloc(MESSAGE_HEADER_LENGTH), ...body]);
  writeMessageHeader(message, type, number);
  return message;
}

/** Writes the header of an undivided message (RFC 6347 §4.2.2). */
function writeMessageHeader(message: Buffer, type: number, number: number): void {
  const length = uint(message.length - MESSAGE_HEADER_LENGTH, 3);
  message[0] = type;
  length.copy(message, 1);
  message.writeUInt16BE(number, 4);
  length.copy(message, 9);
}
