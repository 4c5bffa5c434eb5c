import { TokenBucket } from "../limits/rate.ts";
import type { Bus } from "./bus.ts";
import { decodeGap, decodePacket, encodeGap, encodePacket, GAP_MAX, type Gap } from "./packets.ts";
import type { Relay, RelayedPacket } from "./relay.ts";
import { Replays } from "./replays.ts";
import { hiddenName, Opener, Sealer } from "./seal.ts";
import { decodeWish, encodeWish, type Wish } from "./wishes.ts";

/** How packets are sent again that were lost on the way. */
interface Resending {
  /** Packets that are kept for that. */
  readonly kept: number;
  /** How many are sent again. */
  readonly repairs: { readonly burst: number; readonly perSecond: number };
}

/** Of a song: five seconds at 20 ms each; as many as are asked for at once, then a fifth of all. */
const SONG: Resending = { kept: 256, repairs: { burst: GAP_MAX, perSecond: 10 } };
/** Of a layer of a picture: a second at 4 Mb/s, and as large a part of all. */
export const PICTURE: Resending = { kept: 512, repairs: { burst: GAP_MAX, perSecond: 80 } };

/** What a bridge has done since its last report. */
export interface RelayCounts {
  /** Packets of hosts at this node, sent to other nodes, and their bytes as sent. */
  packetsOut: number;
  bytesOut: number;
  /** Packets of hosts at other nodes, and their bytes as received. */
  packetsIn: number;
  bytesIn: number;
  /** Packets that were missing between two nodes, and were asked for. */
  missing: number;
  /** Packets that were sent again for another node. */
  repaired: number;
  /** Messages that no node of this installation has sent, or that were damaged. */
  refused: number;
}

/** Which packet of which stream one is. */
type PacketPlace = Readonly<Pick<RelayedPacket, "publisher" | "ssrc" | "index">>;

export function zeroRelayCounts(): RelayCounts {
  return { packetsOut: 0, bytesOut: 0, packetsIn: 0, bytesIn: 0, missing: 0, repaired: 0, refused: 0 };
}

