import { beforeEach, describe, expect, test } from "vitest";
import { readConfig } from "../../../../server/config/config.ts";
import { ServerCapacity } from "../../../../server/limits/capacity.ts";
import { ClientLimits } from "../../../../server/limits/client-limits.ts";
import type { ErrorCode } from "../../../../server/protocol/errors.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { Watcher } from "../../../../server/room/watchers.ts";
import { Control } from "../../../../server/signal/control.ts";
import { RoomsStage } from "../../../support/room-stage.ts";

const HERE = "198.51.100.7";
const ELSEWHERE = "203.0.113.6";

/** A program that follows and does not look. */
class BlindWatcher implements Watcher {
  ends = 0;

  send(): void {}

  end(): void {
    this.ends += 1;
  }
}

let stage: RoomsStage;
let capacity: ServerCapacity;
let control: Control;

beforeEach(() => {
  stage = new RoomsStage();
  const now = () => stage.time;
  capacity = new ServerCapacity({
    connecting: () => 0,
    connectingMax: 1,
    loopDelayMs: () => 0,
    loopDelayMaxMs: 1,
  });
  control = new Control({
    rooms: stage.rooms,
    limits: new ClientLimits({ ...readConfig({}), messagesPerSecond: 1, socketsPerAddress: 3, now }),
    capacity,
    networkShare: 1,
  });
});

const refusal = (code: ErrorCode) => expect.objectContaining({ code });

describe("a program that follows a wall", () => {
  test("takes one of those of its network, until it has ended, once", () => {
    const { room } = stage.hosted();
    const watch = (address: string) => control.watch(room, address, new BlindWatcher());
    const [first] = [watch(HERE), watch(HERE)];
    expect(() => watch(HERE)).toThrow(refusal("server-full"));
    const other = watch(ELSEWHERE);
    first();
    first();
    const again = watch(HERE);
    expect(() => watch(HERE)).toThrow(refusal("server-full"));
    for (const end of [other, again]) end();
  });

  test("is ended when the server stops", () => {
    const watcher = new BlindWatcher();
    control.watch(stage.hosted().room, HERE, watcher);
    control.close();
    expect(watcher.ends).toBe(1);
  });
});

describe("a program that controls a wall", () => {
  test("opens it again, with what was saved", async () => {
    const { code, hostKey, room } = stage.hosted();
    room.wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    stage.restart();
    const limits = new ClientLimits({ ...readConfig({}), now: () => stage.time });
    control = new Control({ limits, capacity, rooms: stage.rooms, networkShare: 1 });
    const again = await control.find({ code, hostKey, address: HERE });
    expect(again.wall.show.palette).toBe("neon");
  });

  test("may ask so often only, and not while the server stops", async () => {
    const request = { ...stage.rooms.open(), address: HERE };
    for (let n = 0; n < 5; n++) await control.find(request);
    await expect(control.find(request)).rejects.toThrow(refusal("changed-too-often"));
    await control.find({ ...request, address: ELSEWHERE });
    stage.time += 1_000;
    await control.find(request);
    capacity.drain();
    stage.time += 1_000;
    await expect(control.find(request)).rejects.toThrow(refusal("server-stopping"));
  });
});
