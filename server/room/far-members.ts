import type { Down, FarStats, Up } from "../cluster/messages.ts";
import { codeOf, type ErrorCode } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import type { Chosen } from "../protocol/wall.ts";
import { type Arrival, type EncodedMessage, encodeMessage, type Member } from "./member.ts";
import type { Seats } from "./seats.ts";

export interface FarMembersOptions {
  /** Of the lease under which this node keeps the room. */
  readonly generation: number;
  /** Tells another node something. */
  readonly send: (node: string, message: Down) => void;
  /** The room, as far as its members at other nodes act on it. */
  readonly room: {
    readonly code: string;
    readonly wall: { light(screen: string): void };
    joinListener(member: Member, arrival: Arrival): string;
    choose(member: Member, chosen: Chosen): void;
    spark(member: Member): void;
    leave(member: Member): void;
  };
  readonly seats: Seats;
}

/** How long nodes have to say again who is there, ms. */
const EXPECTED_MS = 5_000;

/** Another node with listeners of the room. */
interface Outpost {
  readonly members: Map<string, FarMember>;
  stats: FarStats | undefined;
  /** What its screens need that are not switched off, ms. */
  needs: readonly number[];
}

/**
 * A room's listeners at other nodes. Their media stay there; here they have their screens. What all of them
 * are told is sent to each node once.
 */
export class FarMembers {
  readonly #options: FarMembersOptions;
  readonly #outposts = new Map<string, Outpost>();
  /** Members that must be named again, with their nodes. */
  readonly #expected = new Map<FarMember, string>();
  #expecting: NodeJS.Timeout | undefined;

  constructor(options: FarMembersOptions) {
    this.#options = options;
    options.seats.tellFar = (message) => this.tellAll(message);
  }

