import type { MessagePort } from "node:worker_threads";
import { LocalRelay } from "../../relay/local.ts";
import { now } from "../clock.ts";
import { counts, takeCounts } from "../counters.ts";
import type {
  BroadcastId,
  DatagramKind,
  MisdeliveredDatagram,
  PeerId,
  PeerSpec,
  SubscriberStats,
} from "../model.ts";
import { AddressTable } from "../peer/address-table.ts";
import { ForeignPeers } from "../peer/foreign-peers.ts";
import { Peer } from "../peer/peer.ts";
import { Port, type Remote } from "../wire/port.ts";
import { readBindingRequest, readBindingSuccess } from "../wire/stun.ts";
import { Broadcasts } from "./broadcasts.ts";
import {
  type Direction,
  type MediaCommand,
  type MediaEvent,
  type MediaThreadOptions,
  toBuffer,
  type WorkerData,
} from "./messages.ts";
import { RemoteHandshakes } from "./remote-handshakes.ts";

/** Every peer is ticked once in this many ms. That is also the interval of its sender reports. */
const PEER_TICK_INTERVAL_MS = 5000;
/** Peers are divided into this many groups that are ticked in turn, so that the work is spread evenly. */
const TICK_GROUPS = 50;
/** After this many groups, which is once a second, the main thread is sent figures. */
const GROUPS_PER_REPORT = 10;

/** A media thread: the port, the peers that are assigned to it, and their broadcasts. */
export class MediaThread {
  readonly #emit: (event: MediaEvent) => void;
  readonly #handshakes: RemoteHandshakes;
  readonly #relay: LocalRelay | undefined;
  /** There is no other media thread. */
  readonly #isAlone: boolean;
  readonly #byId = new Map<PeerId, Peer>();
  readonly #byUfrag = new Map<string, Peer>();
  /** Owners of remote addresses: a peer of this thread, or the id of a peer of another thread. */
  readonly #addresses = new AddressTable<Peer | PeerId>();
  readonly #broadcasts: Broadcasts;
  readonly #foreign: ForeignPeers;
  readonly #opening: Promise<void>;
  readonly #timer: NodeJS.Timeout;
  readonly #groups = Array.from({ length: TICK_GROUPS }, () => new Set<Peer>());
  #group = 0;
  #port: Port | undefined;
  /** Dropped datagrams since the last report: a flood causes one event a second, not one per datagram. */
  readonly #dropped = new Map<Direction, { count: number; lastError: string }>();
  /** New figures since the last report. */
  #stats: [PeerId, SubscriberStats][] = [];

  constructor(options: MediaThreadOptions, handshakes: RemoteHandshakes, emit: (event: MediaEvent) => void) {
    this.#handshakes = handshakes;
    this.#isAlone = !options.shared;
    if (options.relay !== undefined) this.#relay = new LocalRelay(options.relay);
    this.#emit = emit;
    this.#broadcasts = new Broadcasts(this.#relay, emit, (error) => this.#drop("inbound", error));
    this.#foreign = new ForeignPeers((datagram) => emit({ type: "misdelivered", datagram }));
    this.#opening = this.#open(options);
    this.#timer = setInterval(() => this.#tick(), PEER_TICK_INTERVAL_MS / TICK_GROUPS);
  }

  /** Carries out one command of the main thread. */
  handle(command: MediaCommand): void {
    switch (command.type) {
      case "expect":
        this.#expect(command.spec);
        break;
      case "assigned":
        this.#byId.get(command.peer)?.assign();
        break;
      case "assigned-elsewhere":
        this.#moveElsewhere(command.peer);
        break;
      case "misdelivered":
        this.#receiveMisdelivered(command.datagram);
        break;
      case "address-validated":
        this.#addresses.markValidated(command.key, command.peer);
        break;
      case "close-peer":
        this.#closePeer(command.peer, command.reason, command.notify);
        break;
      case "tap":
        this.#broadcasts.tap(command.broadcast, command.isOpen);
        break;
      case "keyframe-wanted":
        this.#broadcasts.requestKeyframe(command.broadcast, command.layer);
        break;
      case "close-broadcast":
        this.#closeBroadcast(command.broadcast);
        break;
      case "close":
        void this.close();
    }
  }

