import { randomUUID } from "node:crypto";
import { sameSecret } from "../data/host-keys.ts";
import type { PeerId } from "../media/model.ts";
import type { IceServer } from "../protocol/messages.ts";
import type { Program, Programs } from "../room/programs.ts";

/** How a program comes to a wall: it sends the wall's sound, or receives it. */
export type Door = "whip" | "whep";

export interface DoorSessionOptions {
  readonly door: Door;
  readonly code: string;
  /** What the program has shown, and must show again; "" for nothing. */
  readonly token: string;
  /** SDP. */
  readonly offer: string;
  /** STUN and TURN servers for the program. */
  readonly iceServers: readonly IceServer[];
  /** Called once, when the session has ended. */
  readonly ended: () => void;
}

/** The session of one program, from the answer to its offer to the end of its media. */
export class DoorSession implements Program {
  /** A secret of the program: it is in the URL of its session only. */
  readonly id = randomUUID();
  /** Names the ICE session, which never changes (RFC 9725 §4.3.1). */
  readonly etag = `"${randomUUID()}"`;
  readonly #options: DoorSessionOptions;
  /** The ICE user name fragments of the offer. */
  readonly #ufrags: ReadonlySet<string>;
  #media: { programs: Programs; peer: PeerId } | undefined;
  #answer = "";
  #isOver = false;

  constructor(options: DoorSessionOptions) {
    this.#options = options;
    const ufrags = options.offer.matchAll(/^a=ice-ufrag:(\S+)/gm);
    this.#ufrags = new Set(ufrags.map(([, ufrag = ""]) => ufrag));
  }

  get door(): Door {
    return this.#options.door;
  }

  get code(): string {
    return this.#options.code;
  }

  /** SDP, once the session has begun. */
  get answer(): string {
    return this.#answer;
  }

  get iceServers(): readonly IceServer[] {
    return this.#options.iceServers;
  }

  /** Whether a request with this token may change the session. */
  admits(token: string): boolean {
    return this.#options.token === "" || sameSecret(token, this.#options.token);
  }

  /** Whether an ICE user name fragment is from the offer. Another one asks for an ICE restart. */
  hasUfrag(ufrag: string): boolean {
    return this.#ufrags.has(ufrag);
  }

  /** The room has answered the offer. */
  begin(programs: Programs, { peer, answer }: { peer: PeerId; answer: string }): void {
    this.#media = { programs, peer };
    this.#answer = answer;
  }

  /** Ends the session; idempotent. @param reason for the log */
  leave(reason: string): void {
    const media = this.#media;
    this.end();
    media?.programs.remove(media.peer, reason);
  }

  /** The room has ended the program's media: the session is over. */
  end(): void {
    this.#media = undefined;
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.ended();
  }
}
