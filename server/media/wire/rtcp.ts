import { PICTURE_FEEDBACK, type PictureFeedback, readPictureFeedback } from "./picture-feedback.ts";

/** One report block: a receiver's statistics of one stream (RFC 3550 §6.4.1). */
export interface ReportBlock {
  ssrc: number;
  /** Share of packets lost since the previous report, in 1/256. */
  fractionLost: number;
  /** Packets lost since the start, 24 bits. */
  lost: number;
  /** Highest sequence number received, with the number of rollovers in the upper 16 bits. */
  highest: number;
  /** Interarrival jitter in RTP clock units. */
  jitter: number;
  /** Middle 32 bits of the last sender report's NTP time, or 0. */
  lastSenderReport: number;
  /** Time since that report, in 1/65536 s. */
  delaySinceLast: number;
}

/**
 * The sequence numbers of the packets that a generic NACK requests (RFC 4585 §6.2.1). The NACK has pairs of a
 * sequence number and a mask for the next 16. A datagram can request 5,000 packets, so the numbers are read
 * one by one, and the reader can stop at any time.
 */
export class Losses implements Iterable<number> {
  readonly #pairs: Buffer;

  constructor(pairs: Buffer) {
    this.#pairs = pairs;
  }

  *[Symbol.iterator](): Generator<number, void, void> {
    for (let at = 0; at + 4 <= this.#pairs.length; at += 4) {
      const first = this.#pairs.readUInt16BE(at);
      yield first;
      for (let bit = 0, mask = this.#pairs.readUInt16BE(at + 2); mask !== 0; bit++, mask >>= 1) {
        if (mask & 1) yield (first + bit + 1) & 0xffff;
      }
    }
  }
}

/** The parts of a browser's RTCP that the server uses. */
export type RtcpItem =
  | { kind: "report"; block: ReportBlock }
  | { kind: "sender"; ssrc: number; ntp: { seconds: number; fraction: number }; rtpTime: number }
  | { kind: "nack"; ssrc: number; losses: Losses }
  | PictureFeedback;

// Packet types (RFC 3550 §12.1, RFC 4585 §6.1).
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const TRANSPORT_FEEDBACK = 205;
/** Feedback message type of transport feedback (RFC 4585 §6.2). */
const GENERIC_NACK = 1;
/** Bytes of a report block. */
const BLOCK_LENGTH = 24;

/** Packets of one compound packet that are read; browsers send up to five. */
const COMPOUND_PACKETS_MAX = 16;

/**
 * Reads a compound packet and skips the types that the server does not use. Reading ends at a malformed
 * packet, or after {@link COMPOUND_PACKETS_MAX} packets.
 */
export function readRtcp(data: Buffer): RtcpItem[] {
  const items: RtcpItem[] = [];
  for (let at = 0, n = 0; n < COMPOUND_PACKETS_MAX && at + 4 <= data.length && data[at]! >> 6 === 2; n++) {
    const end = at + 4 + data.readUInt16BE(at + 2) * 4;
    if (end > data.length) break;
    readPacket(data.subarray(at, end), items);
    at = end;
  }
  return items;
}

function readPacket(packet: Buffer, items: RtcpItem[]): void {
  const count = packet[0]! & 0x1f;
  switch (packet[1]) {
    case SENDER_REPORT:
      if (packet.length < 28) return;
      items.push({
        kind: "sender",
        ssrc: packet.readUInt32BE(4),
        ntp: { seconds: packet.readUInt32BE(8), fraction: packet.readUInt32BE(12) },
        rtpTime: packet.readUInt32BE(16),
      });
      readBlocks(packet.subarray(28), count, items);
      return;
    case RECEIVER_REPORT:
      readBlocks(packet.subarray(8), count, items);
      return;
    case TRANSPORT_FEEDBACK:
      if (count === GENERIC_NACK && packet.length >= 12) {
        items.push({ kind: "nack", ssrc: packet.readUInt32BE(8), losses: new Losses(packet.subarray(12)) });
      }
      return;
    case PICTURE_FEEDBACK:
      items.push(...readPictureFeedback(packet));
  }
}

function readBlocks(blocks: Buffer, count: number, items: RtcpItem[]): void {
  for (let n = 0, at = 0; n < count && at + BLOCK_LENGTH <= blocks.length; n++, at += BLOCK_LENGTH) {
    items.push({
      kind: "report",
      block: {
        ssrc: blocks.readUInt32BE(at),
        fractionLost: blocks[at + 4]!,
        lost: blocks.readUIntBE(at + 5, 3),
        highest: blocks.readUInt32BE(at + 8),
        jitter: blocks.readUInt32BE(at + 12),
        lastSenderReport: blocks.readUInt32BE(at + 16),
        delaySinceLast: blocks.readUInt32BE(at + 20),
      },
    });
  }
}