  /** How they receive, by node. */
  get stats(): FarStats[] {
    return [...this.#outposts.values()].flatMap(({ stats }) => stats ?? []);
  }

  /** What their screens need that are not switched off, ms. */
  get needs(): number[] {
    return [...this.#outposts.values()].flatMap(({ needs }) => needs);
  }

  /** Tells all of them. */
  tellAll(message: EncodedMessage): void {
    for (const node of this.#outposts.keys()) this.tell(node, message);
  }

  /** Tells one of a node; without a member, all of them. */
  tell(node: string, { type: kind, data }: EncodedMessage, member?: string): void {
    const members = member === undefined ? {} : { members: [member] };
    this.#send(node, { ...this.#ofRoom, type: "tell", kind, text: data.toString(), ...members });
  }

  /** Takes what another node says. */
  take(message: Up, node: string): void {
    if (message.generation !== this.#options.generation) return;
    const { room } = this.#options;
    if (message.type === "enter") {
      this.#enter(message, node);
      return;
    }
    const outpost = this.#outposts.get(node);
    if (message.type === "figures") {
      if (outpost) this.#note(outpost, message);
      else this.#askAgain(node);
      return;
    }
    const member = outpost?.members.get(message.member);
    if (!outpost || !member) {
      if (message.type !== "leave") this.#askAgain(node);
      return;
    }
    switch (message.type) {
      case "leave":
        room.leave(member);
        this.#forget(node, outpost, member.id);
        break;
      case "choose":
        room.choose(member, { band: message.band, palette: message.palette });
        break;
      case "spark":
        room.spark(member);
    }
  }

  /**
   * What a node, or all, have said may have been lost. They say again who is there; whoever is not named
   * within some seconds has left.
   */
  expectAgain(node?: string): void {
    for (const [name, { members }] of this.#outposts) {
      if (node !== undefined && name !== node) continue;
      for (const member of members.values()) this.#expected.set(member, name);
    }
    clearTimeout(this.#expecting);
    this.#expecting = setTimeout(() => this.#removeMissing(), EXPECTED_MS).unref();
  }

  /** This node stops: another one may keep the room, so nobody is told anything more. */
  forgetAll(): void {
    this.#outposts.clear();
  }

  /** A node has gone, with all of its listeners. */
  removeNode(node: string): void {
    for (const member of this.#outposts.get(node)?.members.values() ?? []) this.#options.room.leave(member);
    this.#outposts.delete(node);
  }

  /** The room has removed a member. */
  release(node: string, member: string, code?: ErrorCode): void {
    const outpost = this.#outposts.get(node);
    if (!outpost) return;
    this.#send(node, { ...this.#ofRoom, type: "released", member, ...(code && { code }) });
    this.#forget(node, outpost, member);
  }

  get #ofRoom(): { room: string; generation: number } {
    return { room: this.#options.room.code, generation: this.#options.generation };
  }

  #enter({ member: id, network, type: _, room: __, generation: ___, ...arrival }: Enter, node: string): void {
    const { room } = this.#options;
    const outpost = this.#outposts.get(node) ?? { members: new Map(), stats: undefined, needs: [] };
    this.#outposts.set(node, outpost);
    // The node says it again, because an answer may have been lost.
    const former = outpost.members.get(id);
    if (former) room.leave(former);
    const member = new FarMember(this, node, id, network);
    outpost.members.set(id, member);
    try {
      const screen = room.joinListener(member, arrival);
      this.#send(node, { ...this.#ofRoom, type: "entered", member: id, screen });
    } catch (error) {
      this.#forget(node, outpost, id);
      this.#send(node, { ...this.#ofRoom, type: "refused", member: id, code: codeOf(error) });
    }
  }

  #removeMissing(): void {
    for (const [member, node] of this.#expected) {
      const outpost = this.#outposts.get(node);
      if (outpost?.members.get(member.id) !== member) continue;
      this.#options.room.leave(member);
      this.#forget(node, outpost, member.id);
    }
    this.#expected.clear();
  }

  #note(outpost: Outpost, { lit, needs, reporting, stats }: Figures): void {
    // Of a large crowd the screens come with every fifth message.
    outpost.stats = { ...stats, screens: stats.screens ?? outpost.stats?.screens ?? [] };
    // Each stands for as many screens as there are of it.
    const times = needs.length === 0 ? 0 : Math.max(1, Math.round(reporting / needs.length));
    outpost.needs = needs.flatMap((needed) => new Array<number>(times).fill(needed));
    for (const id of lit) {
      const member = outpost.members.get(id);
      if (member) this.#options.room.wall.light(this.#screenOf(member));
    }
  }

  #screenOf(member: Member): string {
    return this.#options.seats.of(member)?.screen ?? "";
  }

  #forget(node: string, outpost: Outpost, member: string): void {
    outpost.members.delete(member);
    if (outpost.members.size === 0) this.#outposts.delete(node);
  }

  /** The node was taken for gone, but has noticed nothing of that itself. */
  #askAgain(node: string): void {
    this.#send(node, { ...this.#ofRoom, type: "enter-again" });
  }

  #send(node: string, message: Down): void {
    this.#options.send(node, message);
  }
}

type Enter = Extract<Up, { type: "enter" }>;
type Figures = Extract<Up, { type: "figures" }>;

/** A listener at another node. */
class FarMember implements Member {
  readonly isFar = true;
  /** Its own node drops what is too much for its page. */
  readonly isBehind = false;
  readonly id: string;
  readonly network: string;
  readonly #all: FarMembers;
  readonly #node: string;

  constructor(all: FarMembers, node: string, id: string, network: string) {
    this.#all = all;
    this.#node = node;
    this.id = id;
    this.network = network;
  }

  send(message: ServerMessage): void {
    this.sendEncoded(encodeMessage(message));
  }

  sendEncoded(message: EncodedMessage): void {
    this.#all.tell(this.#node, message, this.id);
  }

  /** Its own node has the frames. */
  sendFrames(): void {}

  move(): void {}

  release(code?: ErrorCode): void {
    this.#all.release(this.#node, this.id, code);
  }
}
