import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HandshakeCommand } from "../../../../../server/media/threads/messages.ts";
import { RemoteHandshakes } from "../../../../../server/media/threads/remote-handshakes.ts";

let near: MessagePort;
let far: MessagePort;
let handshakes: RemoteHandshakes;
/** Commands that the handshake thread has received and the test has not taken. */
let commands: HandshakeCommand[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  ({ port1: near, port2: far } = new MessageChannel());
  commands = [];
  far.on("message", (command: HandshakeCommand) => commands.push(command));
  handshakes = new RemoteHandshakes(near);
});

afterEach(() => {
  handshakes.close();
  far.close();
  vi.useRealTimers();
});

const HANDLERS = { send: () => {}, done: () => {}, ended: () => {} };

/** The peers of the datagrams in the next batch, once all messages have arrived. */
async function nextBatch(): Promise<string[]> {
  await messagesArrived();
  const batch = commands.find((command) => command.type === "datagrams");
  commands = commands.filter((command) => command !== batch);
  return batch ? batch.datagrams.map(({ peer }) => peer) : [];
}

async function ready(): Promise<void> {
  far.postMessage({ type: "ready" });
  await messagesArrived();
}

/** Waits until all messages that were posted before have arrived, in both directions. */
async function messagesArrived(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("the access to the handshake thread", () => {
  test("a peer with many datagrams waits behind peers with few", async () => {
    for (const peer of ["flood", "a", "b"]) handshakes.start(peer, [], HANDLERS);
    for (let n = 0; n < 60; n++) handshakes.receive("flood", Buffer.from([22]));
    expect(await nextBatch()).toEqual(["flood"]);
    for (const peer of ["a", "b"]) handshakes.receive(peer, Buffer.from([22]));
    await ready();
    const batch = await nextBatch();
    expect(batch).toHaveLength(16);
    expect(batch.slice(0, 3).toSorted()).toEqual(["a", "b", "flood"]);
  });

  test("the handshake thread gets no further batch until it has processed the last one", async () => {
    handshakes.start("a", [], HANDLERS);
    handshakes.receive("a", Buffer.from([22]));
    handshakes.receive("a", Buffer.from([22]));
    expect(await nextBatch()).toHaveLength(1);
    expect(await nextBatch()).toEqual([]);
    await ready();
    expect(await nextBatch()).toHaveLength(1);
  });

  /** Processes all batches. Returns the number of datagrams in them. */
  async function processAll(): Promise<number> {
    let count = 0;
    for (let batch = await nextBatch(); batch.length > 0; batch = await nextBatch()) {
      count += batch.length;
      await ready();
    }
    return count;
  }

  test("the queue of one peer is limited, in datagrams and in bytes", async () => {
    handshakes.start("small", [], HANDLERS);
    for (let n = 0; n < 1_000; n++) handshakes.receive("small", Buffer.from([22]));
    expect(await processAll()).toBe(65);
    handshakes.start("large", [], HANDLERS);
    for (let n = 0; n < 1_000; n++) handshakes.receive("large", Buffer.alloc(1_024, 22));
    expect(await processAll()).toBe(17);
    handshakes.start("huge", [], HANDLERS);
    handshakes.receive("huge", Buffer.alloc(2_049, 22));
    expect(await processAll()).toBe(0);
  });

  test("a peer may send 200 datagrams in all, and five more each second", async () => {
    handshakes.start("a", [], HANDLERS);
    let count = 0;
    for (let n = 0; n < 10; n++) {
      for (let sent = 0; sent < 50; sent++) handshakes.receive("a", Buffer.from([22]));
      count += await processAll();
    }
    expect(count).toBe(200);
    vi.advanceTimersByTime(2_000);
    for (let sent = 0; sent < 50; sent++) handshakes.receive("a", Buffer.from([22]));
    expect(await processAll()).toBe(10);
  });

  test("the waiting datagrams of a handshake that has ended are discarded", async () => {
    handshakes.start("a", [], HANDLERS);
    handshakes.start("b", [], HANDLERS);
    for (const peer of ["a", "b", "b"]) handshakes.receive(peer, Buffer.from([22]));
    await nextBatch();
    handshakes.end("b");
    await ready();
    expect(await nextBatch()).toEqual([]);
  });
});