/** A sender report with the CNAME, which RFC 3550 §6.1 requires. */
export function writeSenderReport(report: {
  ssrc: number;
  ntp: { seconds: number; fraction: number };
  rtpTime: number;
  packets: number;
  octets: number;
}): Buffer {
  const data = Buffer.alloc(28 + DESCRIPTION_LENGTH);
  writeHeader(data, 0, 0, SENDER_REPORT, 28);
  data.writeUInt32BE(report.ssrc, 4);
  data.writeUInt32BE(report.ntp.seconds, 8);
  data.writeUInt32BE(report.ntp.fraction, 12);
  data.writeUInt32BE(report.rtpTime, 16);
  data.writeUInt32BE(report.packets >>> 0, 20);
  data.writeUInt32BE(report.octets >>> 0, 24);
  writeDescription(data, 28, report.ssrc);
  return data;
}

/** A receiver report with a block for each stream, 31 at most, and the CNAME. */
export function writeReceiverReport(ssrc: number, blocks: readonly ReportBlock[]): Buffer {
  const length = 8 + blocks.length * BLOCK_LENGTH;
  const data = Buffer.alloc(length + DESCRIPTION_LENGTH);
  writeHeader(data, 0, blocks.length, RECEIVER_REPORT, length);
  data.writeUInt32BE(ssrc, 4);
  blocks.forEach((block, n) => {
    writeBlock(data, 8 + n * BLOCK_LENGTH, block);
  });
  writeDescription(data, length, ssrc);
  return data;
}

function writeBlock(data: Buffer, at: number, block: ReportBlock): void {
  data.writeUInt32BE(block.ssrc, at);
  data[at + 4] = block.fractionLost;
  data.writeUIntBE(block.lost & 0xff_ffff, at + 5, 3);
  data.writeUInt32BE(block.highest >>> 0, at + 8);
  data.writeUInt32BE(block.jitter >>> 0, at + 12);
  data.writeUInt32BE(block.lastSenderReport, at + 16);
  data.writeUInt32BE(block.delaySinceLast >>> 0, at + 20);
}

/**
 * A generic NACK (RFC 4585 §6.2.1). It is sent alone, which reduced-size RTCP allows (RFC 5506).
 * @param sequences the missing sequence numbers in ascending order
 */
export function writeNack(ssrc: number, mediaSsrc: number, sequences: readonly number[]): Buffer {
  const pairs: [first: number, mask: number][] = [];
  for (const sequence of sequences) {
    const last = pairs.at(-1);
    const distance = last ? (sequence - last[0]) & 0xffff : 0;
    if (last && distance >= 1 && distance <= 16) last[1] |= 1 << (distance - 1);
    else pairs.push([sequence, 0]);
  }
  const data = Buffer.alloc(12 + pairs.length * 4);
  writeHeader(data, 0, GENERIC_NACK, TRANSPORT_FEEDBACK, data.length);
  data.writeUInt32BE(ssrc, 4);
  data.writeUInt32BE(mediaSsrc, 8);
  pairs.forEach(([first, mask], n) => {
    data.writeUInt16BE(first, 12 + n * 4);
    data.writeUInt16BE(mask, 14 + n * 4);
  });
  return data;
}

/** The server's canonical name (RFC 3550 §6.5.1), which its SDP answers have too. */
const CNAME = "lightwall";
/** Bytes of an SDES packet with this CNAME, padded to whole words (RFC 3550 §6.5). */
const DESCRIPTION_LENGTH = 8 + Math.ceil((2 + CNAME.length + 1) / 4) * 4;

function writeDescription(data: Buffer, at: number, ssrc: number): void {
  writeHeader(data, at, 1, DESCRIPTION, DESCRIPTION_LENGTH);
  data.writeUInt32BE(ssrc, at + 4);
  data[at + 8] = 1;
  data[at + 9] = CNAME.length;
  data.write(CNAME, at + 10, "latin1");
}

function writeHeader(data: Buffer, at: number, count: number, type: number, length: number): void {
  data[at] = 0x80 | count;
  data[at + 1] = type;
  data.writeUInt16BE(length / 4 - 1, at + 2);
}
