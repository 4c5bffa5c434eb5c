import { randomBytes, randomInt, randomUUID, X509Certificate } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Logger } from "pino";
import { CipherContext } from "werift";
import { isPrivate } from "../net/address.ts";
import type { Counts } from "./counters.ts";
import type { MediaClocks } from "./fanout/media-clock.ts";
import type { BroadcastId, Fingerprint, PeerId, PeerSpec, SubscriberStats } from "./model.ts";
import { certificateFingerprint } from "./secure/handshake.ts";
import type { ThreadEvent } from "./threads/messages.ts";
import { Threads } from "./threads/threads.ts";
import { type AnswerParameters, type Offer, readOffer, writeAnswer } from "./wire/sdp.ts";

export interface EngineEvents {
  /** The peer's DTLS is up and media flows. */
  "peer-connected": [broadcast: BroadcastId, peer: PeerId];
  /** The peer is gone and freed; also after `closePeer`. `reason` is one short word group for logs. */
  "peer-closed": [broadcast: BroadcastId, peer: PeerId, reason: string];
  /** A broadcast's time is known, or has moved. */
  "media-clock": [broadcast: BroadcastId, clocks: MediaClocks];
  /** What a media thread has done since it last told. */
  counted: [counts: Counts];
  /** A thread has ended or hangs, which the message names; the server can not go on. */
  failed: [error: Error];
}

/** Who offers, and the server's address that its page reached: the best candidate there is. */
export interface Offering {
  offer: string;
  localAddress?: string | undefined;
}

/**
 * The media side of the server as rooms see it. Offers are read and answered at once, without
 * waiting for the network; everything after that is told by events.
 */
export interface MediaEngine extends EventEmitter<EngineEvents> {
  /** The UDP port that is bound. */
  readonly port: number;
  /** Name of a thread that has not answered for a few seconds, and soon is given up; undefined if all do. */
  readonly silentThread: string | undefined;
  /** Peers that have been answered and are not connected yet. */
  readonly connecting: number;
  /**
   * Answers the host's offer. A broadcast has one publisher: an earlier one is closed, and what
   * subscribers receive goes on in one continuous stream. The host is asked for packets of `packetTimeMs`.
   * @throws LightwallError `offer-invalid` | `offer-no-audio`
   */
  publish(broadcast: BroadcastId, offering: Offering, packetTimeMs: number): { peer: PeerId; answer: string };
  /**
   * Answers a listener's offer. The broadcast need not have a publisher yet.
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends`
   */
  subscribe(broadcast: BroadcastId, offering: Offering): { peer: PeerId; answer: string };
  /** Closes one peer and frees it. Unknown peers are ignored. */
  closePeer(peer: PeerId, reason: string): void;
  /** Closes every peer of a broadcast and forgets it. */
  closeBroadcast(broadcast: BroadcastId): void;
  /** The last known figures of one subscriber, or undefined before its first report. */
  stats(peer: PeerId): SubscriberStats | undefined;
  /** Closes all peers and the UDP port. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Address to bind; "0.0.0.0" or "::" for all. */
  host: string;
  /** UDP port, 0 for any. */
  port: number;
  /** Addresses for candidates, best first. */
  announced: readonly string[];
  /**
   * More of them: the machine's own. Of these, a page that reached a public address of the server gets no
   * private ones.
   */
  own?: readonly string[];
  /** Media threads, 1 or more. */
  workers: number;
  /** Most media taken from one host, bytes a second; what is beyond is dropped. Without it, any amount. */
  hostRateMax?: number;
  log: Logger;
}

/**
 * Starts the media threads and waits until their port is bound.
 * @throws the system's error when the port can not be bound, such as EADDRINUSE
 */
export async function createEngine(options: EngineOptions): Promise<MediaEngine> {
  // SHA-256 with ECDSA, whose key werift makes on P-256: small and quick to sign with.
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    { hash: 4, signature: 3 },
    23,
  );
  const certificate = { certPem, keyPem };
  const own = {
    algorithm: "sha-256",
    value: certificateFingerprint(new X509Certificate(certificate.certPem).raw, "sha-256"),
  };
  const engine: ThreadedEngine = new ThreadedEngine(
    await Threads.open({
      ...options,
      certificate,
      hear: (event) => engine.hear(event),
      failed: (error) => engine.fail(error),
    }),
    options,
    own,
  );
  return engine;
}

