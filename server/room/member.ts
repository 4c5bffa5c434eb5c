import type { ErrorCode } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";

/** A message as it goes over the WebSocket. Encoded once, it can be sent to any number of members. */
export interface EncodedMessage {
  readonly type: ServerMessage["type"];
  /** JSON in UTF-8; shared by all sockets, so nobody may change it. */
  readonly data: Buffer;
}

export function encodeMessage(message: ServerMessage): EncodedMessage {
  return { type: message.type, data: Buffer.from(JSON.stringify(message)) };
}

/** A host or listener, as far as the room can see. */
export interface Member {
  readonly id: string;
  /** The network of its address (see `networkOf`). */
  readonly network: string;
  /** Whether much of what was sent is still in the server's buffer. What can wait should wait then. */
  readonly isBehind: boolean;
  send(message: ServerMessage): void;
  /** Sends a message that several members get. */
  sendEncoded(message: EncodedMessage): void;
  /** Sends encoded frames, or drops them where the socket is behind. */
  sendFrames(message: Uint8Array): void;
  /** The room has removed the member. `error` gives the reason if no message has given it yet. */
  release(error?: ErrorCode): void;
}

/** What a host presents when it joins. */
export interface HostArrival {
  /** Id of its page. Other programs, and consoles of earlier versions, have none. */
  readonly page?: string | undefined;
  /** Whether it takes the wall over from another page. */
  readonly takeOver?: boolean | undefined;
}

/** What a listener presents when it joins. */
export interface Arrival {
  /** Id of its page. Pages of earlier versions have none. */
  readonly page?: string | undefined;
  readonly password?: string | undefined;
  /** The id that its screen had before. */
  readonly screen?: string | undefined;
  /** A name for its screen, used until the host gives it another one. */
  readonly name?: string | undefined;
  /** Whether it takes frames over its WebSocket, at the start and while it gets none over UDP. */
  readonly frames?: boolean | undefined;
}
