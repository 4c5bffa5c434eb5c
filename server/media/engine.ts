import { randomBytes, randomInt, randomUUID, X509Certificate } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Logger } from "pino";
import { CipherContext } from "werift";
import type { MediaAddress } from "../net/announced.ts";
import type { EngineEvents, MediaEngine, Offering } from "./media-engine.ts";
import type {
  BroadcastId, Fingerprint, PeerId, PeerSpec, PictureLayer, RelayWay, SubscriberStats,
} from "./model.ts"; // biome-ignore format: one import
import { certificateFingerprint } from "./secure/handshake.ts";
import type { MediaEvent, RelayThreadOptions } from "./threads/messages.ts";
import { Threads } from "./threads/threads.ts";
import { candidatesFor, type KnownAddresses } from "./wire/candidates.ts";
import { type AnswerParameters, writeAnswer } from "./wire/sdp-answer.ts";
import { type Offer, picturesIn, readOffer } from "./wire/sdp-offer.ts";

/*
 * The path of a host's packet to its listeners, through the modules of the engine:
 *
 * 1. `wire/port.ts` receives the datagram and tells STUN, DTLS and media apart by the first byte.
 * 2. `threads/media-thread.ts` finds the peer by the source address (`peer/address-table.ts`). If the peer is
 *    assigned to another thread, `peer/foreign-peers.ts` forwards the datagram there.
 * 3. `peer/publisher.ts` decrypts it with `secure/srtp.ts`, counts it, and requests packets that are missing.
 * 4. `fanout/broadcast.ts` numbers it (`fanout/numbering.ts`), keeps it for retransmission, and publishes it
 *    to the other media threads (`server/relay/relay.ts`), which number it anew for their own listeners.
 * 5. `fanout/bank.ts` encrypts it for all listeners of a bank, four at a time: `fanout/keystream.ts` has made
 *    the keystream ahead, and the kernel (`kernel/`) combines it with the payload and adds each
 *    authentication tag.
 * 6. `wire/outputs.ts` sends one datagram to each listener.
 *
 * Before that, `peer/ice-agent.ts` finds the peer's address, and the handshake thread (`threads/`) agrees the
 * keys with it (`secure/`). This file answers the offers and reports to the rooms.
 */

export interface EngineOptions {
  /** Address to bind; "0.0.0.0" or "::" means all. */
  host: string;
  /** UDP port, 0 for any. */
  port: number;
  /** The addresses that every answer offers as candidates now, best first. */
  announced(): readonly MediaAddress[];
  /**
   * The machine's own addresses now, offered as further candidates. An answer to a page from the internet
   * leaves out the private ones.
   */
  own?(): readonly string[];
  /** Media threads, 1 or more. */
  workers: number;
  /** What leads to other machines. Default: there are none. */
  relay?: Omit<RelayThreadOptions, "local"> | undefined;
  /** Most media accepted from one host, bytes per second. More is dropped. Default: no limit. */
  hostRateMax?: number;
  /** Most pictures accepted from one host, bytes per second; 0 for no pictures. Default: 4 Mb/s. */
  pictureRateMax?: number;
  log: Logger;
}

/**
 * Starts the media threads and waits until their port is bound.
 * @throws the system's error when the port cannot be bound, such as EADDRINUSE
 */
export async function createEngine(options: EngineOptions): Promise<MediaEngine> {
  // ECDSA with SHA-256 (4, 3: RFC 5246 §7.4.1.4.1) on P-256 (23: RFC 8422 §5.1.1): small, and fast to sign
  // with.
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    { hash: 4, signature: 3 },
    23,
  );
  const certificate = { certPem, keyPem };
  const ownFingerprint = {
    algorithm: "sha-256",
    value: certificateFingerprint(new X509Certificate(certificate.certPem).raw, "sha-256"),
  };
  const engine: ThreadedEngine = new ThreadedEngine(
    await Threads.open({
      ...options,
      certificate,
      handle: (event) => engine.handle(event),
      failed: (error) => engine.fail(error),
    }),
    options,
    ownFingerprint,
  );
  return engine;
}

