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
  /** A view into the datagram. */
  payload: Buffer;
}

/** Reads a packet, and skips CSRCs and extensions; undefined if it is not RTP version 2 or is cut short. */
export function readRtp(data: Buffer): RtpPacket | undefined {
  if (data.length < RTP_HEADER_LENGTH || data[0]! >> 6 !== 2) return;
  let start = RTP_HEADER_LENGTH + (data[0]! & 0x0f) * 4;
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
    payload: data.subarray(start),
  };
}
