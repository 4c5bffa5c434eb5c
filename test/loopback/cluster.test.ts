import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { IN_ANOTHER_TIME } from "../support/cluster-nodes.ts";
import { LeanHost } from "../support/lean-host.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { NatsServer } from "../support/nats.ts";
import { ServerProcess } from "../support/server-process.ts";
import { SignalClient } from "../support/signal-client.ts";

/** Longest wait for media or a message of another node, ms. */
const WAIT = { timeout: 8_000 };

/** A band that a person chooses, Hz. */
const BAND = { low: 40, high: 250 };

const secret = randomBytes(32).toString("base64");
const open: { close(): unknown }[] = [];
let nats: NatsServer;
let nodes: ServerProcess[];

beforeAll(async () => {
  nats = await NatsServer.start();
  nodes = await Promise.all([1, 2, 3].map(() => startNode()));
});

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

afterAll(async () => {
  await Promise.all(nodes?.map((node) => node.close()) ?? []);
  await nats.close();
});

function startNode(
  prefix: readonly string[] = [],
  more: Record<string, string> = {},
): Promise<ServerProcess> {
  const env = { HOST: "127.0.0.1", RELAY_URL: nats.url, SECRET: secret, WORKERS: "1", ...more };
  return ServerProcess.start(env, undefined, prefix);
}

/** How far a node's wall clock is ahead of this process's, ms: of the answer with the shortest way. */
async function offsetOf({ port }: ServerProcess): Promise<number> {
  const client = await SignalClient.connect(port);
  let best = { roundTrip: Number.POSITIVE_INFINITY, offset: 0 };
  for (let n = 0; n < 20; n++) {
    const sent = performance.now();
    client.send({ type: "ping", sent });
    const { received, replied } = await client.next("pong");
    const arrived = performance.now();
    const roundTrip = arrived - sent - (replied - received);
    if (roundTrip < best.roundTrip) best = { roundTrip, offset: (received + replied - sent - arrived) / 2 };
  }
  client.close();
  return best.offset;
}

async function host(at: ServerProcess, known?: { code: string; hostKey: string }): Promise<LeanHost> {
  const started = await LeanHost.start(at.port, at.udpPort, known);
  open.push(started);
  return started;
}

async function listen(at: ServerProcess, code: string): Promise<LeanListener> {
  const listener = await LeanListener.join(at.port, code);
  open.push(listener);
  return listener;
}

/** Waits until a listener has packets again. */
async function hears(listener: LeanListener): Promise<void> {
  const before = listener.packets;
  await expect.poll(() => listener.packets, WAIT).toBeGreaterThan(before + 5);
}

