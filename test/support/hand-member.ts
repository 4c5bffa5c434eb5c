import type { ErrorCode } from "../../server/protocol/errors.ts";
import type { ServerMessage } from "../../server/protocol/messages.ts";
import type { EncodedMessage, Member } from "../../server/room/member.ts";

/** A member whose mail the test reads by hand. */
export class HandMember implements Member {
  readonly id: string;
  /** What the room said since the last {@link take}. */
  #mail: ServerMessage[] = [];
  isBehind = false;
  released = false;
  releasedFor: ErrorCode | undefined;

  constructor(id: string) {
    this.id = id;
  }

  send(message: ServerMessage): void {
    this.#mail.push(message);
  }

  sendEncoded({ data }: EncodedMessage): void {
    this.#mail.push(JSON.parse(String(data)));
  }

  release(error?: ErrorCode): void {
    this.released = true;
    this.releasedFor = error;
  }

  /** The mail so far, which is then gone. */
  take(): ServerMessage[] {
    return this.#mail.splice(0);
  }
}
