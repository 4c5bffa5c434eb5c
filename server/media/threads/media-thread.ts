import { LocalRelay } from "../../relay/relay.ts";
import { now } from "../clock.ts";
import { counts, takeCounts } from "../counters.ts";
import { Broadcast } from "../fanout/broadcast.ts";
import type {
  BroadcastId,
  DatagramKind,
  PeerId,
  PeerSpec,
  StrayDatagram,
  SubscriberStats,
} from "../model.ts";
import { Addresses } from "../peer/addresses.ts";
import { Peer } from "../peer/peer.ts";
import { Strays } from "../peer/strays.ts";
import { Port, type Remote } from "../wire/port.ts";
import { readBindingRequest, readBindingSuccess } from "../wire/stun.ts";
import type { ThreadCommand, ThreadEvent, ThreadOptions, Way } from "./messages.ts";
import type { RemoteHandshakes } from "./remote-handshakes.ts";

/**
 * Every peer is looked at once in this many ms, for time-outs and reports: so often are sender reports
 * due. The peers are spread over the spokes of a wheel, so that a thousand reports are not one stall.
 */
const WHEEL_TURN = 5000;
const SPOKES = 50;
/** The main thread is told of figures when so many spokes have passed: every second. */
const SPOKES_TOLD = 10;

/** One thread's share of the media: the port, the peers that live here, and their broadcasts. */
export class MediaThread {
  readonly #emit: (event: ThreadEvent) => void;
  readonly #handshakes: RemoteHandshakes;
  readonly #relay: LocalRelay | undefined;
  readonly #byId = new Map<PeerId, Peer>();
  readonly #byUfrag = new Map<string, Peer>();
  /**
   * Whose address a datagram comes from: a peer's that lives here, or by its name one's that lives elsewhere.
   */
  readonly #addresses = new Addresses<Peer | PeerId>();
  readonly #broadcasts = new Map<BroadcastId, Broadcast>();
  readonly #strays: Strays;
  readonly #opening: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #wheel = Array.from({ length: SPOKES }, () => new Set<Peer>());
  #spoke = 0;
  #port: Port | undefined;
  /** What was dropped since the main thread was told: a flood makes one event, not one a datagram. */
  readonly #dropped = new Map<Way, { count: number; last: string }>();
  #stats: [PeerId, SubscriberStats][] = [];

  constructor(options: ThreadOptions, handshakes: RemoteHandshakes, emit: (event: ThreadEvent) => void) {
    this.#handshakes = handshakes;
    if (options.relay !== undefined) this.#relay = new LocalRelay(options.relay);
    this.#emit = emit;
    this.#strays = new Strays((stray) => emit({ type: "stray", stray }));
    this.#opening = this.#open(options);
    this.#timer = setInterval(() => this.#tick(), WHEEL_TURN / SPOKES);
  }

  /** Carries out one command of the main thread. */
  handle(command: ThreadCommand): void {
    switch (command.type) {
      case "expect":
        this.#expect(command.spec);
        break;
      case "here":
        this.#byId.get(command.peer)?.settle();
        break;
      case "elsewhere":
        this.#leaveToOther(command.peer);
        break;
      case "stray":
        this.#takeIn(command.stray);
        break;
      case "proven":
        this.#addresses.prove(command.key, command.peer);
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

  /** Closes the peers, then the broadcasts, then the port; idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const id of [...this.#byId.keys()]) this.#closePeer(id, "server stopping");
    for (const id of [...this.#broadcasts.keys()]) this.#closeBroadcast(id);
    this.#handshakes.close();
    this.#relay?.close();
    await this.#opening;
    await this.#port?.close();
  }

  async #open(options: ThreadOptions): Promise<void> {
    try {
      this.#port = await Port.open({
        ...options,
        shared: options.relay !== undefined,
        receive: (kind, datagram, remote) => this.#receive(kind, datagram, remote),
        failed: (error) => this.#drop("out", error),
      });
      this.#emit({ type: "listening", port: this.#port.number });
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      this.#emit({ type: "failed", message, code });
    }
  }

  #expect(spec: PeerSpec): void {
    const broadcast = this.#broadcasts.get(spec.broadcast) ?? this.#openBroadcast(spec.broadcast);
    const handlers = {
      claimed: () => this.#emit({ type: "claimed", peer: spec.id }),
      connected: () => {
        this.#prove(peer);
        this.#emit({ type: "peer-connected", peer: spec.id });
      },
      ended: (reason: string) => this.#closePeer(spec.id, reason),
      sendFailed: (error: Error) => this.#drop("out", error),
    };
    // A thread that is the only one need not wait until it is settled who has the peer.
    const peer = new Peer(spec, broadcast, this.#handshakes, handlers, this.#relay === undefined);
    this.#byId.set(spec.id, peer);
    this.#byUfrag.set(spec.ufrag, peer);
    this.#wheel[this.#byId.size % SPOKES]!.add(peer);
  }

  #openBroadcast(id: BroadcastId): Broadcast {
    const broadcast = new Broadcast(id, this.#relay, (clocks) =>
      this.#emit({ type: "media-clock", broadcast: id, clocks }),
    );
    this.#broadcasts.set(id, broadcast);
    return broadcast;
  }

  #closePeer(id: PeerId, reason: string): void {
    this.#strays.forget(id);
    this.#addresses.release(id);
    const peer = this.#forget(id);
    if (!peer) return;
    this.#addresses.release(peer);
    this.#emit({ type: "peer-closed", peer: id, reason });
  }

  #forget(id: PeerId): Peer | undefined {
    const peer = this.#byId.get(id);
    if (!peer) return;
    this.#byId.delete(id);
    this.#byUfrag.delete(peer.spec.ufrag);
    for (const spoke of this.#wheel) spoke.delete(peer);
    peer.close();
    return peer;
  }

  #leaveToOther(id: PeerId): void {
    const peer = this.#forget(id);
    if (!peer) return;
    this.#strays.add(peer.spec);
    this.#addresses.handOver(peer, id);
    for (const { datagram, from } of peer.takeEarly()) this.#strays.pass(id, "dtls", datagram, from);
  }

  /**
   * A datagram for a peer that lives here; the thread that it came to has seen to whose address it comes
   * from.
   */
  #takeIn({ peer: id, kind, datagram, address, port }: StrayDatagram): void {
    const peer = this.#byId.get(id);
    const from = this.#port?.remote(address, port);
    if (!peer || !from) return;
    const data = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length);
    try {
      if (kind === "stun") this.#takeStun(peer, data, from);
      else this.#deliver(peer, kind, data, from);
    } catch (error) {
      this.#drop("in", error as Error);
    }
  }

