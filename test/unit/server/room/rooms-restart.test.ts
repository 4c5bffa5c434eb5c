import { beforeEach, describe, expect, test } from "vitest";
import { CODE_ROUND_MS, CODES, Codes } from "../../../../server/data/codes.ts";
import { HostKeys, hashOfKey } from "../../../../server/data/host-keys.ts";
import type { ErrorCode } from "../../../../server/protocol/errors.ts";
import { type Arranged, FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { SavedScreen } from "../../../../server/protocol/wall-schema.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { oldKey } from "../../../support/old-key.ts";
import { MINUTE, RoomsStage, SECRET } from "../../../support/room-stage.ts";

let stage: RoomsStage;

beforeEach(() => {
  stage = new RoomsStage();
});

const refusal = (code: ErrorCode) => expect.objectContaining({ code });

describe("after a restart", () => {
  /** Opens a wall, joins it as its host, and restarts the server. */
  function openAndRestart(): { code: string; hostKey: string } {
    const wall = stage.rooms.open();
    stage.rooms.find(wall.code).joinHost(new HandMember("host"));
    stage.restart();
    return wall;
  }
  /** Saves a wall as an earlier version did: without the hash of its key. */
  function keepOld(code: string): void {
    const wall = { version: 1 as const, show: FIRST_SHOW, screens: [] };
    stage.walls.keep(code, () => wall);
  }
  /** Another key for a code, as if the code had been issued twice. */
  function secondKey(code: string, serialsLater: number): string {
    const codes = new Codes(SECRET, { reserved: serialsLater });
    const keys = new HostKeys(SECRET, codes);
    const issued = keys.issue();
    expect(issued.code).toBe(code);
    return issued.hostKey;
  }
  const serialOf = (key: string) => Number(Buffer.from(key, "base64url").readBigUInt64BE());

  test("an old key does not open a wall that belongs to another host", () => {
    const { code, hostKey } = openAndRestart();
    const earlier = secondKey(code, serialOf(hostKey) - CODES);
    for (const key of [earlier, oldKey(SECRET, code)]) {
      expect(() => stage.rooms.findAsHost(code, key)).toThrow(refusal("key-wrong"));
    }
    expect(stage.rooms.findAsHost(code, hostKey).hostKey).toBe(hostKey);
  });

  test("an old key does not open another host's code if no wall is saved under it", () => {
    const { code, hostKey } = stage.rooms.open();
    stage.restart();
    const earlier = secondKey(code, serialOf(hostKey) - CODES);
    for (const key of [earlier, oldKey(SECRET, code)]) {
      expect(() => stage.rooms.findAsHost(code, key)).toThrow(refusal("key-wrong"));
    }
    expect(stage.rooms.findAsHost(code, hostKey).hostKey).toBe(hostKey);
  });

  test("the wall delay is the one that the host has set", () => {
    const { code, hostKey } = stage.rooms.open();
    stage.rooms.find(code).joinHost(new HandMember("host"));
    stage.rooms.find(code).timing.setDelay(700);
    stage.restart();
    const { delay } = stage.rooms.findAsHost(code, hostKey).timing.of("host");
    expect(delay).toMatchObject({ to: 700, auto: false });
  });

  test("a key is valid while its wall is saved, and otherwise for 90 days", () => {
    const kept = openAndRestart();
    const { code, hostKey } = stage.rooms.open();
    stage.time += CODE_ROUND_MS + MINUTE;
    stage.restart();
    expect(stage.rooms.findAsHost(kept.code, kept.hostKey).code).toBe(kept.code);
    expect(() => stage.rooms.findAsHost(code, hostKey)).toThrow(refusal("key-wrong"));
  });

  test("the code of a saved wall is not issued again", () => {
    const { code } = openAndRestart();
    stage.restart();
    const given = [stage.rooms.open().code, stage.rooms.open().code];
    expect(given).not.toContain(code);
  });

  test("a wall saved by an earlier version belongs to the first host that joins with a valid key", () => {
    keepOld("AAAAA");
    const [first, second] = [oldKey(SECRET, "AAAAA"), oldKey(SECRET, "AAAAA")];
    stage.rooms.findAsHost("AAAAA", first).joinHost(new HandMember("host"));
    stage.restart();
    expect(() => stage.rooms.findAsHost("AAAAA", second)).toThrow(refusal("key-wrong"));
    expect(stage.rooms.findAsHost("AAAAA", first).hostKey).toBe(first);
  });

  test("a key of an earlier version opens only saved walls", () => {
    expect(() => stage.rooms.findAsHost("AAAAA", oldKey(SECRET, "AAAAA"))).toThrow(refusal("key-wrong"));
  });

  test("an unreadable wall opens without its arrangement, which is merged in when it can be read", () => {
    const { code, hostKey } = stage.rooms.open();
    const before = stage.rooms.find(code);
    before.joinHost(new HandMember("host"));
    before.wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    const names = (room: typeof before) => room.wall.saved.screens.map(({ id, name }) => `${id} ${name}`);
    for (const screen of ["screen-1", "screen-2"]) {
      before.joinListener(new HandMember(screen), { screen, name: `name of ${screen}` });
    }
    stage.walls.unreadable.add(code);
    stage.restart();
    const room = stage.rooms.findAsHost(code, hostKey);
    const host = new HandMember("host again");
    room.joinHost(host);
    expect(host.take()).toContainEqual(expect.objectContaining({ type: "error", code: "wall-unreadable" }));
    room.joinListener(new HandMember("2"), { screen: "screen-2" });
    room.joinListener(new HandMember("3"), { screen: "screen-3" });
    expect(names(room)).toEqual(["screen-2 Screen 1", "screen-3 Screen 2"]);
    host.take();
    stage.walls.recover(code);
    expect(names(room)).toEqual([
      "screen-1 name of screen-1",
      "screen-2 name of screen-2",
      "screen-3 Screen 3",
    ]);
    expect(room.wall.show.palette).toBe("neon");
    expect(host.take().map(({ type }) => type)).toEqual(["show", "screens"]);
    const again = new HandMember("host once more");
    room.joinHost(again);
    expect(again.take().map(({ type }) => type)).not.toContain("error");
  });

  test("changes that the host makes before its wall can be read are kept", () => {
    const { code, hostKey } = stage.rooms.open();
    stage.rooms.find(code).joinHost(new HandMember("host"));
    stage.rooms.find(code).wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    stage.rooms.find(code).joinListener(new HandMember("1"), { screen: "screen-1" });
    stage.walls.unreadable.add(code);
    stage.restart();
    const room = stage.rooms.findAsHost(code, hostKey);
    room.wall.setShow({ ...FIRST_SHOW, palette: "dusk" });
    room.joinListener(new HandMember("1"), { screen: "screen-1" });
    const [{ touched: _, ...screen }] = room.wall.saved.screens as [SavedScreen];
    room.wall.arrange([{ ...arrangedOf(screen), x: 7, name: "Moved" }]);
    stage.walls.recover(code);
    expect(room.wall.show.palette).toBe("dusk");
    expect(room.wall.saved.screens).toMatchObject([{ id: "screen-1", x: 7, name: "Moved", touched: true }]);
  });

  test("an old key cannot open a wall while it is unreadable, because its owner is unknown", () => {
    keepOld("AAAAA");
    stage.walls.unreadable.add("AAAAA");
    const key = oldKey(SECRET, "AAAAA");
    expect(() => stage.rooms.findAsHost("AAAAA", key)).toThrow(refusal("wall-unreadable"));
    stage.walls.unreadable.delete("AAAAA");
    expect(stage.rooms.findAsHost("AAAAA", key).hostKey).toBe(key);
  });

  test("a room is closed without a change to the saved wall if that belongs to another host", () => {
    const { code, hostKey } = stage.rooms.open();
    const own = { version: 1 as const, show: FIRST_SHOW, screens: [], keyHash: hashOfKey("another key") };
    stage.walls.keep(code, () => own);
    stage.walls.unreadable.add(code);
    stage.restart();
    const room = stage.rooms.findAsHost(code, hostKey);
    stage.walls.recover(code);
    expect(room.status.state).toBe("closed");
    expect(stage.rooms.has(code)).toBe(false);
    expect(stage.walls.read(code)).toEqual({ state: "kept", wall: own });
  });
});

function arrangedOf({ number: _, ...arranged }: Omit<SavedScreen, "touched">): Arranged {
  return arranged;
}
