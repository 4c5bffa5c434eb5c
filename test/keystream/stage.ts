import { randomFillSync } from "node:crypto";
import { Broadcast } from "../../server/media/fanout/broadcast.ts";
import { Publisher } from "../../server/media/peer/publisher.ts";
import { Subscriber } from "../../server/media/peer/subscriber.ts";
import type { Relay } from "../../server/relay/relay.ts";
import type { Chance } from "./chance.ts";
import { PAYLOAD_TYPE, Song } from "./song.ts";
import { Keys, type Master, protectNack } from "./srtp.ts";
import { Verifier } from "./verifier.ts";

/**
 * A few more listeners than the 64 that the server prepares keystream for at a stretch, and as many again.
 */
const CROWD = 65;

export interface StageOptions {
  chance: Chance;
  /** Most listeners at once. */
  listeners: number;
  /** Packets that the verifier must be able to remember. */
  packets: number;
  /** To the other threads, if there are any. */
  relay?: Relay | undefined;
  /** Tells this thread's payloads from those of others. */
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

/**
 * One thread of the server, as far as media goes: a real broadcast, with hosts and listeners that are made
 * up.
 */
export class Stage {
  readonly verifier: Verifier;
  readonly #options: StageOptions;
  readonly #chance: Chance;
  readonly #broadcast: Broadcast;
  readonly #hosts = new Map<number, Host>();
  readonly #members: Member[] = [];
  #joined = 0;
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
   * Packets of hosts, here and elsewhere, that came to this thread, and those that went on to listeners;
   * joins, leaves, streams and hosts that began; NACKs.
   */
  readonly counts = { offered: 0, forwarded: 0, joins: 0, leaves: 0, streams: 0, hosts: 0, asked: 0 };

  constructor(options: StageOptions) {
    this.#options = options;
    this.#chance = options.chance;
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
    const song = new Song(this.#chance, new Keys(inbound, 0), this.#options.thread);
    this.#hosts.set(number, { publisher, song });
  }

  removeHost(number: number): void {
    const host = this.#hosts.get(number);
    host?.publisher.close();
    this.counts.streams += host?.song.streams ?? 0;
    this.#hosts.delete(number);
  }

  /** Whether a host of this thread is live. */
  get hasHost(): boolean {
    return this.#hosts.size > 0;
  }

  /** One step: every host of this thread sends, and some listeners come, go or ask. */
  step(): void {
    this.#behind = this.#chance.happens(0.02) ? !this.#behind : this.#behind;
    this.#comeAndGo();
    for (const host of this.#hosts.values()) this.#play(host);
    if (this.#members.length > 0 && this.#chance.happens(0.3))
      this.#ask(this.#members[this.#chance.upTo(this.#members.length)]!);
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

  #comeAndGo(): void {
    // Crowds come and crowds go; half the time there are few.
    const { listeners } = this.#options;
    if (this.#chance.happens(0.004))
      this.#wanted = this.#chance.happens(0.5)
        ? CROWD + this.#chance.upTo(CROWD)
        : 1 + this.#chance.upTo(listeners);
    const wanted = Math.min(this.#wanted, listeners);
    for (let n = 0; n < 40 && this.#members.length < wanted; n++) this.#join();
    for (let n = 0; n < 20 && this.#members.length > wanted; n++) this.#leave();
    if (this.#chance.happens(0.05)) this.#leave();
  }

  #join(): void {
    this.counts.joins++;
    const number = this.#joined++;
    const [inbound, outbound] = [this.#newMaster(), this.#newMaster()];
    const ssrc = this.#chance.upTo(2 ** 32);
    this.verifier.add(number, outbound, this.#chance.happens(0.3) ? this.#chance.upTo(20) : 0);
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
    const member = this.#members.splice(this.#chance.upTo(this.#members.length), 1)[0];
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
    const back = () => (this.#chance.happens(0.8) ? this.#chance.upTo(250) : this.#chance.upTo(65_536));
    const sequences = Array.from({ length: 1 + this.#chance.upTo(8) }, () => newest - back());
    member.subscriber.receiveRtcp(protectNack(member.rtcp, ++member.rtcpIndex, member.ssrc, sequences));
  }

  #newMaster(): Master {
    return { key: randomFillSync(Buffer.alloc(16)), salt: randomFillSync(Buffer.alloc(14)) };
  }
}
