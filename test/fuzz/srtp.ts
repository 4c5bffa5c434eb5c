import { CounterMode } from "../../server/media/secure/counter-mode.ts";
import { nearestIndex } from "../../server/media/secure/packet-index.ts";
import { SrtcpProtector } from "../../server/media/secure/srtcp.ts";
import {
  deriveSessionKeys,
  type MasterKey,
  type SessionKeys,
  TAG_LENGTH,
} from "../../server/media/secure/srtp-keys.ts";
import { readRtp } from "../../server/media/wire/rtp.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { mutate } from "./mutate.ts";

const SEQUENCE_AT = 2;
const SSRC_AT = 8;

/** Protects packets of any form with a peer's keys. */
export class HostileSrtp {
  readonly #rtp: SessionKeys;
  readonly #cipher: CounterMode;
  readonly #rtcp: SrtcpProtector;
  readonly #newest = new Map<number, number>();

  constructor(master: MasterKey) {
    this.#rtp = deriveSessionKeys(master, "rtp");
    this.#cipher = new CounterMode(this.#rtp);
    this.#rtcp = new SrtcpProtector(master);
  }

  /** Protects an RTP packet of any form, with a tag that the server accepts. */
  rtp(clear: Buffer): Buffer {
    const packet = readRtp(clear);
    const newest = packet && this.#newest.get(packet.ssrc);
    const index = packet
      ? newest === undefined
        ? packet.sequence
        : nearestIndex(packet.sequence, newest)
      : 0;
    if (packet) this.#newest.set(packet.ssrc, Math.max(index, newest ?? 0));
    const rollovers = Math.floor(index / 0x1_0000);
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32BE(rollovers);
    let body = clear;
    if (packet) {
      const low = ((rollovers << 16) | packet.sequence) >>> 0;
      const secret = this.#cipher.crypt(packet.ssrc, rollovers >>> 16, low, packet.payload);
      body = Buffer.concat([clear.subarray(0, clear.length - packet.payload.length), secret]);
    }
    return Buffer.concat([body, this.#rtp.auth.digest(body, trailer).subarray(0, TAG_LENGTH)]);
  }

  /** Protects an RTCP packet of any form. A packet of less than eight bytes is extended first. */
  rtcp(clear: Buffer): Buffer {
    return this.#rtcp.protect(clear.length < 8 ? Buffer.concat([clear, Buffer.alloc(8)]) : clear);
  }
}

/** The numbers that make a hostile packet plausible. */
export interface PacketContext {
  /** The peer's SSRC. */
  own: number;
  /** The server's SSRC towards the peer. */
  server: number;
  /** The peer's next sequence number. */
  sequence: number;
  payloadType: number;
}

/** A packet under a peer's valid keys, mutated before it is protected, and sometimes after that. */
export function hostilePacket(
  random: SeededRandom,
  corpus: readonly Buffer[],
  srtp: HostileSrtp,
  context: PacketContext,
): Buffer {
  const model = random.pick(corpus);
  const packet =
    random.below(6) === 0 ? Buffer.from(model) : mutate(random, model, corpus).subarray(0, 40_000);
  const isRtcp = packet.length >= 2 && packet[1]! >= 192 && packet[1]! <= 223;
  if (!isRtcp && packet.length >= 12 && random.below(8) > 0) {
    packet.writeUInt32BE(context.own, SSRC_AT);
    packet[1] = (packet[1]! & 0x80) | context.payloadType;
    if (random.below(4) > 0) packet.writeUInt16BE(context.sequence & 0xffff, SEQUENCE_AT);
  }
  // Reports and NACKs have the SSRC of the media that they refer to at the same offset.
  if (isRtcp && packet.length >= 12 && random.below(8) > 0) packet.writeUInt32BE(context.server, 8);
  // The entries of a FIR have it (RFC 5104 §4.3.1.1).
  if (isRtcp && packet.length >= 16 && packet[1] === 206 && random.below(4) > 0)
    packet.writeUInt32BE(context.server, (packet[0]! & 0x1f) === 4 ? 12 : 8);
  const secret = isRtcp ? srtp.rtcp(packet) : srtp.rtp(packet);
  return random.below(6) === 0 ? mutate(random, secret, corpus) : secret;
}