  #takeStun(peer: Peer, datagram: Buffer, from: Remote): void {
    const request = readBindingRequest(datagram);
    if (request && peer.isAuthentic(request)) peer.receiveCheck(request, from);
    const answer = request ? undefined : readBindingSuccess(datagram);
    // The thread that the datagram came to holds the address.
    if (answer && peer.receiveAnswer(answer, from))
      this.#emit({ type: "proven", peer: peer.spec.id, key: from.key });
  }

  #closeBroadcast(id: BroadcastId): void {
    for (const peer of [...this.#byId.values()]) {
      if (peer.spec.broadcast === id) this.#closePeer(peer.spec.id, "broadcast closed");
    }
    this.#broadcasts.get(id)?.close();
    this.#broadcasts.delete(id);
  }

  /** Every datagram ends here; whatever is wrong with one, it is dropped and the next one is read. */
  #receive(kind: DatagramKind, datagram: Buffer, from: Remote): void {
    counts.packetsIn++;
    counts.bytesIn += datagram.length;
    try {
      if (kind === "stun") this.#receiveStun(datagram, from);
      else this.#deliver(this.#addresses.ownerOf(from.key), kind, datagram, from);
    } catch (error) {
      this.#drop("in", error as Error);
    }
  }

  #deliver(owner: Peer | PeerId | undefined, kind: DatagramKind, datagram: Buffer, from: Remote): void {
    if (owner === undefined) return;
    if (typeof owner === "string") this.#strays.pass(owner, kind, datagram, from);
    else if (kind === "dtls") owner.receiveDtls(datagram, from);
    else if (kind === "media") owner.receiveMedia(datagram);
  }

  #receiveStun(datagram: Buffer, from: Remote): void {
    const request = readBindingRequest(datagram);
    if (!request) {
      this.#receiveAnswer(datagram, from);
      return;
    }
    const peer = this.#byUfrag.get(request.localUfrag);
    const sender = peer?.isAuthentic(request) ? peer : this.#strays.senderOf(request);
    // While the address is another's there is no answer: a browser tries again every few hundred ms.
    if (!sender || !this.#addresses.claim(from.key, sender, now(), peer?.remoteKey)) return;
    if (typeof sender === "string") this.#strays.pass(sender, "stun", datagram, from);
    else sender.receiveCheck(request, from);
  }

  #receiveAnswer(datagram: Buffer, from: Remote): void {
    const owner = this.#addresses.ownerOf(from.key);
    const answer = owner === undefined ? undefined : readBindingSuccess(datagram);
    if (!owner || !answer) return;
    if (typeof owner === "string") this.#strays.pass(owner, "stun", datagram, from);
    else if (owner.receiveAnswer(answer, from)) {
      this.#addresses.claim(from.key, owner, now(), owner.remoteKey);
      this.#addresses.prove(from.key, owner);
    }
  }

  /** The address in use is where the browser receives. */
  #prove(peer: Peer): void {
    if (peer.remoteKey !== undefined) this.#addresses.prove(peer.remoteKey, peer);
  }

  #tick(): void {
    this.#spoke = (this.#spoke + 1) % SPOKES;
    const time = now();
    for (const peer of this.#wheel[this.#spoke]!) {
      peer.tick(time);
      const taken = peer.takeStats();
      if (taken) this.#stats.push([peer.spec.id, taken]);
    }
    if (this.#spoke % SPOKES_TOLD !== 0) return;
    if (this.#stats.length > 0) this.#emit({ type: "stats", stats: this.#stats });
    this.#stats = [];
    this.#emit({ type: "counted", counts: takeCounts() });
    for (const [way, dropped] of this.#dropped) this.#emit({ type: "dropped", way, ...dropped });
    this.#dropped.clear();
  }

  #drop(way: Way, error: Error): void {
    if (way === "in") counts.droppedIn++;
    else counts.droppedOut++;
    const count = (this.#dropped.get(way)?.count ?? 0) + 1;
    this.#dropped.set(way, { count, last: error.message });
  }
}
