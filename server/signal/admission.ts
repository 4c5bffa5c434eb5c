import type { ClientLimits } from "../limits/client-limits.ts";
import { type Attempt, settleAttempt } from "../limits/guess-limit.ts";
import { networkOf } from "../net/address.ts";
import { type ErrorCode, LightwallError } from "../protocol/errors.ts";
import { CODE_PATTERN, normaliseCode } from "../protocol/format.ts";
import type { ClientMessage } from "../protocol/messages.ts";
import type { Arrival, ListenerRoom } from "../room/member.ts";
import type { Rooms } from "../room/rooms.ts";

export type JoinMessage = Extract<ClientMessage, { type: "join" }>;

/** Counts joins by outcome. */
export interface JoinMetrics {
  join(role: "host" | "listener", outcome: "joined" | ErrorCode): void;
}

/** What must be known of a room before a listener is in it. */
type Entrance = Pick<ListenerRoom, "code" | "password">;

export interface AdmissionOptions<Found extends Entrance> {
  readonly rooms: Pick<Rooms, "wait">;
  readonly limits: ClientLimits;
  /** Address of the page. */
  readonly address: string;
  /** @throws LightwallError if the server takes no more listeners now */
  requireSlot(): void;
  /**
   * Finds the room with a code.
   * @throws LightwallError as {@link Rooms.find}
   */
  find(code: string): Found;
  /**
   * Adds the page to a room.
   * @throws LightwallError as {@link ListenerRoom.joinListener}, or rejects with it
   */
  join(room: Found, arrival: Arrival): void | Promise<void>;
  /** Receives the error of a join that was not decided at once. */
  refuse(error: unknown): void;
}

/**
 * Admits a listener: finds the room by its code, then checks the password. Both can be guessed. After too
 * many wrong guesses from a network, each further step is delayed. If the wall is not open, the page waits
 * for its host.
 */
export class Admission<Found extends Entrance> {
  readonly #options: AdmissionOptions<Found>;
  readonly #network: string;
  #cancelStep: () => void = () => {};

  constructor(options: AdmissionOptions<Found>) {
    this.#options = options;
    this.#network = networkOf(options.address);
  }

  /**
   * Begins a join. If it is not decided on return, it ends in `join` or `refuse`, unless {@link cancel} is
   * called first.
   * @throws LightwallError if the join is refused at once
   */
  begin(message: JoinMessage): void {
    const { limits, address } = this.#options;
    this.cancel();
    limits.countJoin(address);
    this.#find(message);
  }

  /** Cancels a join that is not decided yet. */
  cancel(): void {
    this.#cancelStep();
    this.#cancelStep = () => {};
  }

  /** @param waited true if the page has waited for this code, so that the code is counted already */
  #find(message: JoinMessage, waited = false): void {
    const { find, limits, address, requireSlot } = this.#options;
    requireSlot();
    const code = normaliseCode(message.code);
    // Text that is not a valid code does not count as a guess.
    const turn = !waited && CODE_PATTERN.test(code) ? limits.attemptCode(address, code) : undefined;
    this.#runInTurn(turn, () => {
      const room = this.#findOrWait(message, () => settleAttempt(turn, is("code-unknown"), () => find(code)));
      limits.addKnownWall(address, code);
      this.#enter(room, message);
    });
  }

  #enter(room: Found, message: JoinMessage): void {
    const { code, password, page, screen, name, frames } = message;
    const { find, limits, address, join } = this.#options;
    const arrival = { password, page, screen, name, frames };
    const isGuess = password && room.password.isSet && !room.password.hasAdmitted(screen);
    const turn = isGuess ? limits.attemptPassword(address, room.code, password) : undefined;
    this.#runInTurn(turn, () => {
      // Finds the room again, because it may have been closed during the delay.
      const joined = settleAttempt(turn, is("password-wrong"), () => join(find(code), arrival));
      joined?.catch((error) => {
        // The node that kept the room does not any more.
        if (is("code-unknown")(error)) this.#wait(message);
        this.#options.refuse(error);
      });
    });
  }

  /** Runs a step at once or, after too many wrong guesses from this network, after a delay. */
  #runInTurn(turn: Attempt | undefined, step: () => void): void {
    if (!turn || turn.waitMs === 0) {
      step();
      return;
    }
    const timer = setTimeout(() => this.#runLater(step), turn.waitMs);
    this.#cancelStep = () => clearTimeout(timer);
  }

  /**
   * If the wall is not open, refuses the page, and admits it when the wall's host joins: after a restart of
   * the server, listeners may reconnect before their host.
   */
  #findOrWait(message: JoinMessage, find: () => Found): Found {
    try {
      return find();
    } catch (error) {
      if (is("code-unknown")(error)) this.#wait(message);
      throw error;
    }
  }

  #wait(message: JoinMessage): void {
    this.#cancelStep = this.#options.rooms.wait(message.code, this.#network, () =>
      this.#runLater(() => this.#find(message, true)),
    );
  }

  #runLater(step: () => void): void {
    this.cancel();
    try {
      step();
    } catch (error) {
      this.#options.refuse(error);
    }
  }
}

function is(code: ErrorCode) {
  return (error: unknown) => error instanceof LightwallError && error.code === code;
}
