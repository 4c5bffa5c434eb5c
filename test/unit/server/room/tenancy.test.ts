import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import type { ListenerRoom } from "../../../../server/room/member.ts";
import { ClusterStage, type StageNode } from "../../../support/cluster-stage.ts";
import { OFFERS } from "../../../support/fake-engine.ts";
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

/** The messages of a type that a member has received since they were taken last. */
function taken<T extends ServerMessage["type"]>(member: HandMember, type: T) {
  return member.take().filter((message) => message.type === type) as Extract<ServerMessage, { type: T }>[];
}

/** The room of a wall as a listener of a node finds it. */
const roomAt = ({ rooms }: StageNode): ListenerRoom => rooms.findForListener(wall.code);

/** Connects the media of a listener. */
function connect(node: StageNode, member: HandMember): void {
  const room = member.room ?? roomAt(node);
  const peer = room.offer(member, { offer: OFFERS.receive });
  node.engine.emit("peer-connected", wall.code, peer);
}

test("two nodes never give two hosts the same code", async () => {
  const opened = await Promise.all(
    Array.from({ length: 20 }, (_, n) => [a, b, c][n % 3]!.rooms.openForHost("")),
  );
  expect(new Set(opened.map(({ code }) => code)).size).toBe(20);
});

describe("a room on several nodes", () => {
  test("has the listeners of all nodes, each with a place of its own", async () => {
    const host = await stage.host(a, wall);
    const listeners = [await stage.listen(a, wall.code, "1"), await stage.listen(b, wall.code, "2")];
    listeners.push(await stage.listen(c, wall.code, "3"));
    const places = listeners.map((one) => taken(one, "place").at(-1)!.screen);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(3);
    await stage.pass();
    expect(taken(host, "stats").at(-1)!.stats).toMatchObject({ listeners: 3, connected: 0 });
    expect([a, b, c].map(({ rooms }) => rooms.listenerCount)).toEqual([1, 1, 1]);
  });

  test("sends what all are told to each node once", async () => {
    const host = await stage.host(a, wall);
    const listeners = await Promise.all(["1", "2", "3"].map((id) => stage.listen(b, wall.code, id)));
    await stage.pass();
    for (const one of [host, ...listeners]) one.take();
    stage.nats.published.length = 0;
    a.rooms.find(wall.code).wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    expect(stage.nats.published).toHaveLength(1);
    for (const one of listeners) expect(taken(one, "show")[0]?.show.palette).toBe("neon");
  });

  test("carries its sound from the host's node to those with listeners", async () => {
    await stage.host(a, wall);
    await stage.listen(b, wall.code, "1");
    expect([a, b, c].map(({ engine }) => engine.ways.get(wall.code))).toEqual(["send", "receive", undefined]);
  });

  test("learns how the screens of other nodes keep time", async () => {
    const host = await stage.host(a, wall);
    const listener = await stage.listen(b, wall.code, "1");
    connect(b, listener);
    const times = { clockErrorMs: 0.2, neededMs: 444, latenessMs: 3 };
    roomAt(b).report(listener, { ...times, precision: "exact", inStep: true });
    await stage.pass();
    await stage.pass();
    const { stats } = taken(host, "stats").at(-1)!;
    expect(stats).toMatchObject({ connected: 1, sync: { reporting: 1, exact: 1, neededMs: 444 } });
    expect(taken(listener, "timing").at(-1)!.timing.delay.to).toBeGreaterThan(444);
  });

  test("removes a listener that leaves, or whose node dies", async () => {
    const host = await stage.host(a, wall);
    const one = await stage.listen(b, wall.code, "1");
    await stage.listen(c, wall.code, "2");
    roomAt(b).leave(one);
    await stage.pass();
    expect(taken(host, "stats").at(-1)!.stats.listeners).toBe(1);
    stage.kill(c);
    for (let n = 0; n < 3; n++) await stage.pass();
    expect(taken(host, "stats").at(-1)!.stats.listeners).toBe(0);
  });

  test("gives up its part at a node where nobody listens any more", async () => {
    await stage.host(a, wall);
    const one = await stage.listen(b, wall.code, "1");
    roomAt(b).leave(one);
    await stage.pass();
    expect(b.engine.ways.get(wall.code)).toBe("none");
  });

  test("asks for its password at every node", async () => {
    await stage.host(a, wall);
    a.rooms.find(wall.code).password.set("open sesame");
    const join = (password?: string) =>
      roomAt(b).joinListener(new HandMember(`with ${password}`), password ? { password } : {});
    await expect(join()).rejects.toThrow(refusal("password-needed"));
    await expect(join("wrong")).rejects.toThrow(refusal("password-wrong"));
    await expect(join("open sesame")).resolves.toEqual(expect.any(String));
  });

  test("is the same screen for a page that comes back by another node", async () => {
    await stage.host(a, wall);
    const former = await stage.listen(b, wall.code, "1");
    const { id } = taken(former, "place").at(-1)!.screen;
    const again = new HandMember("again");
    const screen = await roomAt(c).joinListener(again, { page: "page of 1", screen: id });
    await stage.settle();
    expect(screen).toBe(id);
    expect(former.released).toBe(true);
    expect(a.rooms.find(wall.code).listenerCount).toBe(1);
  });

  test("that is closed for good is closed on all nodes", async () => {
    await stage.host(a, wall);
    const listener = await stage.listen(b, wall.code, "1");
    a.rooms.end(a.rooms.find(wall.code));
    await stage.settle();
    expect(taken(listener, "room").at(-1)!.room.state).toBe("closed");
    expect(() => roomAt(b)).toThrow(refusal("room-closed"));
    expect(() => roomAt(c)).toThrow(refusal("room-closed"));
  });
});

