import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { HmacSha1 } from "../../server/media/kernel/hmac.ts";
import type { MediaEngine } from "../../server/media/media-engine.ts";
import type { PeerId } from "../../server/media/model.ts";
import { SrtcpOpener } from "../../server/media/secure/srtcp.ts";
import { SrtpOpener } from "../../server/media/secure/srtp.ts";
import { type RtcpItem, readRtcp } from "../../server/media/wire/rtcp.ts";
import type { RtpPacket } from "../../server/media/wire/rtp.ts";
import { bindingSuccess, readBindingRequest } from "../../server/media/wire/stun.ts";
import { HostileSrtp } from "../fuzz/srtp.ts";
import { checksFor } from "./ice-checks.ts";
import { ICE_PASSWORD, offerSdp } from "./offers.ts";
import { PEER_FINGERPRINT, startDtls } from "./peer-dtls.ts";
import { chromiumOffer } from "./picture-offers.ts";

/** Interval of the connectivity checks until the first answer, ms. */
const CHECK_INTERVAL_MS = 50;
const CONNECT_TIMEOUT_MS = 8_000;
/** What the server may send late; wider than what it keeps. */
const LATE_MAX_PACKETS = 1_024;

const ownKey = new HmacSha1(Buffer.from(ICE_PASSWORD));

/** An RTP packet in the clear. `extension` is a transport-wide sequence number, as Chromium's id 3 has it. */
export function rtpPacket(fields: {
  ssrc: number;
  payloadType: number;
  sequence: number;
  timestamp: number;
  marker?: boolean;
  extension?: number;
  payload: Buffer;
}): Buffer {
  const header = Buffer.alloc(fields.extension === undefined ? 12 : 20);
  header[0] = fields.extension === undefined ? 0x80 : 0x90;
  header[1] = fields.payloadType | (fields.marker ? 0x80 : 0);
  header.writeUInt16BE(fields.sequence & 0xffff, 2);
  header.writeUInt32BE(fields.timestamp >>> 0, 4);
  header.writeUInt32BE(fields.ssrc, 8);
  if (fields.extension !== undefined) {
    header.writeUInt32BE(0xbede0001, 12);
    header[16] = (3 << 4) | 1;
    header.writeUInt16BE(fields.extension & 0xffff, 17);
  }
  return Buffer.concat([header, fields.payload]);
}

/** What a raw peer offers. */
interface RawOffer {
  /** Whether it has two video sections. Default: true. */
  hasVideo?: boolean;
  change?: (offer: string) => string;
}

/**
 * A browser's media side on a socket: real checks, a real handshake, and packets that tests write by hand. It
 * offers what Chromium offers, with two video sections or with none.
 */
export class RawPeer {
  readonly id: PeerId;
  readonly answer: string;
  /** Packets of RTP, opened, in the order of their arrival; repeated ones too. */
  readonly received: (RtpPacket & { index: number })[] = [];
  /** RTP datagrams as they came. */
  readonly datagrams: Buffer[] = [];
  /** Compound RTCP packets in the clear. */
  readonly reports: Buffer[] = [];
  readonly #socket: Socket;
  readonly #port: number;
  #outbound: HostileSrtp | undefined;

  private constructor(id: PeerId, answer: string, socket: Socket) {
    this.id = id;
    this.answer = answer;
    this.#socket = socket;
    this.#port = Number(/a=candidate:\S+ 1 udp \d+ \S+ (\d+)/i.exec(answer)?.[1]);
  }

  /** Offers to a media engine. Resolves when media can flow. */
  static connect(
    engine: MediaEngine,
    role: "host" | "listener",
    { wall = "WALL", ...options }: RawOffer & { wall?: string } = {},
  ): Promise<RawPeer> {
    return RawPeer.join(
      role,
      async (offer) =>
        role === "host" ? engine.publish(wall, { offer }, 20) : engine.subscribe(wall, { offer }),
      options,
    );
  }