export interface BridgeOptions {
  /** Leads to the other machines. */
  readonly bus: Bus;
  /** Leads to the media threads of this machine. */
  readonly local: Relay;
  /** What the nodes of the installation share: 32 bytes. */
  readonly secret: Uint8Array;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

/**
 * Carries broadcasts between the media threads of this machine and other machines. A broadcast's host is at
 * one machine at a time: there the bridge sends its packets, at others it receives them.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #sealer: Sealer;
  readonly #opener: Opener;
  readonly #replays = new Replays();
  /** By broadcast, what ends its way over this bridge. */
  readonly #ways = new Map<string, () => void>();
  #counts = zeroRelayCounts();

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.#sealer = new Sealer(options.secret);
    this.#opener = new Opener(options.secret);
  }

  /** Sends a broadcast, whose host is at this machine, to the others. */
  send(broadcast: string, { kept: keptMax, repairs: limit }: Resending = SONG): void {
    this.drop(broadcast);
    const { bus, local, now } = this.#options;
    const { media, gaps } = this.#subjects(broadcast);
    const kept = new Map<number, Kept>();
    const repairs = new TokenBucket(limit, now());
    const ends = [
      local.subscribe(broadcast, (packet) => {
        const { publisher, ssrc, index } = packet;
        const data = encodePacket(packet);
        kept.set(index % keptMax, { publisher, ssrc, index, data });
        this.#counts.packetsOut++;
        this.#publish(media, data);
      }),
      bus.subscribe(gaps, (message) => {
        const gap = this.#open(gaps, message, decodeGap);
        for (const { data } of gap ? requested(kept, gap) : []) {
          if (!repairs.take(1, now())) return;
          this.#counts.repaired++;
          this.#publish(media, data);
        }
      }),
    ];
    this.#ways.set(broadcast, () => {
      for (const end of ends) end();
    });
  }

  /** Receives a broadcast whose host is at another machine. */
  receive(broadcast: string): void {
    this.drop(broadcast);
    const { bus, local } = this.#options;
    const { media, gaps } = this.#subjects(broadcast);
    const gapsOf = new GapFinder();
    const end = bus.subscribe(media, (message) => {
      const packet = this.#open(media, message, decodePacket);
      if (!packet) return;
      this.#counts.packetsIn++;
      this.#counts.bytesIn += message.length;
      const gap = gapsOf.add(packet);
      if (gap) {
        this.#counts.missing += gap.last - gap.first + 1;
        this.#publish(gaps, encodeGap(gap));
      }
      local.publish(broadcast, packet);
    });
    this.#ways.set(broadcast, end);
  }

  /** Tells the machine at which a broadcast's host is what listeners here want. */
  wish(broadcast: string, wish: Wish): void {
    this.#publish(this.#subjects(broadcast).wishes, encodeWish(wish));
  }

  /** Takes what listeners at other machines want of a host at this one. @returns ends it */
  takeWishes(broadcast: string, take: (wish: Wish) => void): () => void {
    const { wishes } = this.#subjects(broadcast);
    return this.#options.bus.subscribe(wishes, (message) => {
      const wish = this.#open(wishes, message, decodeWish);
      if (wish) take(wish);
    });
  }

  /** Neither sends nor receives a broadcast any more; idempotent. */
  drop(broadcast: string): void {
    this.#ways.get(broadcast)?.();
    this.#ways.delete(broadcast);
  }

  /** Takes the counts since the last call. */
  takeCounts(): RelayCounts {
    const taken = this.#counts;
    this.#counts = zeroRelayCounts();
    return taken;
  }

  /** Drops all broadcasts; idempotent. */
  close(): void {
    for (const broadcast of [...this.#ways.keys()]) this.drop(broadcast);
  }

  #subjects(broadcast: string): Record<"media" | "gaps" | "wishes", string> {
    const name = hiddenName(this.#options.secret, broadcast);
    const of = (kind: string) => `lightwall.${kind}.${name}`;
    return { media: of("media"), gaps: of("gaps"), wishes: of("wishes") };
  }

  #publish(subject: string, plain: Buffer): void {
    const sealed = this.#sealer.seal(subject, plain);
    this.#counts.bytesOut += sealed.length;
    this.#options.bus.publish(subject, sealed);
  }

  #open<Message>(
    subject: string,
    data: Buffer,
    decode: (plain: Buffer) => Message | undefined,
  ): Message | undefined {
    const opened = this.#opener.open(subject, data);
    const isNew = opened && this.#replays.isNew(opened.sender, opened.count);
    const message = isNew ? decode(opened.plain) : undefined;
    if (!message) this.#counts.refused++;
    return message;
  }
}

/** A packet that was sent, encoded. */
interface Kept extends PacketPlace {
  readonly data: Buffer;
}

/** The kept packets that a gap names. */
function requested(kept: ReadonlyMap<number, Kept>, { publisher, ssrc, first, last }: Gap): Kept[] {
  return kept
    .values()
    .filter((one) => one.publisher === publisher && one.ssrc === ssrc)
    .filter(({ index }) => index >= first && index <= last)
    .toArray();
}

/** Finds out which packets of a broadcast are missing. Each is named once. */
class GapFinder {
  #newest: { publisher: number; ssrc: number; index: number } | undefined;

  /** Takes a packet. Returns the packets between it and the newest before, if there are any missing. */
  add({ publisher, ssrc, index }: PacketPlace): Gap | undefined {
    const newest = this.#newest;
    if (newest?.publisher !== publisher || newest.ssrc !== ssrc) {
      this.#newest = { publisher, ssrc, index };
      return;
    }
    if (index <= newest.index) return;
    const first = Math.max(newest.index + 1, index - GAP_MAX);
    newest.index = index;
    return first < index ? { publisher, ssrc, first, last: index - 1 } : undefined;
  }
}
