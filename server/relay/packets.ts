import type { RelayedPacket } from "./relay.ts";

/** Version of this form. A node ignores packets of other versions. */
const VERSION = 1;
/** Bit of the second byte: the RTP marker. */
const MARKER = 1;
/** The codec of a picture, from the second bit of that byte on; 0 for sound. */
const CODECS = [undefined, "VP8", "H264"] as const;
/** Bytes before the payload. */
const HEADER_BYTES = 28;
/** Longest payload that is accepted, bytes: more fits in no datagram of a host. */
export const PAYLOAD_MAX = 1_500;
/** Values above this are no whole numbers of JavaScript any more. */
const WHOLE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/*
 * A packet between machines, all numbers big-endian:
 *
 *     0   version
 *     1   marker and codec
 *     2   publisher, 64 bits
 *    10   SSRC, 32 bits
 *    14   index, 64 bits
 *    22   RTP time, 32 bits
 *    26   length of the payload, 16 bits
 *    28   payload
 */

/** Encodes a packet for another machine. */
export function encodePacket(packet: RelayedPacket): Buffer {
  const { publisher, ssrc, index, timestamp, marker, codec, payload } = packet;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes[0] = VERSION;
  bytes[1] = (marker ? MARKER : 0) | (CODECS.indexOf(codec) << 1);
  bytes.writeBigUInt64BE(BigInt(publisher), 2);
  bytes.writeUInt32BE(ssrc, 10);
  bytes.writeBigUInt64BE(BigInt(index), 14);
  bytes.writeUInt32BE(timestamp, 22);
  bytes.writeUInt16BE(payload.length, 26);
  payload.copy(bytes, HEADER_BYTES);
  return bytes;
}

/** Decodes a packet of another machine; undefined if it is none. The payload shares the memory of `bytes`. */
export function decodePacket(bytes: Buffer): RelayedPacket | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION || bytes[1]! >> 1 >= CODECS.length) return;
  const codec = CODECS[bytes[1]! >> 1];
  const length = bytes.readUInt16BE(26);
  const [publisher, index] = [bytes.readBigUInt64BE(2), bytes.readBigUInt64BE(14)];
  if (length > PAYLOAD_MAX || length !== bytes.length - HEADER_BYTES) return;
  // Packets of pictures may be empty: padding has numbers too.
  if (length === 0 && !codec) return;
  if (publisher > WHOLE_MAX || index > WHOLE_MAX) return;
  return {
    publisher: Number(publisher),
    ssrc: bytes.readUInt32BE(10),
    index: Number(index),
    timestamp: bytes.readUInt32BE(22),
    marker: (bytes[1]! & MARKER) !== 0,
    ...(codec && { codec }),
    payload: bytes.subarray(HEADER_BYTES),
  };
}

/** Packets of a stream that a machine has missed: from the first index up to and with the last. */
export interface Gap {
  readonly publisher: number;
  readonly ssrc: number;
  readonly first: number;
  readonly last: number;
}

/** Most packets that are asked for at once. */
export const GAP_MAX = 64;
/** Bytes of a request for missing packets. */
const GAP_BYTES = 23;

/** Encodes a request for missing packets: version, publisher, SSRC, first index, and how many. */
export function encodeGap({ publisher, ssrc, first, last }: Gap): Buffer {
  const bytes = Buffer.alloc(GAP_BYTES);
  bytes[0] = VERSION;
  bytes.writeBigUInt64BE(BigInt(publisher), 1);
  bytes.writeUInt32BE(ssrc, 9);
  bytes.writeBigUInt64BE(BigInt(first), 13);
  bytes.writeUInt16BE(last - first + 1, 21);
  return bytes;
}

/** Decodes a request for missing packets; undefined if it is none. */
export function decodeGap(bytes: Buffer): Gap | undefined {
  if (bytes.length !== GAP_BYTES || bytes[0] !== VERSION) return;
  const [publisher, first, count] = [
    bytes.readBigUInt64BE(1),
    bytes.readBigUInt64BE(13),
    bytes.readUInt16BE(21),
  ];
  if (publisher > WHOLE_MAX || first > WHOLE_MAX || count === 0 || count > GAP_MAX) return;
  return {
    publisher: Number(publisher),
    ssrc: bytes.readUInt32BE(9),
    first: Number(first),
    last: Number(first) + count - 1,
  };
}