  /**
   * Offers to whatever answers. Resolves when media can flow.
   * @param role `host` sends, `listener` receives
   */
  static async join(
    role: "host" | "listener",
    ask: (offer: string) => Promise<{ peer: PeerId; answer: string }>,
    { hasVideo = true, change = (offer) => offer }: RawOffer = {},
  ): Promise<RawPeer> {
    const direction = role === "host" ? "sendonly" : "recvonly";
    const offer = change(
      hasVideo
        ? chromiumOffer(role, PEER_FINGERPRINT)
        : offerSdp({ direction, fingerprint: `sha-256 ${PEER_FINGERPRINT}` }),
    );
    const { peer, answer } = await ask(offer);
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const raw = new RawPeer(peer, answer, socket);
    await raw.#connect();
    return raw;
  }

  /** SSRC of a layer, or of the song, in the server's answer to a listener. */
  ssrcOf(name: "song" | "high" | "low"): number {
    return Number(new RegExp(`a=msid:lightwall\\S* ${name}\\r\\na=ssrc:(\\d+)`).exec(this.answer)?.[1]);
  }

  /** Packets with an SSRC that have come so far. */
  of(ssrc: number): (RtpPacket & { index: number })[] {
    return this.received.filter((packet) => packet.ssrc === ssrc);
  }

  /** The parts of all RTCP packets that have come so far. */
  get items(): RtcpItem[] {
    return this.itemsFrom(0);
  }

  /** The parts of the RTCP packets from one on, in the order of their arrival. */
  itemsFrom(first: number): RtcpItem[] {
    return this.reports.slice(first).flatMap(readRtcp);
  }

  sendRtp(clear: Buffer): void {
    this.#send(this.#outbound!.rtp(clear));
  }

  sendRtcp(clear: Buffer): void {
    this.#send(this.#outbound!.rtcp(clear));
  }

  async close(): Promise<void> {
    this.#socket.close();
  }

  #send(datagram: Buffer): void {
    this.#socket.send(datagram, this.#port, "127.0.0.1");
  }

  async #connect(): Promise<void> {
    const check = checksFor(this.answer);
    this.#socket.on("message", (datagram) => {
      const request = datagram[0] === 0 ? readBindingRequest(datagram) : undefined;
      if (request) this.#send(bindingSuccess(request, ownKey, { address: "127.0.0.1", port: this.#port }));
    });
    const answered = once(this.#socket, "message", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    const asking = setInterval(() => this.#send(check()), CHECK_INTERVAL_MS);
    this.#send(check());
    await answered.finally(() => clearInterval(asking));
    const { dtls, connected } = startDtls({
      ...{ socket: this.#socket, port: this.#port },
      send: (datagram) => this.#send(datagram),
      receive: (datagram) => this.#receive(datagram),
    });
    await connected;
    const { localKey, localSalt, remoteKey, remoteSalt } = dtls.extractSessionKeys(16, 14);
    this.#outbound = new HostileSrtp({ key: localKey, salt: localSalt });
    this.#inbound = { key: remoteKey, salt: remoteSalt };
    this.#rtp = new SrtpOpener(this.#inbound, LATE_MAX_PACKETS);
    this.#rtcp = new SrtcpOpener(this.#inbound);
    for (const datagram of this.#early.splice(0)) this.#receive(datagram);
    // The server's media leg begins when its thread has the keys.
    await delay(50);
  }

  #inbound: { key: Buffer; salt: Buffer } | undefined;
  #rtp: SrtpOpener | undefined;
  #rtcp: SrtcpOpener | undefined;
  /** What has come before the keys. */
  readonly #early: Buffer[] = [];

  #receive(datagram: Buffer): void {
    if (!this.#rtp) {
      this.#early.push(datagram);
      return;
    }
    if (datagram[1]! >= 192 && datagram[1]! <= 223) {
      const report = this.#rtcp!.open(datagram);
      if (report) this.reports.push(report);
      return;
    }
    this.datagrams.push(datagram);
    const packet = this.#rtp.open(datagram);
    if (packet) this.received.push(packet);
  }
}