/** Default of `pictureRateMax`: two layers of 720p, bytes per second. */
const PICTURE_RATE_MAX = 500_000;

/** Numbers of publishers between two generations: more offers than a machine answers in its life. */
const GENERATION_SIZE = 2 ** 32;

/** A peer, as the main thread keeps it. */
interface PeerRecord {
  broadcast: BroadcastId;
  role: PeerSpec["role"];
  connected: boolean;
  stats?: SubscriberStats;
}

class ThreadedEngine extends EventEmitter<EngineEvents> implements MediaEngine {
  readonly port: number;
  readonly #threads: Threads;
  readonly #addresses: () => KnownAddresses;
  readonly #log: Logger;
  readonly #fingerprint: Fingerprint;
  readonly #peers = new Map<PeerId, PeerRecord>();
  readonly #hostRateMax: number;
  readonly #pictureRateMax: number;
  /** The publisher of each broadcast's pictures, while any come. */
  readonly #pictured = new Map<BroadcastId, number>();
  #connecting = 0;
  #answered = 0;

  constructor(threads: Threads, options: EngineOptions, ownFingerprint: Fingerprint) {
    super();
    this.port = threads.port;
    this.#threads = threads;
    const { announced, own = () => [] } = options;
    this.#addresses = () => ({ announced: announced(), own: own(), port: threads.port });
    this.#hostRateMax = options.hostRateMax ?? Number.MAX_SAFE_INTEGER;
    this.#pictureRateMax = options.pictureRateMax ?? PICTURE_RATE_MAX;
    this.#log = options.log.child({ part: "media" });
    this.#fingerprint = ownFingerprint;
  }

  get silentThread(): string | undefined {
    return this.#threads.silent;
  }

  get connecting(): number {
    return this.#connecting;
  }

