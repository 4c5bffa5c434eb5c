import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HandshakeCommand } from "../../../../../server/media/threads/messages.ts";
import { RemoteHandshakes } from "../../../../../server/media/threads/remote-handshakes.ts";

let near: MessagePort;
let far: MessagePort;
let handshakes: RemoteHandshakes;
/** What the handshake thread was given and has not answered. */
let given: HandshakeCommand[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  ({ port1: near, port2: far } = new MessageChannel());
  given = [];
  far.on("message", (command: HandshakeCommand) => given.push(command));
  handshakes = new RemoteHandshakes(near);
});

afterEach(() => {
  handshakes.close();
  far.close();
  vi.useRealTimers();
});

const HANDLERS = { send: () => {}, done: () => {}, ended: () => {} };

/** Whose datagrams are in the next batch, after all messages have come through. */
async function nextBatch(): Promise<string[]> {
  await passed();
  const batch = given.find((command) => command.type === "datagrams");
  given = given.filter((command) => command !== batch);
  return batch ? batch.datagrams.map(({ peer }) => peer) : [];
}

async function ready(): Promise<void> {
  far.postMessage({ type: "ready" });
  await passed();
}

/** Waits until what was posted before has come, in both directions. */
async function passed(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("a peer that sends many datagrams waits behind those that send few", async () => {
  for (const peer of ["flood", "a", "b"]) handshakes.start(peer, [], HANDLERS);
  for (let n = 0; n < 60; n++) handshakes.receive("flood", Buffer.from([22]));
  expect(await nextBatch()).toEqual(["flood"]);
  for (const peer of ["a", "b"]) handshakes.receive(peer, Buffer.from([22]));
  await ready();
  const batch = await nextBatch();
  expect(batch).toHaveLength(16);
  expect(batch.slice(0, 3).toSorted()).toEqual(["a", "b", "flood"]);
});

test("nothing more is handed over until the other thread has looked at what it has", async () => {
  handshakes.start("a", [], HANDLERS);
  handshakes.receive("a", Buffer.from([22]));
  handshakes.receive("a", Buffer.from([22]));
  expect(await nextBatch()).toHaveLength(1);
  expect(await nextBatch()).toEqual([]);
  await ready();
  expect(await nextBatch()).toHaveLength(1);
});

/** How many of a peer's datagrams come to the other thread in the end. */
async function handedOver(): Promise<number> {
  let count = 0;
  for (let batch = await nextBatch(); batch.length > 0; batch = await nextBatch()) {
    count += batch.length;
    await ready();
  }
  return count;
}

test("what waits for one peer is bounded, in datagrams and in bytes", async () => {
  handshakes.start("small", [], HANDLERS);
  for (let n = 0; n < 1_000; n++) handshakes.receive("small", Buffer.from([22]));
  expect(await handedOver()).toBe(65);
  handshakes.start("large", [], HANDLERS);
  for (let n = 0; n < 1_000; n++) handshakes.receive("large", Buffer.alloc(1_024, 22));
  expect(await handedOver()).toBe(17);
  handshakes.start("huge", [], HANDLERS);
  handshakes.receive("huge", Buffer.alloc(2_049, 22));
  expect(await handedOver()).toBe(0);
});

test("in all, a peer has 200 datagrams looked at, and five more each second", async () => {
  handshakes.start("a", [], HANDLERS);
  let count = 0;
  for (let n = 0; n < 10; n++) {
    for (let sent = 0; sent < 50; sent++) handshakes.receive("a", Buffer.from([22]));
    count += await handedOver();
  }
  expect(count).toBe(200);
  vi.advanceTimersByTime(2_000);
  for (let sent = 0; sent < 50; sent++) handshakes.receive("a", Buffer.from([22]));
  expect(await handedOver()).toBe(10);
});

test("datagrams of a peer that has ended are not handed over", async () => {
  handshakes.start("a", [], HANDLERS);
  handshakes.start("b", [], HANDLERS);
  for (const peer of ["a", "b", "b"]) handshakes.receive(peer, Buffer.from([22]));
  await nextBatch();
  handshakes.end("b");
  await ready();
  expect(await nextBatch()).toEqual([]);
});
