import type { Guard } from "../limits/guard.ts";
import { judge, type Try } from "../limits/tries.ts";
import { network } from "../net/address.ts";
import { CODE_PATTERN, normaliseCode } from "../protocol/code.ts";
import { type ErrorCode, LightwallError } from "../protocol/errors.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { Arrival } from "../room/member.ts";
import type { Room } from "../room/room.ts";
import type { Rooms } from "../room/rooms.ts";

export type JoinMessage = Extract<ClientMessage, { type: "join" }>;

export interface ArrivingOptions {
  readonly rooms: Rooms;
  readonly guard: Guard;
  /** Where the page is. */
  readonly address: string;
  /** @throws LightwallError where nobody may come in now */
  mustHavePlace(): void;
  /**
   * Gives the page its place in a room.
   * @throws LightwallError as {@link Room.joinListener}
   */
  seat(room: Room, arrival: Arrival): void;
  /** What was not decided at once has failed. */
  refused(error: unknown): void;
}

/**
 * A listener's way into a room: found by its code, entered with its password. Both can be guessed, so after
 * too many wrong ones each step waits for its turn; and where the room is not open, the page waits for its
 * host.
 */
export class Arriving {
  readonly #options: ArrivingOptions;
  readonly #network: string;
  #stop: () => void = () => {};

  constructor(options: ArrivingOptions) {
    this.#options = options;
    this.#network = network(options.address);
  }

  /**
   * Sets out. What is not decided when it returns ends in `seat` or `refused`, unless {@link stop} comes
   * first.
   * @throws LightwallError why the page is not let in
   */
  begin(message: JoinMessage): void {
    const { guard, address } = this.#options;
    this.stop();
    guard.join(address);
    this.#find(message);
  }

  /** Whatever the page waits for, it waits no more. */
  stop(): void {
    this.#stop();
    this.#stop = () => {};
  }

  /** @param waited whether the page has waited for this room, and its code is counted already */
  #find(message: JoinMessage, waited = false): void {
    const { rooms, guard, address, mustHavePlace } = this.#options;
    mustHavePlace();
    const code = normaliseCode(message.code);
    // What cannot be a code is no guess.
    const turn = !waited && CODE_PATTERN.test(code) ? guard.code(address, code) : undefined;
    this.#inTurn(turn, () => {
      const room = this.#orWait(message, () => judge(turn, is("code-unknown"), () => rooms.find(code)));
      guard.found(address, code);
      this.#enter(room, message);
    });
  }

  #enter(room: Room, { code, password, screen, name }: JoinMessage): void {
    const { rooms, guard, address, seat } = this.#options;
    const isGuess = password && room.hasPassword && !room.hasAdmitted(screen);
    const turn = isGuess ? guard.password(address, room.code, password) : undefined;
    this.#inTurn(turn, () => {
      judge(turn, is("password-wrong"), () => {
        // Asked for again: it may have been closed meanwhile.
        seat(rooms.find(code), { password, screen, name });
      });
    });
  }

  /** Takes a step when its turn has come: at once, but after too many wrong tries from this network. */
  #inTurn(turn: Try | undefined, step: () => void): void {
    if (!turn || turn.wait === 0) {
      step();
      return;
    }
    const timer = setTimeout(() => this.#later(step), turn.wait);
    this.#stop = () => clearTimeout(timer);
  }

  /**
   * Stays at the door of a room that is not open, such as one whose host has not noticed yet that the server
   * is back.
   */
  #orWait(message: JoinMessage, find: () => Room): Room {
    try {
      return find();
    } catch (error) {
      if (is("code-unknown")(error)) {
        this.#stop = this.#options.rooms.wait(message.code, this.#network, () =>
          this.#later(() => this.#find(message, true)),
        );
      }
      throw error;
    }
  }

  #later(step: () => void): void {
    this.stop();
    try {
      step();
    } catch (error) {
      this.#options.refused(error);
    }
  }
}

function is(code: ErrorCode) {
  return (error: unknown) => error instanceof LightwallError && error.code === code;
}