/** What the main thread keeps of a peer. */
interface PeerRecord {
  broadcast: BroadcastId;
  role: PeerSpec["role"];
  connected: boolean;
  stats?: SubscriberStats;
}

class ThreadedEngine extends EventEmitter<EngineEvents> implements MediaEngine {
  readonly port: number;
  readonly #threads: Threads;
  readonly #announced: readonly string[];
  readonly #own: readonly string[];
  readonly #log: Logger;
  readonly #fingerprint: Fingerprint;
  readonly #peers = new Map<PeerId, PeerRecord>();
  readonly #hostRateMax: number;
  #connecting = 0;
  #answered = 0;

  constructor(threads: Threads, options: EngineOptions, own: Fingerprint) {
    super();
    this.port = threads.port;
    this.#threads = threads;
    this.#announced = options.announced;
    this.#own = options.own ?? [];
    this.#hostRateMax = options.hostRateMax ?? Number.MAX_SAFE_INTEGER;
    this.#log = options.log.child({ part: "media" });
    this.#fingerprint = own;
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
  ): { peer: PeerId; answer: string } {
    const offer = readOffer(offering.offer, "publish");
    for (const [peer, record] of this.#peers) {
      if (record.broadcast === broadcast && record.role === "publish") this.closePeer(peer, "replaced");
    }
    const spec = this.#expect(broadcast, "publish", offer);
    return this.#answer(spec, offer, offering, { direction: "recvonly", packetTimeMs });
  }

  subscribe(broadcast: BroadcastId, offering: Offering): { peer: PeerId; answer: string } {
    const offer = readOffer(offering.offer, "subscribe");
    const spec = this.#expect(broadcast, "subscribe", offer);
    return this.#answer(spec, offer, offering, { direction: "sendonly", ssrc: spec.ssrc });
  }

  closePeer(peer: PeerId, reason: string): void {
    if (this.#peers.has(peer)) this.#threads.tell({ type: "close-peer", peer, reason });
  }

  closeBroadcast(broadcast: BroadcastId): void {
    this.#threads.tell({ type: "close-broadcast", broadcast });
  }

  stats(peer: PeerId): SubscriberStats | undefined {
    return this.#peers.get(peer)?.stats;
  }

  close(): Promise<void> {
    return this.#threads.close();
  }

  /** A thread has ended or hangs. */
  fail(error: Error): void {
    this.#log.fatal({ err: error }, "thread failed");
    this.emit("failed", error);
  }

  #expect(broadcast: BroadcastId, role: PeerSpec["role"], offer: Offer): PeerSpec {
    const spec: PeerSpec = {
      id: randomUUID(),
      number: ++this.#answered,
      broadcast,
      role,
      // RFC 8445 §5.3 asks for 24 and 128 random bits at least, in letters, digits, + and /.
      ufrag: randomBytes(6).toString("hex"),
      password: randomBytes(16).toString("hex"),
      remoteUfrag: offer.ufrag,
      remotePassword: offer.password,
      fingerprints: offer.fingerprints,
      payloadType: offer.payloadType,
      ssrc: randomInt(1, 2 ** 32),
      rateMax: this.#hostRateMax,
    };
    this.#peers.set(spec.id, { broadcast, role, connected: false });
    this.#connecting++;
    this.#threads.expect(spec);
    return spec;
  }

  #answer(
    { id, ufrag, password }: PeerSpec,
    offer: Offer,
    { localAddress }: Offering,
    media: AnswerParameters["media"],
  ): { peer: PeerId; answer: string } {
    const answer = writeAnswer(offer, {
      ufrag,
      password,
      fingerprint: this.#fingerprint,
      addresses: this.#addressesFor(localAddress),
      port: this.port,
      media,
    });
    return { peer: id, answer };
  }

  /** Addresses for a page that reached the server at `localAddress`, best first. */
  #addressesFor(localAddress: string | undefined): string[] {
    const isPublic = localAddress !== undefined && !isPrivate(localAddress);
    const own = isPublic ? this.#own.filter((address) => !isPrivate(address)) : this.#own;
    return [...new Set([...(localAddress ? [localAddress] : []), ...this.#announced, ...own])];
  }

  /** What a thread tells. */
  hear(event: ThreadEvent): void {
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
        // Threads that expected the peer in vain tell of it too.
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
      case "counted":
        this.emit("counted", event.counts);
        return;
      case "dropped":
        this.#log.warn({ way: event.way, count: event.count, last: event.last }, "datagrams dropped");
    }
  }
}
