import { randomFillSync } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { Broadcast } from "../../server/media/fanout/broadcast.ts";
import { Publisher } from "../../server/media/peer/publisher.ts";
import { Subscriber } from "../../server/media/peer/subscriber.ts";
import type { Relay } from "../../server/relay/relay.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { PAYLOAD_TYPE, Song } from "./song.ts";
import { Keys, type Master, protectNack } from "./srtp.ts";
import { type Faults, Verifier } from "./verifier.ts";

/** One listener more than the server prepares keystream for in one step (64). */
const CROWD = 65;

/** Turns of the event loop between two steps: enough to prepare no keystream, some of it, or all of it. */
const IDLE_TURNS = [0, 0, 1, 1, 1, 2, 3, 5, 12, 12];

/** Lets the event loop run, so that the server can prepare keystream in advance. */
export async function idle(random: SeededRandom): Promise<void> {
  for (let n = random.pick(IDLE_TURNS); n > 0; n--) await turn();
}

/** The result of one run. */
export interface Report {
  packets: number;
  repeats: number;
  faults: Faults;
  counts: Simulation["counts"];
  seconds: number;
}

export interface SimulationOptions {
  random: SeededRandom;
  /** Greatest number of listeners at a time. */
  listeners: number;
  /** Packets that the verifier must be able to remember. */
  packets: number;
  /** The relay to other threads, if there are any. */
  relay?: Relay | undefined;
  /** This thread's number, which its payloads contain. */
  thread: number;
}

/** A host of this thread. */
interface Host {
  publisher: Publisher;
  song: Song;
}

interface Member {
  number: number;
  subscriber: Subscriber;
  ssrc: number;
  rtcp: Keys;
  rtcpIndex: number;
}

/** One media thread: a real broadcast with simulated hosts and listeners. */
export class Simulation {
  readonly verifier: Verifier;
  readonly #options: SimulationOptions;
  readonly #random: SeededRandom;
  readonly #broadcast: Broadcast;
  readonly #hosts = new Map<number, Host>();
  readonly #members: Member[] = [];
  #joined = 0;
  /** Listeners that there should be now. */
  #wanted = CROWD;
  /** The payload that the server is forwarding now. */
  #clear: Buffer | undefined;
  /** Replaces the system's sockets; a listener's number is its port. */
  readonly #socket = {
    send: (datagram: Uint8Array, port: number) => {
      this.verifier.take(
        port,
        Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length),
        this.#clear,
      );
    },
    getSendQueueCount: () => (this.#isQueueing ? 1 : 0),
    getSendQueueSize: () => 1000,
  };
  /** Whether the socket seems to have packets in its queue. */
  #isQueueing = false;
  /**
   * `offered`: packets of all threads' hosts that reached this thread; `forwarded`: those sent to listeners;
   * `streams`: those of the hosts that have stopped; `nacks`: NACKs that listeners have sent.
   */
  readonly counts = { offered: 0, forwarded: 0, joins: 0, leaves: 0, streams: 0, hosts: 0, nacks: 0 };

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = options.random;
    this.verifier = new Verifier(options.packets);
    const { relay } = options;
    const watched: Relay | undefined = relay && {
      publish: (id, packet) => relay.publish(id, packet),
      subscribe: (id, receive) =>
        relay.subscribe(id, (packet) => this.#with(packet.payload, () => receive(packet))),
    };
    this.#broadcast = new Broadcast("WALL", watched, () => {});
  }

  /** Starts a host in this thread. */
  addHost(number: number): void {
    this.counts.hosts++;
    const [inbound, outbound] = [this.#newMaster(), this.#newMaster()];
    const publisher = new Publisher({
      number,
      ssrc: 9,
      payloadType: PAYLOAD_TYPE,
      inbound,
      outbound,
      rateMax: Number.MAX_SAFE_INTEGER,
      broadcast: this.#broadcast,
      send: () => {},
    });
    const song = new Song(this.#random, new Keys(inbound, 0), this.#options.thread);
    this.#hosts.set(number, { publisher, song });
  }

  removeHost(number: number): void {
    const host = this.#hosts.get(number);
    host?.publisher.close();
    this.counts.streams += host?.song.streams ?? 0;
    this.#hosts.delete(number);
  }

  /** Whether this thread has a live host. */
  get hasHost(): boolean {
    return this.#hosts.size > 0;
  }

  /**
   * One step: some listeners join or leave, every host of this thread sends, and a listener may send a NACK.
   */
  step(): void {
    if (this.#random.happens(0.02)) this.#isQueueing = !this.#isQueueing;
    this.#joinAndLeave();
    for (const host of this.#hosts.values()) this.#play(host);
    if (this.#members.length > 0 && this.#random.happens(0.3))
      this.#sendNack(this.#random.pick(this.#members));
  }

  close(): void {
    for (const number of [...this.#hosts.keys()]) this.removeHost(number);
    this.#broadcast.close();
  }

  #play({ publisher, song }: Host): void {
    for (const { datagram, payload } of song.next(this.counts.forwarded)) {
      this.#with(payload, () => publisher.receiveRtp(datagram));
    }
  }

  #with(payload: Buffer, act: () => void): void {
    this.counts.offered++;
    const before = this.verifier.packets;
    this.#clear = payload;
    act();
    this.#clear = undefined;
    if (this.verifier.packets > before) this.counts.forwarded++;
  }

  #joinAndLeave(): void {
    // Now and then the wanted number changes: half the time to a crowd, half the time to any number.
    const { listeners } = this.#options;
    if (this.#random.happens(0.004))
      this.#wanted = this.#random.happens(0.5)
        ? CROWD + this.#random.below(CROWD)
        : 1 + this.#random.below(listeners);
    const wanted = Math.min(this.#wanted, listeners);
    for (let n = 0; n < 40 && this.#members.length < wanted; n++) this.#join();
    for (let n = 0; n < 20 && this.#members.length > wanted; n++) this.#leave();
    if (this.#random.happens(0.05)) this.#leave();
  }

  #join(): void {
    this.counts.joins++;
    const number = this.#joined++;
    const [inbound, outbound] = [this.#newMaster(), this.#newMaster()];
    const ssrc = this.#random.below(2 ** 32);
    this.verifier.add(number, outbound, this.#random.happens(0.3) ? this.#random.below(20) : 0);
    const subscriber = new Subscriber({
      ssrc,
      payloadType: PAYLOAD_TYPE,
      inbound,
      outbound,
      broadcast: this.#broadcast,
      destination: { socket: this.#socket as never, address: "", port: number },
      send: () => {},
    });
    this.#members.push({ number, subscriber, ssrc, rtcp: new Keys(inbound, 3), rtcpIndex: 0 });
  }

  #leave(): void {
    const member = this.#members.splice(this.#random.below(this.#members.length), 1)[0];
    if (!member) return;
    this.counts.leaves++;
    member.subscriber.close();
    this.verifier.remove(member.number);
  }

  /** Sends a NACK, mostly for recent packets, and for some that are long past. */
  #sendNack(member: Member): void {
    const newest = this.verifier.newestOf(member.number);
    if (newest === undefined) return;
    this.counts.nacks++;
    const back = () => (this.#random.happens(0.8) ? this.#random.below(250) : this.#random.below(65_536));
    const sequences = Array.from({ length: 1 + this.#random.below(8) }, () => newest - back());
    member.subscriber.receiveRtcp(protectNack(member.rtcp, ++member.rtcpIndex, member.ssrc, sequences));
  }

  #newMaster(): Master {
    return { key: randomFillSync(Buffer.alloc(16)), salt: randomFillSync(Buffer.alloc(14)) };
  }
}
