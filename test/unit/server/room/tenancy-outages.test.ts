import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { ListenerRoom } from "../../../../server/room/member.ts";
import { ClusterStage, type StageNode } from "../../../support/cluster-stage.ts";

let stage: ClusterStage;
let a: StageNode;
let b: StageNode;
let c: StageNode;
let wall: { code: string; hostKey: string };

beforeEach(async () => {
  stage = new ClusterStage();
  [a, b, c] = [await stage.add(), await stage.add(), await stage.add()];
  await stage.pass();
  wall = await a.rooms.openForHost("");
});

afterEach(async () => {
  vi.useRealTimers();
  await stage.close();
});

const refusal = (code: string) => expect.objectContaining({ code });

/** The room of a wall as a listener of a node finds it. */
const roomAt = ({ rooms }: StageNode): ListenerRoom => rooms.findForListener(wall.code);

describe("when the node that keeps a room dies", () => {
  test("its listeners elsewhere wait, and are lit again when the host is back at another node", async () => {
    await stage.host(a, wall, { page: "page one" });
    const listener = await stage.listen(c, wall.code, "1");
    stage.connect(c, wall.code, listener);
    stage.kill(a);
    await stage.pass();
    // The host is back before the others have noticed.
    await stage.host(b, wall, { page: "page one" });
    await stage.pass();
    expect(listener.released).toBe(false);
    expect(b.rooms.find(wall.code).listenerCount).toBe(1);
  });

  test("they are given up after half a minute", async () => {
    await stage.host(a, wall);
    const listener = await stage.listen(c, wall.code, "1");
    stage.kill(a);
    for (let n = 0; n < 30; n++) await stage.pass();
    expect(listener.released).toBe(false);
    for (let n = 0; n < 5; n++) await stage.pass();
    expect(listener.releasedFor).toBe("code-unknown");
  });

  test("they stay, and others are admitted when the host is back after a while", async () => {
    await stage.host(a, wall, { page: "page one" });
    const listener = await stage.listen(c, wall.code, "1");
    stage.kill(a);
    for (let n = 0; n < 3; n++) await stage.pass();
    // Whoever is there stays for a while; whoever comes waits.
    expect(listener.takeAll("room").at(-1)!.room.state).toBe("host-away");
    expect(() => roomAt(c)).toThrow(refusal("code-unknown"));
    let admitted = false;
    c.rooms.wait(wall.code, "network", () => {
      admitted = true;
    });
    await stage.host(b, wall, { page: "page one" });
    await stage.settle();
    expect(admitted).toBe(true);
    await stage.listen(c, wall.code, "2");
    await stage.pass();
    expect(listener.released).toBe(false);
    expect(b.rooms.find(wall.code).listenerCount).toBe(2);
  });
});

describe("a listener that leaves while a message cannot arrive", () => {
  test("is gone some seconds after NATS is back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await stage.host(a, wall);
    const [one] = [await stage.listen(b, wall.code, "1"), await stage.listen(b, wall.code, "2")];
    const branch = roomAt(b);
    for (const { bus } of [a, b, c]) bus.setConnected(false);
    branch.leave(one);
    for (const { bus } of [a, b, c]) bus.setConnected(true);
    await stage.pass();
    expect(a.rooms.find(wall.code).listenerCount).toBe(2);
    vi.advanceTimersByTime(5_000);
    expect(a.rooms.find(wall.code).listenerCount).toBe(1);
  });
});

describe("when NATS is away", () => {
  test("a wall that is closed for good is closed for all when NATS is back", async () => {
    await stage.host(a, wall);
    for (const { bus } of [a, b, c]) bus.setConnected(false);
    stage.leases.isAway = true;
    a.rooms.end(a.rooms.find(wall.code));
    await stage.settle();
    stage.leases.isAway = false;
    for (const { bus } of [a, b, c]) bus.setConnected(true);
    await stage.settle();
    expect(() => roomAt(b)).toThrow(refusal("room-closed"));
  });

  test("a host of another node's wall is told at once, and of its own wall goes on", async () => {
    await stage.host(a, wall);
    for (const { bus } of [a, b, c]) bus.setConnected(false);
    await expect(stage.host(b, wall)).rejects.toThrow(refusal("servers-apart"));
    await stage.host(a, wall);
    await expect(b.rooms.openForHost("")).rejects.toThrow(refusal("servers-apart"));
  });

  test("the host's node goes on, and everyone is in the room again when it is back", async () => {
    const host = await stage.host(a, wall);
    await stage.listen(a, wall.code, "1");
    const far = await stage.listen(b, wall.code, "2");
    for (const { bus } of [a, b, c]) bus.setConnected(false);
    for (let n = 0; n < 10; n++) await stage.pass();
    expect(far.released).toBe(false);
    expect(host.takeAll("stats").at(-1)!.stats.listeners).toBe(2);
    for (const { bus } of [a, b, c]) bus.setConnected(true);
    await stage.pass();
    await stage.pass();
    expect(far.released).toBe(false);
    expect(host.takeAll("stats").at(-1)!.stats.listeners).toBe(2);
  });

  test("and comes back empty, the nodes put the leases and the walls back", async () => {
    await stage.host(a, wall);
    a.rooms.find(wall.code).wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    for (const { bus } of [a, b, c]) bus.setConnected(false);
    stage.leases.empty();
    stage.walls.empty();
    for (const { bus } of [a, b, c]) bus.setConnected(true);
    await stage.settle();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(stage.leases.kept.get(wall.code)?.value.node).toBe(a.cluster.node);
    expect(stage.walls.kept.get(wall.code)?.value.wall.show.palette).toBe("neon");
    await stage.listen(b, wall.code, "1");
  });
});
