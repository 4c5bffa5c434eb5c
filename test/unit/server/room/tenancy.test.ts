import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

afterEach(() => stage.close());

const refusal = (code: string) => expect.objectContaining({ code });

/** The room of a wall as a listener of a node finds it. */
const roomAt = ({ rooms }: StageNode): ListenerRoom => rooms.findForListener(wall.code);

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
    const places = listeners.map((one) => one.takeAll("place").at(-1)!.screen);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(3);
    await stage.pass();
    expect(host.takeAll("stats").at(-1)!.stats).toMatchObject({ listeners: 3, connected: 0 });
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
    for (const one of listeners) expect(one.takeAll("show")[0]?.show.palette).toBe("neon");
  });

  test("carries its sound from the host's node to those with listeners", async () => {
    await stage.host(a, wall);
    await stage.listen(b, wall.code, "1");
    expect([a, b, c].map(({ engine }) => engine.ways.get(wall.code))).toEqual(["send", "receive", undefined]);
  });

  test("learns how the screens of other nodes keep time", async () => {
    const host = await stage.host(a, wall);
    const listener = await stage.listen(b, wall.code, "1");
    stage.connect(b, wall.code, listener);
    const times = { clockErrorMs: 0.2, neededMs: 444, latenessMs: 3 };
    roomAt(b).report(listener, { ...times, precision: "exact", inStep: true });
    await stage.pass();
    await stage.pass();
    const { stats } = host.takeAll("stats").at(-1)!;
    expect(stats).toMatchObject({ connected: 1, sync: { reporting: 1, exact: 1, neededMs: 444 } });
    expect(listener.takeAll("timing").at(-1)!.timing.delay.to).toBeGreaterThan(444);
  });

  test("removes a listener that leaves, or whose node dies", async () => {
    const host = await stage.host(a, wall);
    const one = await stage.listen(b, wall.code, "1");
    await stage.listen(c, wall.code, "2");
    roomAt(b).leave(one);
    await stage.pass();
    expect(host.takeAll("stats").at(-1)!.stats.listeners).toBe(1);
    stage.kill(c);
    for (let n = 0; n < 3; n++) await stage.pass();
    expect(host.takeAll("stats").at(-1)!.stats.listeners).toBe(0);
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
    const { id } = former.takeAll("place").at(-1)!.screen;
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
    expect(listener.takeAll("room").at(-1)!.room.state).toBe("closed");
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
      stage.connect(node, wall.code, member);
      listeners.set(node, member);
    }
    const screens = [...listeners.values()].map((one) => one.takeAll("place").at(-1)!.screen.id);
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
    const { stats } = second.takeAll("stats").at(-1)!;
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
