/** Feedback about pictures, in RTCP packets of the payload-specific type (RFC 4585 §6.3, RFC 5104 §4.3). */
export type PictureFeedback =
  /** A key frame is requested, by PLI or FIR. */
  | { kind: "keyframe"; ssrc: number }
  /** The receiver's estimate of the rate that it can receive (REMB, draft-alvestrand-rmcat-remb-03 §2.2). */
  | { kind: "estimate"; bitsPerSecond: number };

/** Packet type of payload-specific feedback (RFC 4585 §6.1). */
export const PICTURE_FEEDBACK = 206;
// Feedback message types (RFC 4585 §6.3, RFC 5104 §4.3).
const PLI = 1;
const FIR = 4;
const APPLICATION = 15;
/** Four letters that tell REMB from other messages of applications. */
const REMB = 0x52454d42;
/** Entries of one FIR that are read. A listener has two streams. */
const ENTRIES_MAX = 2;

/** Reads one packet of type {@link PICTURE_FEEDBACK}. */
export function readPictureFeedback(packet: Buffer): PictureFeedback[] {
  if (packet.length < 12) return [];
  switch (packet[0]! & 0x1f) {
    case PLI:
      return [{ kind: "keyframe", ssrc: packet.readUInt32BE(8) }];
    case FIR: {
      const entries: PictureFeedback[] = [];
      for (let at = 12; at + 8 <= packet.length && entries.length < ENTRIES_MAX; at += 8)
        entries.push({ kind: "keyframe", ssrc: packet.readUInt32BE(at) });
      return entries;
    }
    case APPLICATION: {
      if (packet.length < 20 || packet.readUInt32BE(12) !== REMB) return [];
      const exponent = packet[17]! >> 2;
      const mantissa = ((packet[17]! & 0x03) << 16) | packet.readUInt16BE(18);
      return [{ kind: "estimate", bitsPerSecond: mantissa * 2 ** exponent }];
    }
    default:
      return [];
  }
}

/** A request for a key frame (PLI), sent alone, which reduced-size RTCP allows (RFC 5506). */
export function writePli(ssrc: number, mediaSsrc: number): Buffer {
  const data = Buffer.alloc(12);
  writeHeader(data, PLI);
  data.writeUInt32BE(ssrc, 4);
  data.writeUInt32BE(mediaSsrc, 8);
  return data;
}

/** Greatest mantissa of REMB: 18 bits. */
const MANTISSA_MAX = 2 ** 18 - 1;

/** The rate that the receiver allows for these streams together (REMB). */
export function writeRemb(ssrc: number, bitsPerSecond: number, mediaSsrcs: readonly number[]): Buffer {
  const data = Buffer.alloc(20 + mediaSsrcs.length * 4);
  writeHeader(data, APPLICATION);
  data.writeUInt32BE(ssrc, 4);
  data.writeUInt32BE(REMB, 12);
  let [exponent, mantissa] = [0, Math.floor(bitsPerSecond)];
  for (; mantissa > MANTISSA_MAX; exponent++) mantissa = Math.floor(mantissa / 2);
  data[16] = mediaSsrcs.length;
  data[17] = (exponent << 2) | (mantissa >> 16);
  data.writeUInt16BE(mantissa & 0xffff, 18);
  mediaSsrcs.forEach((one, n) => {
    data.writeUInt32BE(one, 20 + n * 4);
  });
  return data;
}

function writeHeader(data: Buffer, type: number): void {
  data[0] = 0x80 | type;
  data[1] = PICTURE_FEEDBACK;
  data.writeUInt16BE(data.length / 4 - 1, 2);
}
