import { Broadcast } from "./broadcast.ts";
import { now } from "./clock.ts";
import type { BroadcastId, PeerId, SubscriberStats } from "./engine.ts";
import type { Certificate } from "./handshake.ts";
import { Peer } from "./peer.ts";
import { type DatagramKind, Port, type Remote } from "./port.ts";
import type { Fingerprint } from "./sdp.ts";
import { readBindingRequest } from "./stun.ts";

/** Everything a thread must know to meet a browser that has been answered. */
export interface PeerSpec {
  id: PeerId;
  broadcast: BroadcastId;
  role: "publish" | "subscribe";
  /** The server's ICE credentials for this peer. */
  ufrag: string;
  password: string;
  /** The browser's ICE user name fragment, from its offer. */
  remoteUfrag: string;
  /** The browser's certificate, from its offer. */
  fingerprint: Fingerprint;
  payloadType: number;
  /** The server's SSRC towards this peer. */
  ssrc: number;
}

/** What the main thread tells a media thread. */
export type ThreadCommand =
  | { type: "expect"; spec: PeerSpec }
  | { type: "close-peer"; peer: PeerId; reason: string }
  | { type: "close-broadcast"; broadcast: BroadcastId }
  | { type: "close" };

/** What a media thread tells the main thread. */
export type ThreadEvent =
  | { type: "listening"; port: number }
  | { type: "failed"; message: string; code: string | undefined }
  | { type: "peer-connected"; peer: PeerId }
  | { type: "peer-closed"; peer: PeerId; reason: string }
  | { type: "stats"; stats: [peer: PeerId, stats: SubscriberStats][] }
  | { type: "dropped"; way: Way; count: number; last: string };

/** Datagrams are dropped on the way in because they are malformed, on the way out because the system refuses. */
type Way = "in" | "out";

export interface ThreadOptions {
  host: string;
  port: number;
  /** Whether other threads bind the same port. */
  shared: boolean;
  certificate: Certificate;
}

/** Time between looks at every peer, in ms: time-outs and reports. */
const TICK_INTERVAL = 1000;

/** One thread's share of the media: the port, the peers that live here, and their broadcasts. */
export class MediaThread {
  readonly #certificate: Certificate;
  readonly #emit: (event: ThreadEvent) => void;
  readonly #byId = new Map<PeerId, Peer>();
  readonly #byUfrag = new Map<string, Peer>();
  readonly #byRemote = new Map<string, Peer>();
  readonly #broadcasts = new Map<BroadcastId, Broadcast>();
  readonly #port: Promise<Port>;
  readonly #timer: NodeJS.Timeout;
  /** What was dropped since the last tick: a flood makes one event a second, not one a datagram. */
  readonly #dropped = new Map<Way, { count: number; last: string }>();

  constructor(options: ThreadOptions, emit: (event: ThreadEvent) => void) {
    this.#certificate = options.certificate;
    this.#emit = emit;
    this.#port = Port.open({
      ...options,
      receive: (kind, datagram, remote) => this.#receive(kind, datagram, remote),
      failed: (error) => this.#drop("out", error),
    });
    this.#port.then(
      (port) => emit({ type: "listening", port: port.number }),
      (error: NodeJS.ErrnoException) => emit({ type: "failed", message: error.message, code: error.code }),
    );
    this.#timer = setInterval(() => this.#tick(), TICK_INTERVAL);
  }

  /** Carries out one command of the main thread. */
  handle(command: ThreadCommand): void {
    switch (command.type) {
      case "expect":
        this.#expect(command.spec);
        break;
      case "close-peer":
        this.#closePeer(command.peer, command.reason);
        break;
      case "close-broadcast":
        this.#closeBroadcast(command.broadcast);
        break;
      case "close":
        void this.close();
    }
  }

  /** Closes the peers, then the port; idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const id of [...this.#byId.keys()]) this.#closePeer(id, "server stopping");
    const port = await this.#port.catch(() => undefined);
    await port?.close();
  }

  #expect(spec: PeerSpec): void {
    const broadcast = this.#broadcasts.get(spec.broadcast) ?? new Broadcast();
    this.#broadcasts.set(spec.broadcast, broadcast);
    const peer = new Peer(spec, this.#certificate, broadcast, {
      connected: () => this.#emit({ type: "peer-connected", peer: spec.id }),
      ended: (reason) => this.#closePeer(spec.id, reason),
      sendFailed: (error) => this.#drop("out", error),
    });
    this.#byId.set(spec.id, peer);
    this.#byUfrag.set(spec.ufrag, peer);
  }

  #closePeer(id: PeerId, reason: string): void {
    const peer = this.#byId.get(id);
    if (!peer) return;
    this.#byId.delete(id);
    this.#byUfrag.delete(peer.spec.ufrag);
    for (const key of peer.remoteKeys) if (this.#byRemote.get(key) === peer) this.#byRemote.delete(key);
    peer.close();
    this.#emit({ type: "peer-closed", peer: id, reason });
  }

  #closeBroadcast(id: BroadcastId): void {
    for (const peer of [...this.#byId.values()]) {
      if (peer.spec.broadcast === id) this.#closePeer(peer.spec.id, "broadcast closed");
    }
    this.#broadcasts.delete(id);
  }

  /** Every datagram ends here; whatever is wrong with one, it is dropped and the next one is read. */
  #receive(kind: DatagramKind, datagram: Buffer, from: Remote): void {
    try {
      if (kind === "stun") this.#receiveCheck(datagram, from);
      else if (kind === "dtls") this.#byRemote.get(from.key)?.receiveDtls(datagram);
      else this.#byRemote.get(from.key)?.receiveMedia(datagram);
    } catch (error) {
      this.#drop("in", error as Error);
    }
  }

  #receiveCheck(datagram: Buffer, from: Remote): void {
    const request = readBindingRequest(datagram);
    const peer = request && this.#byUfrag.get(request.localUfrag);
    if (!peer || peer.spec.remoteUfrag !== request.remoteUfrag) return;
    const { accepted, dropped } = peer.receiveCheck(datagram, from);
    if (accepted) this.#byRemote.set(from.key, peer);
    if (dropped !== undefined) this.#byRemote.delete(dropped);
  }

  #tick(): void {
    const time = now();
    const stats: [PeerId, SubscriberStats][] = [];
    for (const peer of this.#byId.values()) {
      peer.tick(time);
      const taken = peer.takeStats();
      if (taken) stats.push([peer.spec.id, taken]);
    }
    if (stats.length > 0) this.#emit({ type: "stats", stats });
    for (const [way, dropped] of this.#dropped) this.#emit({ type: "dropped", way, ...dropped });
    this.#dropped.clear();
  }

  #drop(way: Way, error: Error): void {
    const count = (this.#dropped.get(way)?.count ?? 0) + 1;
    this.#dropped.set(way, { count, last: error.message });
  }
}
