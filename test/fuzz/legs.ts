import { randomBytes } from "node:crypto";
import { now } from "../../server/media/clock.ts";
import { Broadcast } from "../../server/media/fanout/broadcast.ts";
import type { PictureQueue } from "../../server/media/fanout/picture-queue.ts";
import { Pictures } from "../../server/media/fanout/pictures.ts";
import type { PictureSpec } from "../../server/media/model.ts";
import { Publisher } from "../../server/media/peer/publisher.ts";
import { Subscriber } from "../../server/media/peer/subscriber.ts";
import { Keys } from "../keystream/srtp.ts";
import { Catcher } from "../support/catcher.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { HostileSrtp, hostilePacket } from "./srtp.ts";
import type { Watch } from "./watch.ts";

/** Packets before the peers are replaced: as much RTCP as the server accepts from a peer at once. */
const PACKETS_PER_PEER = 100;
const PAYLOAD_TYPE = 111;
const TAG_BYTES = 10;
/** The streams of every peer: those of the host, and those that the server sends to each listener. */
const STREAMS = [
  { layer: undefined, own: 9, server: 5, payloadType: PAYLOAD_TYPE },
  { layer: "high", own: 19, server: 15, payloadType: 96 },
  { layer: "low", own: 29, server: 25, payloadType: 97 },
] as const;
const SERVER_SSRC = STREAMS[0].server;

/** The layers of a picture, with the SSRCs of the host or of the server. */
const pictureSpecs = (side: "own" | "server"): PictureSpec[] =>
  STREAMS.flatMap(({ layer, payloadType, [side]: ssrc }) =>
    layer ? { layer, payloadTypes: { VP8: payloadType }, ssrc } : [],
  );

const newMaster = () => ({ key: randomBytes(16), salt: randomBytes(14) });

/** Sends pictures at once, so that a fault has the input that causes it. */
const SENDS_AT_ONCE: Pick<PictureQueue, "add"> = { add: (packet) => packet.send() };

/**
 * The media legs of one broadcast: a hostile host and a hostile listener, and a bystander. The bystander is a
 * listener that must receive only authentic packets of its own stream.
 */
class Legs {
  readonly #broadcast = new Broadcast("WALL", undefined, () => {});
  readonly #pictures = new Pictures("WALL", undefined, SENDS_AT_ONCE, {
    keyframeWanted: () => {},
    wanted: () => {},
    flow: () => {},
    clock: () => {},
  });
  readonly #caught: Buffer[] = [];
  readonly #bystander: Subscriber;
  readonly #bystanderKeys: Keys;
  readonly #publisher: Publisher;
  readonly #subscriber: Subscriber;
  readonly #hostSrtp: HostileSrtp;
  readonly #listenerSrtp: HostileSrtp;
  /** Greatest index of the bystander's packets so far, by SSRC. */
  readonly #newest = new Map<number, number>();
  /** The host's next sequence number in each stream. */
  readonly #sequences = STREAMS.map(() => 0);

  constructor() {
    const [host, listener, bystander] = [newMaster(), newMaster(), newMaster()];
    const broadcast = this.#broadcast;
    const own = { ssrc: SERVER_SSRC, payloadType: PAYLOAD_TYPE, broadcast, send: () => {} };
    const pictures = { specs: pictureSpecs("server"), pictures: this.#pictures };
    this.#bystander = new Subscriber({
      ...own,
      pictures,
      inbound: newMaster(),
      outbound: bystander,
      destination: new Catcher(this.#caught),
    });
    this.#subscriber = new Subscriber({
      ...own,
      pictures,
      inbound: listener,
      outbound: newMaster(),
      destination: new Catcher([]),
    });
    this.#publisher = new Publisher({
      ...own,
      pictures: {
        specs: pictureSpecs("own"),
        pictures: this.#pictures,
        rateMax: Number.MAX_SAFE_INTEGER,
        transportFeedback: 3,
      },
      number: 1,
      rateMax: Number.MAX_SAFE_INTEGER,
      inbound: host,
      outbound: newMaster(),
    });
    this.#bystanderKeys = new Keys(bystander, 0);
    this.#hostSrtp = new HostileSrtp(host);
    this.#listenerSrtp = new HostileSrtp(listener);
  }

  /** Gives the server one hostile packet. */
  next(random: SeededRandom, corpus: readonly Buffer[], watch: Watch): void {
    const isHost = random.below(2) === 0;
    const n = random.below(STREAMS.length);
    const context = { ...STREAMS[n]!, sequence: this.#sequences[n]! };
    if (isHost) this.#sequences[n]! += 1 + (random.below(8) === 0 ? random.below(70) : 0);
    const packet = hostilePacket(random, corpus, isHost ? this.#hostSrtp : this.#listenerSrtp, context);
    this.take(packet, isHost, watch);
    if (random.below(64) === 0) watch.try([], () => this.#tick());
    if (random.below(8) === 0) watch.try([], () => this.#pictures.tick(now()));
  }

  /** Gives the server a packet of the corpus twice: protected by the host, and by the listener. */
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
    this.#pictures.close();
    this.#broadcast.close();
  }

  #tick(): void {
    const time = performance.now();
    this.#publisher.tick(time);
    this.#subscriber.tick(time);
    this.#subscriber.takeStats();
  }

  /** The fault of a packet for the bystander, if it has one. */
  #wrong(packet: Buffer): string | undefined {
    const sequence = packet.readUInt16BE(2);
    // Packets can be late, so the index is the nearest to the newest.
    const ssrc = packet.readUInt32BE(8);
    const newest = this.#newest.get(ssrc);
    const index =
      newest === undefined ? sequence : newest + (((sequence - newest + 0x8000) & 0xffff) - 0x8000);
    this.#newest.set(ssrc, Math.max(newest ?? 0, index));
    const body = packet.subarray(0, packet.length - TAG_BYTES);
    const tag = this.#bystanderKeys.tag(body, Math.floor(index / 0x1_0000));
    if (!tag.equals(packet.subarray(-TAG_BYTES))) return "a packet that is not authentic";
    const stream = STREAMS.find(({ server }) => server === ssrc);
    if (!stream || (packet[1]! & 0x7f) !== stream.payloadType) return "a packet of another stream";
    return undefined;
  }
}

/** Gives hostile RTP and RTCP under valid keys directly to the server's media legs. */
export async function fuzzLegs(random: SeededRandom, corpus: readonly Buffer[], watch: Watch): Promise<void> {
  while (!watch.isDone) {
    const legs = new Legs();
    for (let n = 0; n < PACKETS_PER_PEER && !watch.isDone; n++) {
      legs.next(random, corpus, watch);
    }
    legs.close();
    await watch.pause();
  }
}

/** Tries each packet of a corpus unchanged. */
export function replayLegs(corpus: readonly Buffer[], watch: Watch): void {
  const legs = new Legs();
  for (const clear of corpus) legs.replay(clear, watch);
  legs.close();
}
