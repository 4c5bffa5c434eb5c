/** Bytes of the fixed RTP header, without CSRCs and extensions (RFC 3550 §5.1). */
export const RTP_HEADER_LENGTH = 12;

/** The fields of a received RTP packet. */
export interface RtpPacket {
  marker: boolean;
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Whether padding follows the payload; `payload` includes it. */
  padded: boolean;
  /** The header extension with its profile and length (RFC 8285 §4.1), a view into the datagram. */
  extension?: Buffer | undefined;
  /** A view into the datagram. */
  payload: Buffer;
}

/** Reads a packet, and skips CSRCs and extensions; undefined if it is not RTP version 2 or is cut short. */
export function readRtp(data: Buffer): RtpPacket | undefined {
  if (data.length < RTP_HEADER_LENGTH || data[0]! >> 6 !== 2) return;
  let start = RTP_HEADER_LENGTH + (data[0]! & 0x0f) * 4;
  const extensionAt = start;
  if (data[0]! & 0x10) {
    if (data.length < start + 4) return;
    start += 4 + data.readUInt16BE(start + 2) * 4;
  }
  if (start > data.length) return;
  return {
    marker: data[1]! >= 0x80,
    payloadType: data[1]! & 0x7f,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    padded: (data[0]! & 0x20) !== 0,
    extension: start > extensionAt ? data.subarray(extensionAt, start) : undefined,
    payload: data.subarray(start),
  };
}

/** Profile of extension headers of one byte (RFC 8285 §4.2). */
const ONE_BYTE_PROFILE = 0xbede;

/** The 16 bits of an element of a header extension; undefined if there is no such element. */
export function readExtension16(extension: Buffer, id: number): number | undefined {
  if (extension.readUInt16BE(0) !== ONE_BYTE_PROFILE) return;
  for (let at = 4; at < extension.length; ) {
    const found = extension[at]! >> 4;
    const length = (extension[at]! & 0x0f) + 1;
    if (found === id)
      return length === 2 && at + 2 < extension.length ? extension.readUInt16BE(at + 1) : undefined;
    // A byte of zero is padding, and id 15 ends the elements.
    if (found === 15) return;
    at += extension[at] === 0 ? 1 : 1 + length;
  }
  return;
}
