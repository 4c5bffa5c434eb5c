import type { Arrival, ListenerRoom, Member } from "./member.ts";

/** The keeper is asked again after this time, because a message may have been lost. */
const ASK_AGAIN_MS = 1_000;
/** How often it is asked until the page is told to come back later. */
const ATTEMPTS = 5;

interface Applicant {
  readonly arrival: Arrival;
  readonly resolve: (screen: string) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** The pages that wait for the answer of the node that keeps their room. */
export class Applicants {
  readonly #applicants = new Map<string, Applicant>();
  readonly #ask: (member: Member, arrival: Arrival) => void;
  readonly #giveUp: (member: Member) => void;

  /**
   * @param ask asks the keeper
   * @param giveUp called when it has not answered
   */
  constructor(ask: (member: Member, arrival: Arrival) => void, giveUp: (member: Member) => void) {
    this.#ask = ask;
    this.#giveUp = giveUp;
  }

  /** Asks the keeper. @returns the id of the member's screen; rejects if it is refused */
  add(member: Member, arrival: Arrival): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let asked = 1;
    const timer = setInterval(() => {
      if (asked++ < ATTEMPTS) this.#ask(member, arrival);
      else this.#giveUp(member);
    }, ASK_AGAIN_MS);
    this.#applicants.set(member.id, { arrival, resolve, reject, timer });
    this.#ask(member, arrival);
    return promise;
  }

  /** What a member that waits has presented; undefined if it does not wait. */
  arrivalOf(member: Member): Arrival | undefined {
    return this.#applicants.get(member.id)?.arrival;
  }

  /** The keeper has admitted a member. @returns what it has presented; undefined if it did not wait */
  admit(member: Member, screen: string): Arrival | undefined {
    const applicant = this.#take(member.id);
    applicant?.resolve(screen);
    return applicant?.arrival;
  }

  /** A member is refused. @returns whether it waited */
  refuse(id: string, error: unknown): boolean {
    const applicant = this.#take(id);
    applicant?.reject(error);
    return applicant !== undefined;
  }

  /** A member does not wait any more. */
  forget(member: Member): void {
    this.#take(member.id);
  }

  /** This node keeps the room from now on: it decides on all of them. */
  moveTo(room: Pick<ListenerRoom, "joinListener">, free: (id: string) => Member): void {
    for (const id of this.ids) {
      const applicant = this.#take(id)!;
      try {
        applicant.resolve(room.joinListener(free(id), applicant.arrival) as string);
      } catch (error) {
        applicant.reject(error);
      }
    }
  }

  /** Ids of all of them. */
  get ids(): string[] {
    return [...this.#applicants.keys()];
  }

  #take(id: string): Applicant | undefined {
    const applicant = this.#applicants.get(id);
    clearInterval(applicant?.timer);
    this.#applicants.delete(id);
    return applicant;
  }
}
