import { afterEach, beforeEach, vi } from "vitest";
import type { ServerMessage } from "../../server/protocol/messages.ts";
import type { Screen } from "../../server/protocol/wall.ts";
import type { SavedWall } from "../../server/protocol/wall-schema.ts";
import { Wall } from "../../server/wall/wall.ts";
import { HandMember } from "./hand-member.ts";

type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

/** A wall with a host and up to two screens, whose clock the test drives. */
export class WallStage {
  readonly host = new HandMember("host");
  readonly left = new HandMember("left");
  readonly right = new HandMember("right");
  /** How often the wall was to be saved. */
  changes = 0;
  /** ms */
  time = 1_000;
  readonly wall = this.open();

  open(saved?: SavedWall): Wall {
    const send = (members: readonly HandMember[]) => (message: ServerMessage) => {
      for (const member of members) member.send(message);
    };
    const { host, left, right } = this;
    return new Wall({
      saved,
      listenersMax: 10,
      changed: () => {
        this.changes += 1;
      },
      sendToHost: send([host]),
      sendToScreens: send([left, right]),
      sendToAll: send([host, left, right]),
      isHostBehind: () => host.isBehind,
      now: () => this.time,
    });
  }

  enterBoth(): void {
    this.wall.enter(this.left, "left-browser");
    this.wall.enter(this.right, "right-browser");
    settle();
  }

  /** A screen as its host sends it, with a change. */
  arranged(id: string, change: Partial<Screen>) {
    const { number, touched, onWall, ...rest } = this.wall.saved.screens.find((saved) => saved.id === id)!;
    return { ...rest, ...change };
  }
}

/** Lets each test of a file have its own clock; call it once. */
export function fakeTimers(): void {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
}

/** Lets all collected updates be sent. */
export function settle(): void {
  vi.advanceTimersByTime(1_000);
}

/** The messages of one type that a member has got since the last call. */
export function taken<T extends ServerMessage["type"]>(member: HandMember, type: T): Message<T>[] {
  return member.take().filter((message): message is Message<T> => message.type === type);
}