describe("a host that comes to another node", () => {
  test("keeps the wall, and everyone in it stays with the media", async () => {
    const first = await stage.host(a, wall);
    a.rooms.find(wall.code).wall.setShow({ ...FIRST_SHOW, palette: "neon" });
    a.rooms.find(wall.code).saveWall();
    const listeners = new Map<StageNode, HandMember>();
    for (const [n, node] of [a, b, c].entries()) {
      const member = await stage.listen(node, wall.code, String(n));
      connect(node, member);
      listeners.set(node, member);
    }
    const screens = [...listeners.values()].map((one) => taken(one, "place").at(-1)!.screen.id);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const closed: string[] = [];
    for (const { engine } of [a, b, c]) engine.on("peer-closed", (_, __, reason) => closed.push(reason));
    const second = await stage.host(b, wall);
    await stage.pass();
    await stage.pass();
    expect(first.releasedFor).toBe("host-replaced");
    expect(closed).toEqual([]);
    expect([a, b, c].map(({ engine }) => engine.ways.get(wall.code))).toEqual(["receive", "send", "receive"]);
    expect(b.rooms.find(wall.code).wall.show.palette).toBe("neon");
    const { stats } = taken(second, "stats").at(-1)!;
    expect(stats).toMatchObject({ listeners: 3, connected: 3 });
    expect(stats.screens?.map(({ id }) => id).toSorted()).toEqual(screens.toSorted());
    expect([...listeners.values()].some(({ released }) => released)).toBe(false);
  });

  test("is asked first if another page hosts the wall there", async () => {
    await stage.host(a, wall, { page: "page one" });
    await expect(stage.host(b, wall, { page: "page two" })).rejects.toThrow(refusal("host-present"));
    await stage.host(b, wall, { page: "page two", takeOver: true });
    expect(b.rooms.find(wall.code).hostPage).toBe("page two");
    expect(() => a.rooms.find(wall.code)).toThrow(refusal("kept-elsewhere"));
  });

  test("is not asked if it is the same page, or if the other page has left", async () => {
    const first = await stage.host(a, wall, { page: "page one" });
    await stage.host(b, wall, { page: "page one" });
    expect(first.releasedFor).toBe("host-replaced");
    const host = b.rooms.find(wall.code);
    expect(host.hostPage).toBe("page one");
    host.leave(await stage.host(b, wall, { page: "page one" }));
    await stage.settle();
    await stage.host(c, wall, { page: "page three" });
    expect(c.rooms.find(wall.code).hostPage).toBe("page three");
  });

  test("at the same instant as another page hosts alone, a hundred times", async () => {
    for (let round = 0; round < 100; round++) {
      const { code, hostKey } = stage.keys.issue();
      const joins = [a, b].map((node, n) => stage.host(node, { code, hostKey }, { page: `page ${n}` }));
      const results = await Promise.allSettled(joins);
      expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const holders = [a, b].filter(({ cluster }) => cluster.leases.isOwn(code));
      expect(holders).toHaveLength(1);
      holders[0]!.rooms.end(holders[0]!.rooms.find(code));
      await stage.settle();
    }
  });

  test("gets nothing with a key of an earlier wall with this code", async () => {
    await stage.host(a, wall);
    a.rooms.find(wall.code).saveWall();
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { hostKey } = await a.rooms.openForHost("");
    await expect(async () => stage.host(b, { code: wall.code, hostKey })).rejects.toThrow(
      refusal("key-wrong"),
    );
    expect(a.cluster.leases.isOwn(wall.code)).toBe(true);
  });
});

describe("when the node that keeps a room dies", () => {
  test("its listeners elsewhere wait, and are lit again when the host is back at another node", async () => {
    await stage.host(a, wall, { page: "page one" });
    const listener = await stage.listen(c, wall.code, "1");
    connect(c, listener);
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
    expect(taken(listener, "room").at(-1)!.room.state).toBe("host-away");
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

describe("a password", () => {
  test("is asked for by the next keeper before anyone comes in", async () => {
    await stage.host(a, wall);
    a.rooms.find(wall.code).password.set("open sesame");
    const joins = ["1", "2", "3"].map((id) =>
      Promise.resolve(roomAt(c).joinListener(new HandMember(id), { page: `page of ${id}` })),
    );
    const held = b.rooms.hold(wall.code, wall.hostKey, { network: "", password: "open sesame" });
    const late = Promise.resolve(roomAt(c).joinListener(new HandMember("4"), {}));
    const results = await Promise.allSettled([...joins, late]);
    await held;
    await stage.settle();
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    expect(b.rooms.find(wall.code).listenerCount).toBe(0);
  });

  test("is asked for of a page that waits when this node becomes the keeper", async () => {
    await stage.host(a, wall);
    a.bus.loses = () => true;
    const join = (id: string, password?: string) =>
      Promise.resolve(
        roomAt(b).joinListener(new HandMember(id), { page: `page of ${id}`, ...(password && { password }) }),
      );
    const joins = [join("1"), join("2", "open sesame")];
    await stage.settle();
    await b.rooms.hold(wall.code, wall.hostKey, { network: "", password: "open sesame" });
    const [without, having] = await Promise.allSettled(joins);
    expect(without).toMatchObject({ status: "rejected", reason: { code: "password-needed" } });
    expect(having?.status).toBe("fulfilled");
    expect(b.rooms.find(wall.code).listenerCount).toBe(1);
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
    expect(taken(host, "stats").at(-1)!.stats.listeners).toBe(2);
    for (const { bus } of [a, b, c]) bus.setConnected(true);
    await stage.pass();
    await stage.pass();
    expect(far.released).toBe(false);
    expect(taken(host, "stats").at(-1)!.stats.listeners).toBe(2);
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