  /** Closes the peers, then the broadcasts, the handshakes, the relay and the port; idempotent. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const id of [...this.#byId.keys()]) this.#closePeer(id, "server stopping");
    this.#broadcasts.closeAll();
    this.#handshakes.close();
    this.#relay?.close();
    await this.#opening;
    await this.#port?.close();
  }

  async #open(options: MediaThreadOptions): Promise<void> {
    try {
      this.#port = await Port.open({
        ...options,
        receive: (kind, datagram, remote) => this.#receive(kind, datagram, remote),
        failed: (error) => this.#drop("outbound", error),
      });
      this.#emit({ type: "listening", port: this.#port.number });
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      this.#emit({ type: "failed", message, code });
    }
  }

  #expect(spec: PeerSpec): void {
    const broadcast = this.#broadcasts.song(spec.broadcast);
    const pictures = spec.pictures.length > 0 ? this.#broadcasts.pictures(spec.broadcast) : undefined;
    const handlers = {
      firstCheck: () => this.#emit({ type: "first-check", peer: spec.id }),
      connected: () => {
        if (peer.selectedKey !== undefined) this.#addresses.markValidated(peer.selectedKey, peer);
        this.#emit({ type: "peer-connected", peer: spec.id });
      },
      ended: (reason: string) => this.#closePeer(spec.id, reason),
      sendFailed: (error: Error) => this.#drop("outbound", error),
    };
    // If there is only one media thread, it need not wait until the peer is assigned.
    const peer = new Peer(spec, broadcast, this.#handshakes, handlers, this.#isAlone, pictures);
    this.#byId.set(spec.id, peer);
    this.#byUfrag.set(spec.ufrag, peer);
    this.#groups[this.#byId.size % TICK_GROUPS]!.add(peer);
  }

  #closePeer(id: PeerId, reason: string, notify = false): void {
    this.#foreign.remove(id);
    this.#addresses.release(id);
    const peer = this.#remove(id, notify);
    if (!peer) return;
    this.#addresses.release(peer);
    this.#emit({ type: "peer-closed", peer: id, reason });
  }

  #remove(id: PeerId, notify = false): Peer | undefined {
    const peer = this.#byId.get(id);
    if (!peer) return;
    this.#byId.delete(id);
    this.#byUfrag.delete(peer.spec.ufrag);
    for (const group of this.#groups) group.delete(peer);
    peer.close(notify);
    return peer;
  }

  /** The peer is another thread's. Forwards the handshake datagrams that have arrived here. */
  #moveElsewhere(id: PeerId): void {
    const peer = this.#remove(id);
    if (!peer) return;
    this.#foreign.add(peer.spec);
    this.#addresses.transfer(peer, id);
    for (const { datagram, from } of peer.takePending()) this.#foreign.forward(id, "dtls", datagram, from);
  }

  /** Receives a datagram through another thread, which has checked that the source address is the peer's. */
  #receiveMisdelivered({ peer: id, kind, data, address, port }: MisdeliveredDatagram): void {
    const peer = this.#byId.get(id);
    const from = this.#port?.remote(address, port);
    if (!peer || !from) return;
    try {
      if (kind === "stun") this.#receiveMisdeliveredStun(peer, toBuffer(data), from);
      else this.#deliver(peer, kind, toBuffer(data), from);
    } catch (error) {
      this.#drop("inbound", error as Error);
    }
  }

  #receiveMisdeliveredStun(peer: Peer, datagram: Buffer, from: Remote): void {
    const request = readBindingRequest(datagram);
    if (request && peer.isAuthentic(request)) peer.receiveCheck(request, from);
    const response = request ? undefined : readBindingSuccess(datagram);
    // The address is in the table of the thread that received the datagram.
    if (response && peer.receiveResponse(response, from))
      this.#emit({ type: "address-validated", peer: peer.spec.id, key: from.key });
  }

  #closeBroadcast(id: BroadcastId): void {
    for (const peer of [...this.#byId.values()]) {
      if (peer.spec.broadcast === id) this.#closePeer(peer.spec.id, "broadcast closed");
    }
    this.#broadcasts.close(id);
  }

  /** Receives every datagram of the port. An error drops this datagram only. */
  #receive(kind: DatagramKind, datagram: Buffer, from: Remote): void {
    counts.packetsIn++;
    counts.bytesIn += datagram.length;
    try {
      if (kind === "stun") this.#receiveStun(datagram, from);
      else this.#deliver(this.#addresses.ownerOf(from.key), kind, datagram, from);
    } catch (error) {
      this.#drop("inbound", error as Error);
    }
  }

  #deliver(owner: Peer | PeerId | undefined, kind: DatagramKind, datagram: Buffer, from: Remote): void {
    if (owner === undefined) return;
    if (typeof owner === "string") this.#foreign.forward(owner, kind, datagram, from);
    else if (kind === "dtls") owner.receiveDtls(datagram, from);
    else if (kind === "media") owner.receiveMedia(datagram);
  }

  #receiveStun(datagram: Buffer, from: Remote): void {
    const request = readBindingRequest(datagram);
    if (!request) {
      this.#receiveResponse(datagram, from);
      return;
    }
    const peer = this.#byUfrag.get(request.localUfrag);
    const sender = peer?.isAuthentic(request) ? peer : this.#foreign.senderOf(request);
    // No response while the address belongs to another peer. Browsers repeat a check every few hundred ms.
    if (!sender || !this.#addresses.register(from.key, sender, now(), peer?.selectedKey)) return;
    if (typeof sender === "string") this.#foreign.forward(sender, "stun", datagram, from);
    else sender.receiveCheck(request, from);
  }

  #receiveResponse(datagram: Buffer, from: Remote): void {
    const owner = this.#addresses.ownerOf(from.key);
    const response = owner === undefined ? undefined : readBindingSuccess(datagram);
    if (!owner || !response) return;
    if (typeof owner === "string") this.#foreign.forward(owner, "stun", datagram, from);
    else if (owner.receiveResponse(response, from)) {
      this.#addresses.register(from.key, owner, now(), owner.selectedKey);
      this.#addresses.markValidated(from.key, owner);
    }
  }

  #tick(): void {
    this.#group = (this.#group + 1) % TICK_GROUPS;
    const time = now();
    this.#broadcasts.tick(time);
    for (const peer of this.#groups[this.#group]!) {
      peer.tick(time);
      const stats = peer.takeStats();
      if (stats) this.#stats.push([peer.spec.id, stats]);
    }
    if (this.#group % GROUPS_PER_REPORT === 0) this.#report();
  }

  #report(): void {
    if (this.#stats.length > 0) this.#emit({ type: "stats", stats: this.#stats });
    this.#stats = [];
    this.#emit({ type: "counted", counts: takeCounts() });
    for (const [direction, dropped] of this.#dropped) this.#emit({ type: "dropped", direction, ...dropped });
    this.#dropped.clear();
  }

  #drop(direction: Direction, error: Error): void {
    if (direction === "inbound") counts.droppedIn++;
    else counts.droppedOut++;
    const count = (this.#dropped.get(direction)?.count ?? 0) + 1;
    this.#dropped.set(direction, { count, lastError: error.message });
  }
}

/** Runs a media thread in this worker, until it is told to close. */
export function runMediaThread(parent: MessagePort, data: Extract<WorkerData, { kind: "media" }>): void {
  const handshakes = new RemoteHandshakes(data.handshakes);
  const thread = new MediaThread(data, handshakes, (event) => parent.postMessage(event));
  parent.on("message", (command: MediaCommand) => {
    thread.handle(command);
    // The worker ends when the UDP port, the timer and this port are closed.
    if (command.type === "close") parent.close();
  });
}
