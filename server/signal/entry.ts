import type { ClientLimits } from "../limits/client-limits.ts";
import { networkOf } from "../net/address.ts";
import { codeOf } from "../protocol/errors.ts";
import type { Arrival, ListenerRoom, Member } from "../room/member.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";
import { Admission, type JoinMessage, type JoinMetrics } from "./admission.ts";

/** In which room a page is, and as what. */
export type Entered = { at: "host"; room: Room } | { at: "listener"; room: ListenerRoom };

export interface EntryOptions {
  /** Who joins. */
  readonly member: Member;
  readonly rooms: Rooms;
  readonly limits: ClientLimits;
  readonly metrics: JoinMetrics;
  /** Address of the page. */
  readonly address: string;
  /** @throws LightwallError if the server takes no more listeners now */
  requireSlot(): void;
  /** The page is in a room. */
  entered(entered: Entered): void;
  /** Receives the error of a join that was not decided at once. */
  refuse(error: unknown): void;
}

/** A join that is not decided yet, because another node has to answer. */
interface Pending {
  /** Withdraws it. */
  leave(): void;
}

/** How a page comes into a room, as a host with a key or as a listener. */
export class Entry {
  readonly #options: EntryOptions;
  readonly #admission: Admission<ListenerRoom>;
  #pending: Pending | undefined;

  constructor(options: EntryOptions) {
    this.#options = options;
    const { rooms } = options;
    this.#admission = new Admission({
      ...options,
      find: (code) => rooms.findForListener(code),
      join: (room, arrival) => this.#joinAsListener(room, arrival),
      refuse: (error) => {
        options.metrics.join("listener", codeOf(error));
        options.refuse(error);
      },
    });
  }

  /**
   * Begins a join. If it is not decided on return, it ends in `entered` or `refuse`, unless {@link cancel} is
   * called first.
   * @throws LightwallError if the join is refused at once
   */
  begin(message: JoinMessage): void {
    this.cancel();
    try {
      if (message.hostKey === undefined) this.#admission.begin(message);
      else this.#joinAsHost(message, message.hostKey);
    } catch (error) {
      this.#count(message, error);
      throw error;
    }
  }

  /** Cancels a join that is not decided yet. */
  cancel(): void {
    this.#admission.cancel();
    this.#pending?.leave();
    this.#pending = undefined;
  }

  #joinAsListener(room: ListenerRoom, arrival: Arrival): void | Promise<void> {
    const { rooms, member, metrics, entered } = this.#options;
    const enter = () => {
      // Meanwhile this node may have become the one that keeps the room.
      entered({ at: "listener", room: rooms.findForListener(room.code) });
      metrics.join("listener", "joined");
    };
    const joined = room.joinListener(member, arrival);
    if (typeof joined === "string") enter();
    else return this.#whenDecided(joined, enter, () => room.leave(member));
  }

  #joinAsHost(message: JoinMessage, hostKey: string): void {
    const { rooms, address, refuse } = this.#options;
    const { code, page, takeOver } = message;
    const held = rooms.hold(code, hostKey, {
      ...{ network: networkOf(address), page, takeOver },
      password: message.password,
    });
    if (!(held instanceof Promise)) {
      this.#enterAsHost(held, message);
      return;
    }
    this.#whenDecided(
      held,
      (room) => this.#enterAsHost(room, message),
      () => {},
    ).catch((error) => {
      this.#count(message, error);
      refuse(error);
    });
  }

  #enterAsHost(room: Room, { password, page, takeOver }: JoinMessage): void {
    const { member, rooms, limits, metrics, address, entered } = this.#options;
    room.joinHost(member, { page, takeOver });
    if (password !== undefined) room.password.set(password);
    entered({ at: "host", room });
    limits.addKnownWall(address, room.code);
    metrics.join("host", "joined");
    void rooms.admitWaiting(room);
  }

  /** Enters when another node has answered, unless the page has left or begun another join meanwhile. */
  async #whenDecided<Answer>(
    answer: Promise<Answer>,
    enter: (answer: Answer) => void,
    leave: () => void,
  ): Promise<void> {
    const pending = { leave };
    this.#pending = pending;
    try {
      const value = await answer;
      if (this.#pending === pending) enter(value);
    } catch (error) {
      if (this.#pending === pending) throw error;
    } finally {
      if (this.#pending === pending) this.#pending = undefined;
    }
  }

  #count({ hostKey }: JoinMessage, error: unknown): void {
    const { limits, metrics, address } = this.#options;
    const code = codeOf(error);
    metrics.join(hostKey === undefined ? "listener" : "host", code);
    if (code === "key-wrong") limits.countWrongKey(address);
  }
}