describe("a wall on three nodes", () => {
  test("is lit on all of them, and its host sees all screens", async () => {
    const [a, b, c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
    const live = await host(a);
    const listeners = [await listen(a, live.code), await listen(b, live.code), await listen(c, live.code)];
    for (const listener of listeners) await hears(listener);
    const places = listeners.map(({ screen: { x, y } }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(3);
    const seen = async () => (await live.signal.next("stats")).stats;
    await expect.poll(async () => (await seen()).connected, WAIT).toBe(3);
    expect((await seen()).screens?.map(({ id }) => id).toSorted()).toEqual(
      listeners.map(({ screen }) => screen.id).toSorted(),
    );
  });

  test("stays lit, on the same media, when its host moves to another node", async () => {
    const [a, b, c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
    const first = await host(a);
    const { code, hostKey } = first;
    const listeners = [await listen(a, code), await listen(b, code), await listen(c, code)];
    for (const listener of listeners) await hears(listener);
    const second = await host(b, { code, hostKey });
    expect(await first.signal.closed).toBe(4409);
    for (const listener of listeners) await hears(listener);
    await expect.poll(async () => (await second.signal.next("stats")).stats.connected, WAIT).toBe(3);
  });

  test("closed by its host is closed on all of them", async () => {
    const [a, b] = nodes as [ServerProcess, ServerProcess];
    const live = await host(a);
    const { signal } = await listen(b, live.code);
    live.signal.send({ type: "close-room" });
    await expect.poll(async () => (await signal.next("room")).room.state, WAIT).toBe("closed");
    const late = await SignalClient.connect(b.port);
    open.push(late);
    late.send({ type: "join", code: live.code });
    expect((await late.next("error")).code).toBe("room-closed");
  });

  test("lets a listener of any node in with its password only", async () => {
    const [a, , c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
    const live = await host(a);
    live.signal.send({ type: "protect", password: "open sesame" });
    const listener = await SignalClient.connect(c.port);
    open.push(listener);
    for (const [password, code] of [
      [undefined, "password-needed"],
      ["wrong", "password-wrong"],
    ] as const) {
      listener.send({ type: "join", code: live.code, ...(password && { password }) });
      expect((await listener.next("error")).code).toBe(code);
    }
    listener.send({ type: "join", code: live.code, password: "open sesame" });
    expect((await listener.next("joined")).role).toBe("listener");
  });

  test("shows its host what is done at a screen of another node", async () => {
    const [a, b] = nodes as [ServerProcess, ServerProcess];
    const live = await host(a);
    const { signal, screen } = await listen(b, live.code);
    signal.send({ type: "choose", band: BAND, palette: null });
    const chosen = async () => {
      const { screens } = await live.signal.next("screens");
      return screens.find(({ id }) => id === screen.id)?.chosen.band;
    };
    await expect.poll(chosen, WAIT).toEqual(BAND);
    signal.close();
    const present = async () => {
      const { screens } = await live.signal.next("screens");
      return screens.find(({ id }) => id === screen.id)?.present;
    };
    await expect.poll(present, WAIT).toBe(false);
  });
});

describe("the wall clock", () => {
  test.skipIf(process.getuid?.() !== 0)("is that of a machine that was started earlier", async () => {
    const [a] = nodes as [ServerProcess];
    const other = await startNode(IN_ANOTHER_TIME);
    // `unshare` passes no other signal on.
    open.push(other, { close: () => other.stop("SIGKILL") });
    // The clock of a node that has just come is that of its first answers; later ones make it better.
    const difference = async () => Math.abs((await offsetOf(other)) - (await offsetOf(a)));
    await expect.poll(difference, { timeout: 20_000, interval: 500 }).toBeLessThan(1);
  });
});

describe("two consoles of one host that come to two nodes at the same instant", () => {
  test("exactly one of them hosts, each time", async () => {
    const [a, b] = nodes as [ServerProcess, ServerProcess];
    const opener = await SignalClient.connect(a.port);
    open.push(opener);
    for (let round = 0; round < 100; round++) {
      opener.send({ type: "open-room" });
      const { code, hostKey } = await opener.next("room-opened");
      const pages = await Promise.all([a, b].map(({ port }) => SignalClient.connect(port)));
      for (const [n, page] of pages.entries()) {
        page.send({ type: "join", code, hostKey, page: `page-${round}-${n}` });
      }
      const answers = await Promise.all(pages.map((page) => page.next("joined", "error")));
      expect(answers.map((one) => (one.type === "error" ? one.code : "hosts")).toSorted()).toEqual([
        "host-present",
        "hosts",
      ]);
      for (const page of pages) page.close();
      await Promise.all(pages.map(({ closed }) => closed));
    }
  });
});

describe("pages", () => {
  test("hear of a node that comes later, and of its end", async () => {
    const page = await SignalClient.connect(nodes[0]!.port);
    open.push(page);
    await page.next("welcome");
    const site = "http://late.example:8080";
    const late = await startNode([], { NODE_URL: site });
    expect(await page.next("nodes")).toEqual({ type: "nodes", sites: [site], go: false });
    await late.close();
    expect(await page.next("nodes")).toEqual({ type: "nodes", sites: [], go: false });
  });

  test("are admitted by every node, whatever the name by which they have reached one", async () => {
    const [a, b] = nodes as [ServerProcess, ServerProcess];
    const headers = { Origin: `http://localhost:${a.port}` };
    await expect(SignalClient.connect(b.port, { headers })).rejects.toThrow("403");
    const own = { ...headers, Host: `localhost:${a.port}` };
    open.push(await SignalClient.connect(a.port, { headers: own }));
    const connects = async () => {
      open.push(await SignalClient.connect(b.port, { headers }));
      return true;
    };
    await expect.poll(() => connects().catch(() => false), WAIT).toBe(true);
    const foreign = { Origin: "http://evil.example" };
    await expect(SignalClient.connect(b.port, { headers: foreign })).rejects.toThrow("403");
  });
});

describe("when something dies", () => {
  test("the node of the host, by a signal: listeners wait, and hear on when the host is back", async () => {
    const [, b, c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
    const stopping = await startNode();
    const live = await host(stopping);
    const listener = await listen(c, live.code);
    await hears(listener);
    await stopping.stop("SIGTERM");
    await host(b, { code: live.code, hostKey: live.hostKey });
    await hears(listener);
    await stopping.close();
  });

  test("the node of the host: the host is back on another one, and the wall is lit", async () => {
    const [, b, c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
    const dying = await startNode();
    const { code, hostKey } = await host(dying);
    const listeners = [await listen(b, code), await listen(c, code)];
    for (const listener of listeners) await hears(listener);
    await dying.stop("SIGKILL");
    await host(b, { code, hostKey });
    for (const listener of listeners) await hears(listener);
    await dying.close();
  });

  test("the node of a listener: it is the same screen on another one", async () => {
    const [a, b] = nodes as [ServerProcess, ServerProcess];
    const live = await host(a);
    const dying = await startNode();
    const { screen } = await listen(dying, live.code);
    await dying.stop("SIGKILL");
    const again = await LeanListener.join(b.port, live.code, { screen: screen.id });
    open.push(again);
    await hears(again);
    await dying.close();
  });

  test("NATS for a while: the host's node goes on, and the others come back with it", async () => {
    const [a, b] = nodes as [ServerProcess, ServerProcess];
    const live = await host(a);
    const [near, far] = [await listen(a, live.code), await listen(b, live.code)];
    for (const listener of [near, far]) await hears(listener);
    await nats.stop();
    near.resetGap();
    await hears(near);
    await expect.poll(() => far.silence, WAIT).toBeGreaterThan(1_000);
    await nats.start();
    await hears(far);
    expect(near.worstGap).toBeLessThan(1_000);
  });

  test("NATS with all that it kept: the nodes put the state back", async () => {
    const [a, b, c] = nodes as [ServerProcess, ServerProcess, ServerProcess];
    const live = await host(a);
    const far = await listen(b, live.code);
    await hears(far);
    await nats.stop();
    nats.empty();
    await nats.start();
    await hears(far);
    await hears(await listen(c, live.code));
    // Another node can take the wall over: it knows the lease and the wall.
    await host(c, { code: live.code, hostKey: live.hostKey });
    await hears(far);
  });
});
