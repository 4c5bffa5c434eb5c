import { randomFillSync } from "node:crypto";
import { Broadcast } from "../../server/media/broadcast.ts";
import { Publisher } from "../../server/media/publisher.ts";
import { Subscriber } from "../../server/media/subscriber.ts";
import type { Relay } from "../../server/relay/relay.ts";
import { Keys, type Master, protectNack, protectRtp } from "./srtp.ts";
import { Verifier } from "./verifier.ts";

const PAYLOAD_TYPE = 111;
const PAYLOAD_MAX = 1280;
/** Lengths at which the server divides its keystream otherwise, in bytes, and one that is short for all. */
const LENGTHS = [60, 320, 448, 640, 1024, PAYLOAD_MAX];
/** The server looks at so many packets before it divides its keystream for shorter ones. */
const WINDOW = 128;

/** A few more listeners than the 64 that the server prepares keystream for at a stretch, and as many again. */
const CROWD = 65;

/** Random bytes that payloads are cut from. */
const NOISE = randomFillSync(Buffer.alloc(1 << 17));

export interface StageOptions {
  random: () => number;
  /** Most listeners at once. */
  listeners: number;
  /** Packets that the verifier must be able to remember. */
  packets: number;
  /** To the other threads, if there are any. */
  relay?: Relay | undefined;
  /** Tells this thread's payloads from those of others. */
  thread: number;
}

/** A host of this thread, and what it is about to send. */
interface Host {
  publisher: Publisher;
  keys: Keys;
  ssrc: number;
  index: number;
  streams: number;
  phase: Phase;
  phaseLeft: number;
  /** Packets that the network holds back. */
  late: { datagram: Buffer; payload: Buffer; after: number }[];
}

/** How long a host's packets are for a while. */
interface Phase {
  lengthMax: number;
  /**
   * Whether long ones come just when the server has looked at a window of short ones, so that it changes its mind twice within
   * a few packets; else they come at the end.
   */
  isTimed: boolean;
}

interface Member {
  number: number;
  subscriber: Subscriber;
  ssrc: number;
  rtcp: Keys;
  rtcpIndex: number;
}

