import { randomBytes } from "node:crypto";
import { Broadcast } from "../../server/media/fanout/broadcast.ts";
import { Publisher } from "../../server/media/peer/publisher.ts";
import { Subscriber } from "../../server/media/peer/subscriber.ts";
import { Keys } from "../keystream/srtp.ts";
import { Catcher } from "../support/catcher.ts";
import type { Chance } from "./mutate.ts";
import { HostileSrtp, hostilePacket } from "./srtp.ts";
import type { Watch } from "./watch.ts";

/** Packets of one leg until another takes its place: as much RTCP as the server takes from a peer at once. */
const LIFE = 100;
const PAYLOAD_TYPE = 111;
const TAG = 10;
const SERVER_SSRC = 5;

const master = () => ({ key: randomBytes(16), salt: randomBytes(14) });

/**
 * A host and a listener that mean no good, in one broadcast, beside a listener that must get nothing but
 * packets that are authentic and numbered without gaps.
 */
class Stage {
  readonly #broadcast = new Broadcast("WALL", undefined, () => {});
  readonly #caught: Buffer[] = [];
  readonly #bystander: Subscriber;
  readonly #bystanderKeys: Keys;
  readonly #publisher: Publisher;
  readonly #subscriber: Subscriber;
  readonly #hostSrtp: HostileSrtp;
  readonly #listenerSrtp: HostileSrtp;
  /** The bystander's newest packet, and one more. */
  #next: number | undefined;
  #sequence = 0;

  constructor() {
    const [host, listener, bystander] = [master(), master(), master()];
    const broadcast = this.#broadcast;
    const own = { ssrc: SERVER_SSRC, payloadType: PAYLOAD_TYPE, broadcast, send: () => {} };
    this.#bystander = new Subscriber({
      ...own,
      inbound: master(),
      outbound: bystander,
      destination: new Catcher(this.#caught),
    });
    this.#subscriber = new Subscriber({
      ...own,
      inbound: listener,
      outbound: master(),
      destination: new Catcher([]),
    });
    this.#publisher = new Publisher({
      ...own,
      number: 1,
      rateMax: Number.MAX_SAFE_INTEGER,
      inbound: host,
      outbound: master(),
    });
    this.#bystanderKeys = new Keys(bystander, 0);
    this.#hostSrtp = new HostileSrtp(host);
    this.#listenerSrtp = new HostileSrtp(listener);
  }

  next(chance: Chance, corpus: readonly Buffer[], watch: Watch): void {
    const isHost = chance.below(2) === 0;
    const aim = { own: 9, server: SERVER_SSRC, sequence: this.#sequence, payloadType: PAYLOAD_TYPE };
    if (isHost) this.#sequence += 1 + (chance.below(8) === 0 ? chance.below(70) : 0);
    const packet = hostilePacket(chance, corpus, isHost ? this.#hostSrtp : this.#listenerSrtp, aim);
    this.take(packet, isHost, watch);
    if (chance.below(64) === 0) watch.try([], () => this.#tick());
  }

  /** Gives a clear packet to both legs, protected. */
  replay(clear: Buffer, watch: Watch): void {
    for (const isHost of [true, false]) {
      const srtp = isHost ? this.#hostSrtp : this.#listenerSrtp;
      const isRtcp = clear.length >= 2 && clear[1]! >= 192 && clear[1]! <= 223;
      this.take(isRtcp ? srtp.rtcp(clear) : srtp.rtp(clear), isHost, watch);
    }
    watch.try([clear], () => this.#tick());
  }

  take(packet: Buffer, isHost: boolean, watch: Watch): void {
    watch.try([packet], () => {
      if (packet.length < 2) return;
      const isRtcp = packet[1]! >= 192 && packet[1]! <= 223;
      const leg = isHost ? this.#publisher : this.#subscriber;
      if (isRtcp) leg.receiveRtcp(packet);
      else if (isHost) this.#publisher.receiveRtp(packet);
    });
    for (const sent of this.#caught.splice(0)) {
      const wrong = this.#wrong(sent);
      if (wrong) watch.fault(`a bystander gets ${wrong}`, [packet]);
    }
  }

  close(): void {
    this.#publisher.close();
    this.#subscriber.close();
    this.#bystander.close();
    this.#broadcast.close();
  }

  #tick(): void {
    const time = performance.now();
    this.#publisher.tick(time);
    this.#subscriber.tick(time);
    this.#subscriber.takeStats();
  }

  /** What is wrong with a packet for the bystander. */
  #wrong(packet: Buffer): string | undefined {
    const sequence = packet.readUInt16BE(2);
    // A packet of a host that comes late is sent late; what a listener has got it must never get again.
    const index =
      this.#next === undefined
        ? sequence
        : this.#next + (((sequence - this.#next + 0x8000) & 0xffff) - 0x8000);
    this.#next = Math.max(this.#next ?? 0, index);
    const body = packet.subarray(0, packet.length - TAG);
    const tag = this.#bystanderKeys.tag(body, Math.floor(index / 0x1_0000));
    if (!tag.equals(packet.subarray(-TAG))) return "a packet that is not authentic";
    if ((packet[1]! & 0x7f) !== PAYLOAD_TYPE || packet.readUInt32BE(8) !== SERVER_SSRC)
      return "a packet of another stream";
    return undefined;
  }
}

/** RTP and RTCP of a host and a listener under keys that are right, straight to the server's legs. */
export async function fuzzLegs(chance: Chance, corpus: readonly Buffer[], watch: Watch): Promise<void> {
  while (!watch.isDone) {
    const stage = new Stage();
    for (let n = 0; n < LIFE && !watch.isDone; n++) {
      stage.next(chance, corpus, watch);
    }
    stage.close();
    await watch.breathe();
  }
}

/** Tries each packet of a corpus as it is. */
export function replayLegs(corpus: readonly Buffer[], watch: Watch): void {
  const stage = new Stage();
  for (const clear of corpus) stage.replay(clear, watch);
  stage.close();
}
