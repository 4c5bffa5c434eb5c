import type { ErrorCode } from "../../server/protocol/errors.ts";
import type { ServerMessage } from "../../server/protocol/messages.ts";
import type { EncodedMessage, ListenerRoom, Member } from "../../server/room/member.ts";

/** A member without a session. The test reads the messages that it has received. */
export class HandMember implements Member {
  readonly id: string;
  readonly network = "192.0.2.1";
  #received: ServerMessage[] = [];
  isBehind = false;
  released = false;
  releasedFor: ErrorCode | undefined;
  /** The room in which it is, once that has changed hands. */
  room: ListenerRoom | undefined;

  constructor(id: string) {
    this.id = id;
  }

  send(message: ServerMessage): void {
    this.#received.push(message);
  }

  sendEncoded({ data }: EncodedMessage): void {
    this.#received.push(JSON.parse(String(data)));
  }

  sendFrames(): void {}

  move(room: ListenerRoom): void {
    this.room = room;
  }

  release(error?: ErrorCode): void {
    this.released = true;
    this.releasedFor = error;
  }

  /** Removes the messages that the member has received. @returns those of a type */
  takeAll<T extends ServerMessage["type"]>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.take().filter(
      (message): message is Extract<ServerMessage, { type: T }> => message.type === type,
    );
  }

  /** Returns and removes the messages that the member has received. */
  take(): ServerMessage[] {
    return this.#received.splice(0);
  }
}