/** One thread of the server, as far as media goes: a real broadcast, with hosts and listeners that are made up. */
export class Stage {
  readonly verifier: Verifier;
  readonly #options: StageOptions;
  readonly #broadcast: Broadcast;
  readonly #hosts = new Map<number, Host>();
  readonly #members: Member[] = [];
  #joined = 0;
  #sent = 0;
  #wanted = CROWD;
  /** What is in the server's hands at the moment, to be sent to everyone. */
  #clear: Buffer | undefined;
  /** Stands for the system's sockets; a listener's number is its port. */
  readonly #socket = {
    send: (datagram: Uint8Array, port: number) => {
      this.verifier.take(
        port,
        Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length),
        this.#clear,
      );
    },
    getSendQueueCount: () => (this.#behind ? 1 : 0),
    getSendQueueSize: () => 1000,
  };
  #behind = false;
  /**
   * Packets of hosts, here and elsewhere, that came to this thread, and those that went on to listeners; joins, leaves,
   * streams and hosts that began; NACKs.
   */
  readonly counts = { offered: 0, forwarded: 0, joins: 0, leaves: 0, streams: 0, hosts: 0, asked: 0 };

  constructor(options: StageOptions) {
    this.#options = options;
    this.verifier = new Verifier(options.packets);
    const { relay } = options;
    const watched: Relay | undefined = relay && {
      publish: (id, packet) => relay.publish(id, packet),
      subscribe: (id, receive) =>
        relay.subscribe(id, (packet) => this.#with(packet.payload, () => receive(packet))),
    };
    this.#broadcast = new Broadcast("WALL", watched, () => {});
  }

  /** A host goes live in this thread. */
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
    const host = { publisher, keys: new Keys(inbound, 0), ssrc: 0, index: 0, streams: 0 };
    const began: Host = { ...host, phase: { lengthMax: 0, isTimed: false }, phaseLeft: 0, late: [] };
    this.#hosts.set(number, began);
    this.#startStream(began);
  }

  removeHost(number: number): void {
    this.#hosts.get(number)?.publisher.close();
    this.#hosts.delete(number);
  }

  /** Whether a host of this thread is live. */
  get hasHost(): boolean {
    return this.#hosts.size > 0;
  }

  /** One step: every host of this thread sends, and some listeners come, go or ask. */
  step(): void {
    this.#behind = this.#happens(0.02) ? !this.#behind : this.#behind;
    this.#comeAndGo();
    for (const host of this.#hosts.values()) this.#play(host);
    if (this.#members.length > 0 && this.#happens(0.3))
      this.#ask(this.#members[this.#upTo(this.#members.length)]!);
  }

  close(): void {
    for (const number of [...this.#hosts.keys()]) this.removeHost(number);
    this.#broadcast.close();
  }

  #play(host: Host): void {
    if (host.streams < 4 && this.#happens(0.01)) this.#startStream(host);
    const payload = this.#nextPayload(host);
    const { ssrc, index } = host;
    const packet = { ssrc, index, timestamp: (index * 960) % 2 ** 32, payloadType: PAYLOAD_TYPE, payload };
    const datagram = protectRtp(host.keys, packet);
    host.index += this.#step();
    if (this.#happens(0.03)) host.late.push({ datagram, payload, after: 1 + this.#upTo(40) });
    else this.#receive(host, datagram, payload);
    // What comes twice is refused by the publisher's leg.
    if (this.#happens(0.01)) this.#receive(host, Buffer.from(datagram), payload);
    for (const late of host.late) if (--late.after === 0) this.#receive(host, late.datagram, late.payload);
    host.late = host.late.filter(({ after }) => after > 0);
  }

  #receive(host: Host, datagram: Buffer, payload: Buffer): void {
    this.#with(payload, () => host.publisher.receiveRtp(datagram));
  }

  #with(payload: Buffer, act: () => void): void {
    this.counts.offered++;
    const before = this.verifier.packets;
    this.#clear = payload;
    act();
    this.#clear = undefined;
    if (this.verifier.packets > before) this.counts.forwarded++;
  }

  #startStream(host: Host): void {
    this.counts.streams++;
    host.streams++;
    host.ssrc = this.#upTo(2 ** 32);
    // Half of them just before a rollover.
    host.index = this.#happens(0.5) ? 65_536 - this.#upTo(600) : this.#upTo(65_536);
  }

  /** How far it is to the next packet: 1, but for losses and outages. */
  #step(): number {
    if (this.#happens(0.001)) return 1 + this.#upTo(15_000);
    return this.#happens(0.01) ? 1 + this.#upTo(40) : 1;
  }

  #nextPayload(host: Host): Buffer {
    if (host.phaseLeft-- <= 0) {
      const isTimed = this.#happens(0.8);
      host.phase = { lengthMax: LENGTHS[this.#upTo(isTimed ? 3 : LENGTHS.length)]!, isTimed };
      host.phaseLeft = isTimed ? 6 * WINDOW : this.#upTo(3 * WINDOW);
    }
    const { lengthMax, isTimed } = host.phase;
    const isDue = isTimed ? this.counts.forwarded % (2 * WINDOW) < 3 : host.phaseLeft < 3;
    const longest = LENGTHS[3 + this.#upTo(3)]!;
    const length = isDue && this.#happens(0.5) ? longest : 8 + this.#upTo(lengthMax - 7);
    const at = this.#upTo(NOISE.length - length);
    const payload = Buffer.from(NOISE.subarray(at, at + length));
    payload.writeUInt32BE(this.#sent++, 0);
    payload.writeUInt32BE(this.#options.thread, 4);
    return payload;
  }

  #comeAndGo(): void {
    // Crowds come and crowds go; half the time there are few.
    const { listeners } = this.#options;
    if (this.#happens(0.004))
      this.#wanted = this.#happens(0.5) ? CROWD + this.#upTo(CROWD) : 1 + this.#upTo(listeners);
    const wanted = Math.min(this.#wanted, listeners);
    for (let n = 0; n < 40 && this.#members.length < wanted; n++) this.#join();
    for (let n = 0; n < 20 && this.#members.length > wanted; n++) this.#leave();
    if (this.#happens(0.05)) this.#leave();
  }

  #join(): void {
    this.counts.joins++;
    const number = this.#joined++;
    const [inbound, outbound] = [this.#newMaster(), this.#newMaster()];
    const ssrc = this.#upTo(2 ** 32);
    this.verifier.add(number, outbound, this.#happens(0.3) ? this.#upTo(20) : 0);
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
    const member = this.#members.splice(this.#upTo(this.#members.length), 1)[0];
    if (!member) return;
    this.counts.leaves++;
    member.subscriber.close();
    this.verifier.remove(member.number);
  }

  /** Asks for packets that have lately come, or should have, and for some of long ago. */
  #ask(member: Member): void {
    const newest = this.verifier.newestOf(member.number);
    if (newest === undefined) return;
    this.counts.asked++;
    const back = () => (this.#happens(0.8) ? this.#upTo(250) : this.#upTo(65_536));
    const sequences = Array.from({ length: 1 + this.#upTo(8) }, () => newest - back());
    member.subscriber.receiveRtcp(protectNack(member.rtcp, ++member.rtcpIndex, member.ssrc, sequences));
  }

  #newMaster(): Master {
    return { key: randomFillSync(Buffer.alloc(16)), salt: randomFillSync(Buffer.alloc(14)) };
  }

  #happens(share: number): boolean {
    return this.#options.random() < share;
  }

  /** A whole number from 0 on, below `count`. */
  #upTo(count: number): number {
    return Math.floor(this.#options.random() * count);
  }
}