  publish(
    broadcast: BroadcastId,
    offering: Offering,
    packetTimeMs: number,
    generation = 0,
  ): { peer: PeerId; answer: string } {
    const offer = readOffer(offering.offer, "publish", this.#hasPictures(offering));
    for (const [peer, record] of this.#peers) {
      if (record.broadcast === broadcast && record.role === "publish") this.closePeer(peer, "replaced", true);
    }
    const spec = this.#expect(broadcast, "publish", offer, generation);
    return this.#answer(spec, offer, offering, { direction: "recvonly", packetTimeMs });
  }

  subscribe(broadcast: BroadcastId, offering: Offering): { peer: PeerId; answer: string } {
    const offer = readOffer(offering.offer, "subscribe", this.#hasPictures(offering));
    const spec = this.#expect(broadcast, "subscribe", offer);
    return this.#answer(spec, offer, offering, { direction: "sendonly", ssrc: spec.ssrc });
  }

  closePeer(peer: PeerId, reason: string, notify = false): void {
    if (this.#peers.has(peer)) this.#threads.send({ type: "close-peer", peer, reason, notify });
  }

  tap(broadcast: BroadcastId): void {
    this.#threads.sendToFirst({ type: "tap", broadcast, isOpen: true });
  }

  untap(broadcast: BroadcastId): void {
    this.#threads.sendToFirst({ type: "tap", broadcast, isOpen: false });
  }

  closeBroadcast(broadcast: BroadcastId): void {
    this.#threads.send({ type: "close-broadcast", broadcast });
  }

  requestKeyframe(broadcast: BroadcastId, layer: PictureLayer): void {
    this.#threads.send({ type: "keyframe-wanted", broadcast, layer });
  }

  relay(broadcast: BroadcastId, way: RelayWay): void {
    this.#threads.sendToRelay({ type: "relay", broadcast, way });
  }

  stats(peer: PeerId): SubscriberStats | undefined {
    return this.#peers.get(peer)?.stats;
  }

  close(): Promise<void> {
    this.emit("closed");
    return this.#threads.close();
  }

  /** Called when a thread has ended or hangs. */
  fail(error: Error): void {
    this.#log.fatal({ err: error }, "thread failed");
    this.emit("failed", error);
  }

  #hasPictures({ isWithoutPictures = false }: Offering): boolean {
    return this.#pictureRateMax > 0 && !isWithoutPictures;
  }

  #expect(broadcast: BroadcastId, role: PeerSpec["role"], offer: Offer, generation = 0): PeerSpec {
    const spec: PeerSpec = {
      id: randomUUID(),
      number: generation * GENERATION_SIZE + ++this.#answered,
      broadcast,
      role,
      // RFC 8445 §5.3: at least 24 and 128 random bits, in letters, digits, + and /.
      ufrag: randomBytes(6).toString("hex"),
      password: randomBytes(16).toString("hex"),
      remoteUfrag: offer.ufrag,
      remotePassword: offer.password,
      fingerprints: offer.fingerprints,
      payloadType: offer.payloadType,
      ssrc: randomInt(1, 2 ** 32),
      rateMax: this.#hostRateMax,
      ...picturesIn(offer, role),
      pictureRateMax: this.#pictureRateMax,
    };
    this.#peers.set(spec.id, { broadcast, role, connected: false });
    this.#connecting++;
    this.#threads.expect(spec);
    return spec;
  }

  #answer(
    { id, ufrag, password, pictures }: PeerSpec,
    offer: Offer,
    offering: Offering,
    media: AnswerParameters["media"],
  ): { peer: PeerId; answer: string } {
    const answer = writeAnswer(offer, {
      ufrag,
      password,
      fingerprint: this.#fingerprint,
      candidates: candidatesFor(offering, this.#addresses()),
      media,
      pictures,
    });
    return { peer: id, answer };
  }

  /** Handles an event of a media thread. */
  handle(event: MediaEvent): void {
    switch (event.type) {
      case "peer-connected": {
        const record = this.#peers.get(event.peer);
        if (!record || record.connected) return;
        record.connected = true;
        this.#connecting--;
        this.emit("peer-connected", record.broadcast, event.peer);
        return;
      }
      case "peer-closed": {
        const record = this.#peers.get(event.peer);
        // A peer that was never assigned is closed by every thread, and each of them reports it.
        if (!record) return;
        if (!record.connected) this.#connecting--;
        this.#peers.delete(event.peer);
        this.emit("peer-closed", record.broadcast, event.peer, event.reason);
        return;
      }
      case "stats":
        for (const [peer, stats] of event.stats) {
          const record = this.#peers.get(peer);
          if (record) record.stats = stats;
        }
        return;
      case "media-clock":
        this.emit("media-clock", event.broadcast, event.clocks);
        return;
      case "pictures": {
        const { broadcast, publisher, codec } = event;
        // Threads report on their own, so the end of a former publisher's pictures may come late.
        const current = this.#pictured.get(broadcast) ?? 0;
        if (publisher < current || (codec === undefined && publisher !== current)) return;
        if (codec === undefined) this.#pictured.delete(broadcast);
        else this.#pictured.set(broadcast, publisher);
        this.emit("pictures", broadcast, codec && { codec });
        return;
      }
      case "picture-clock":
        this.emit("picture-clock", event.broadcast, event.layer, event.reading);
        return;
      case "keyframe-wanted":
        this.emit("keyframe-wanted", event.broadcast, event.layer);
        return;
      case "frames":
        this.emit("frames", event.broadcast, event.frames);
        return;
      case "relayed":
        this.emit("relayed", event.counts);
        return;
      case "counted":
        this.emit("counted", event.counts);
        return;
      case "dropped":
        this.#log.warn(
          { direction: event.direction, count: event.count, lastError: event.lastError },
          "datagrams dropped",
        );
    }
  }
}
