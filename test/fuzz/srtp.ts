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
import { type Chance, mutate } from "./mutate.ts";

const SEQUENCE_AT = 2;
const SSRC_AT = 8;

/** Protects whatever it is given with a peer's own keys. */
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

  /** An RTP packet of any form, with the tag that the server expects of it. */
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

  /** An RTCP packet of any form; one of less than eight bytes can not be protected, and is made longer. */
  rtcp(clear: Buffer): Buffer {
    return this.#rtcp.protect(clear.length < 8 ? Buffer.concat([clear, Buffer.alloc(8)]) : clear);
  }
}

/** Who a hostile packet is about. */
export interface Aim {
  /** The SSRC that the peer sends with. */
  own: number;
  /** The server's towards it. */
  server: number;
  /** The peer's next sequence number. */
  sequence: number;
  payloadType: number;
}

/**
 * A packet of a peer whose keys are right, and what is in it is not: changed before it is protected, and now
 * and then after.
 */
export function hostilePacket(
  chance: Chance,
  corpus: readonly Buffer[],
  srtp: HostileSrtp,
  aim: Aim,
): Buffer {
  const model = chance.pick(corpus);
  const packet =
    chance.below(6) === 0 ? Buffer.from(model) : mutate(chance, model, corpus).subarray(0, 40_000);
  const isRtcp = packet.length >= 2 && packet[1]! >= 192 && packet[1]! <= 223;
  if (!isRtcp && packet.length >= 12 && chance.below(8) > 0) {
    packet.writeUInt32BE(aim.own, SSRC_AT);
    packet[1] = (packet[1]! & 0x80) | aim.payloadType;
    if (chance.below(4) > 0) packet.writeUInt16BE(aim.sequence & 0xffff, SEQUENCE_AT);
  }
  // Of reports and NACKs alike, whose stream they are about stands there.
  if (isRtcp && packet.length >= 12 && chance.below(8) > 0) packet.writeUInt32BE(aim.server, 8);
  const secret = isRtcp ? srtp.rtcp(packet) : srtp.rtp(packet);
  return chance.below(6) === 0 ? mutate(chance, secret, corpus) : secret;
}
