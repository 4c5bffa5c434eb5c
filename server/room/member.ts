import type { Offering } from "../media/media-engine.ts";
import type { PeerId } from "../media/model.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import type { Report, ServerMessage } from "../protocol/messages.ts";
import type { Chosen } from "../protocol/wall.ts";
import type { Password } from "./password.ts";
import type { MissingRange } from "./socket-media.ts";

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
  /** Whether its page is connected to another node. What all members are told reaches it by that node. */
  readonly isFar?: boolean;
  send(message: ServerMessage): void;
  /** Sends a message that several members get. */
  sendEncoded(message: EncodedMessage): void;
  /** Sends encoded frames, or drops them where the socket is behind. */
  sendFrames(message: Uint8Array): void;
  /** Another node keeps the member's room from now on, or this one does: nothing else changes. */
  move(room: ListenerRoom): void;
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
  /** It has shown the password to the node that kept the room before. */
  readonly admitted?: boolean | undefined;
}

/** A member's media offer. */
export interface MemberOffering extends Offering {
  /** Whether it is for the stage of the room. */
  readonly isForStage?: boolean;
}

/** A room as the session of a listener sees it, whether this node keeps the room or another one. */
export interface ListenerRoom {
  readonly code: string;
  readonly password: Pick<Password, "isSet" | "hasAdmitted">;
  /** Missing where another node keeps the room: only listeners at that node come on stage. */
  readonly stage?: { stepDown(member: Member): void };
  /**
   * Adds a listener after checking the password, if there is one, and gives its screen a place. A page that
   * has changed its network comes back while its former connection seems to be alive: that is removed.
   * @returns the id of its screen
   * @throws LightwallError `password-needed` | `password-wrong` | `room-full`, or rejects with it
   */
  joinListener(member: Member, arrival: Arrival): string | Promise<string>;
  /**
   * Answers a member's media offer, for the wall or for its stage. The new peer replaces the member's
   * earlier one. If the offer is refused, the earlier peer stays.
   * @returns the new peer
   * @throws LightwallError `offer-invalid` | `offer-no-audio` | `offer-sends` | `not-in-room` |
   * `stage-refused`
   */
  offer(member: Member, offering: MemberOffering): PeerId;
  /** Takes a screen's report on how well it keeps time. Only a screen that shows light sends one. */
  report(member: Member, report: Report): void;
  /** Takes the choice of the person at a screen. */
  choose(member: Member, chosen: Chosen): void;
  /** Somebody has tapped on a screen. */
  spark(member: Member): void;
  /** Sends frames that a listener has lost, over its WebSocket. */
  repair(member: Member, missing: readonly MissingRange[]): void;
  /** A listener gets no frames over UDP, and wants all over its WebSocket; or it gets them again. */
  wantFrames(member: Member, isWanted: boolean): void;
  /** Removes a member whose connection has closed. */
  leave(member: Member): void;
}
