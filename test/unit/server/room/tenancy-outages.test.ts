import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { ListenerRoom } from "../../../../server/room/member.ts";
import { ClusterStage, type StageNode } from "../../../support/cluster-stage.ts";
import { HandMember } from "../../../support/hand-member.ts";

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

describe("when the node that keeps a room stops", () => {
  test("listeners elsewhere do not hear that the wall is closed, and wait for the host", async () => {
    await stage.host(a, wall, { page: "page one" });
    const [near, far] = [await stage.listen(a, wall.code, "1"), await stage.listen(c, wall.code, "2")];
    far.take();
    await a.rooms.close("test");
    stage.stop(a);
    await stage.settle();
    expect(near.takeAll("room").at(-1)!.room.state).toBe("closed");
    expect(far.released).toBe(false);
    expect(far.takeAll("room").map(({ room }) => room.state)).not.toContain("closed");
    await stage.host(b, wall, { page: "page one" });
    await stage.pass();
    expect(b.rooms.find(wall.code).listenerCount).toBe(1);
    expect(far.released).toBe(false);
  });

  test("the next keeper has the delay that the host has set, and the password", async () => {
    await stage.host(a, wall, { page: "page one" });
    const room = a.rooms.find(wall.code);
    room.timing.setDelay(900);
    room.password.set("open sesame");
    await a.rooms.close("test");
    stage.stop(a);
    // Another browser of the host, which does not know the password.
    await stage.host(b, wall, { page: "page two", takeOver: true });
    const taken = b.rooms.find(wall.code);
    expect(taken.timing.of("host").delay).toMatchObject({ from: 900, to: 900, auto: false });
    expect(taken.password.isSet).toBe(true);
    const late = Promise.resolve().then(() => roomAt(b).joinListener(new HandMember("late"), {}));
    await expect(late).rejects.toThrow(refusal("password-needed"));
  });
});

test("listeners are in the room again whose node was taken for gone without noticing it", async () => {
  const host = await stage.host(a, wall);
  const far = await stage.listen(b, wall.code, "1");
  // As after a pause of the network: the one node has waited a little longer than the other.
  a.cluster.listener.nodeGone(b.cluster.node);
  expect(a.rooms.find(wall.code).listenerCount).toBe(0);
  await stage.pass();
  await stage.pass();
  expect(a.rooms.find(wall.code).listenerCount).toBe(1);
  expect(far.released).toBe(false);
  far.take();
  a.rooms.find(wall.code).timing.flashTest();
  expect(far.takeAll("flash-test")).toHaveLength(1);
  expect(host.released).toBe(false);
});

test("no listener is lost while hosts take a room over at several nodes at the same time", async () => {
  await stage.host(a, wall, { page: "page 0" });
  const listeners = [await stage.listen(a, wall.code, "1"), await stage.listen(b, wall.code, "2")];
  listeners.push(await stage.listen(c, wall.code, "3"));
  for (let round = 0; round < 20; round++) {
    const takeOvers = [a, b, c, b].map((node, n) =>
      stage.host(node, wall, { page: `page ${round} ${n}`, takeOver: true }),
    );
    await Promise.allSettled(takeOvers);
    await stage.pass();
    await stage.pass();
    expect(listeners.map(({ releasedFor }) => releasedFor)).toEqual([undefined, undefined, undefined]);
    const keepers = [a, b, c].filter(({ rooms }) => rooms.has(wall.code));
    expect(keepers).toHaveLength(1);
    expect(keepers[0]!.rooms.find(wall.code).listenerCount).toBe(3);
  }
});

describe("a code that is reserved", () => {
  test("is free again when no host has used it for minutes", async () => {
    const { code } = await a.rooms.openForHost("");
    for (let n = 0; n < 130; n++) await stage.pass();
    expect(stage.leases.kept.has(code)).toBe(false);
    expect(b.cluster.leases.get(code)).toBeUndefined();
  });

  test("counts towards the walls of the server", async () => {
    const opening = Array.from({ length: 12 }, async () => a.rooms.openForHost(""));
    const results = await Promise.allSettled(opening);
    const refused = results.filter(({ status }) => status === "rejected");
    // Ten walls are allowed, and one code is reserved already.
    expect(refused).toHaveLength(3);
    expect(refused[0]).toMatchObject({ reason: { code: "rooms-full" } });
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

describe("when JetStream has lost all, and NATS goes on", () => {
  test("the nodes put it back without a person noticing", async () => {
    await stage.host(a, wall);
    const far = await stage.listen(b, wall.code, "1");
    stage.leases.empty();
    stage.leases.isLost = true;
    for (let n = 0; n < 10; n++) await stage.pass();
    expect(a.cluster.failure).toBe("What the servers share in NATS cannot be read.");
    stage.leases.isLost = false;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await stage.pass();
    expect(a.cluster.failure).toBeUndefined();
    expect(stage.leases.kept.get(wall.code)?.value.node).toBe(a.cluster.node);
    expect(far.released).toBe(false);
    await stage.listen(c, wall.code, "2");
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
