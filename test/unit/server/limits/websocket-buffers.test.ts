import { PassThrough } from "node:stream";
import { beforeEach, expect, test, vi } from "vitest";
import { selectOverQuota, UnfinishedMessages } from "../../../../server/limits/websocket-buffers.ts";
import { frame, OPCODE } from "../../../support/websocket-frames.ts";

const MB = 1024 * 1024;

let time: number;
let unfinished: UnfinishedMessages;

beforeEach(() => {
  time = 0;
  unfinished = new UnfinishedMessages({ networkShare: 25, now: () => time });
});

/** A connection of a network. */
function client(network: string) {
  const connection = new PassThrough();
  const terminate = vi.fn(() => void connection.destroy());
  unfinished.watch(connection, network, terminate);
  return { terminate, send: (bytes: Buffer) => void connection.emit("data", bytes), connection };
}

test("a connection whose message takes longer than ten seconds is closed", () => {
  const [slow, active] = [client("a"), client("a")];
  const start = frame(OPCODE.text, 1_000).subarray(0, 100);
  slow.send(start);
  for (; time <= 10_000; time += 1_000) {
    active.send(Buffer.concat([frame(OPCODE.text, 10), start]));
    active.send(frame(OPCODE.text, 1_000).subarray(100));
    active.send(start);
    active.send(frame(OPCODE.text, 1_000).subarray(100));
    active.send(start);
    unfinished.tick();
    active.send(frame(OPCODE.text, 1_000).subarray(100));
  }
  expect(slow.terminate).not.toHaveBeenCalled();
  unfinished.tick();
  expect(slow.terminate).toHaveBeenCalledOnce();
  expect(active.terminate).not.toHaveBeenCalled();
});

test("a control frame that arrives in parts is counted until it is complete", () => {
  const page = client("a");
  const pong = frame(OPCODE.pong, 4);
  page.send(pong.subarray(0, 3));
  expect(unfinished.bytes).toBeGreaterThan(0);
  page.send(pong.subarray(3));
  expect(unfinished.bytes).toBe(0);
  page.send(pong.subarray(0, 3));
  time += 9_000;
  page.send(Buffer.concat([pong.subarray(3), frame(OPCODE.text, 10).subarray(0, 5)]));
  time += 9_000;
  unfinished.tick();
  expect(page.terminate).not.toHaveBeenCalled();
});

test.each([
  ["pings", OPCODE.ping],
  ["pongs", OPCODE.pong],
  ["closes", OPCODE.close],
])("a client that floods %s is closed; short bursts are allowed", (_name, opcode) => {
  const [page, flooder] = [client("a"), client("a")];
  const send = (to: typeof page, count: number) =>
    to.send(Buffer.concat(Array.from({ length: count }, () => frame(opcode, 0))));
  for (let n = 0; n < 10; n++, time += 5_000) send(page, 100);
  expect(page.terminate).not.toHaveBeenCalled();
  for (let n = 0; n < 100; n++) send(flooder, 1);
  expect(flooder.terminate).not.toHaveBeenCalled();
  time += 1_000;
  send(flooder, 20);
  expect(flooder.terminate).not.toHaveBeenCalled();
  send(flooder, 1);
  expect(flooder.terminate).toHaveBeenCalledOnce();
});

test("control frames between the fragments of a message are counted too", () => {
  const page = client("a");
  page.send(frame(OPCODE.text, 10, false));
  for (let n = 0; n < 101; n++) page.send(frame(OPCODE.pong, 0));
  expect(page.terminate).toHaveBeenCalled();
});

test("a network that exceeds its share is blocked for five seconds", () => {
  const part = frame(OPCODE.text, 2 * MB).subarray(0, MB);
  for (let n = 0; n < 3; n++) client("a").send(part);
  expect(unfinished.isBlocked("a")).toBe(false);
  client("a").send(part);
  expect([unfinished.isBlocked("a"), unfinished.isBlocked("b")]).toEqual([true, false]);
  time += 5_000;
  expect(unfinished.isBlocked("a")).toBe(false);
});

test("a network keeps to its share: its connections with the oldest messages are closed", () => {
  const part = frame(OPCODE.text, 2 * MB).subarray(0, MB);
  const others = client("b");
  others.send(part);
  const senders = Array.from({ length: 40 }, () => client("a"));
  for (const { send } of senders) send(part);
  expect(unfinished.bytes).toBeLessThanOrEqual(5 * MB);
  const closed = senders.map((one) => one.terminate.mock.calls.length);
  expect(closed).toEqual([...Array.from({ length: 37 }, () => 1), ...Array.from({ length: 3 }, () => 0)]);
  expect(others.terminate).not.toHaveBeenCalled();
});

test("all networks together keep to the limit; closed connections count nothing", async () => {
  const part = frame(OPCODE.text, 2 * MB).subarray(0, MB);
  const clients = Array.from({ length: 200 }, (_, n) => client(`network ${n % 20}`));
  for (const { send } of clients) send(part);
  expect(unfinished.bytes).toBeLessThanOrEqual(16 * MB);
  for (const { connection } of clients) connection.destroy();
  await vi.waitFor(() => expect(unfinished.bytes).toBe(0));
});

test("the largest backlogs of unsent messages of a network above its share are selected", () => {
  const page = (network: string, unsent: number) => ({ network, unsent });
  const senders = Array.from({ length: 100 }, () => page("a", MB));
  const pages = [page("b", 2 * MB), page("a", 0), page("a", 1_000), ...senders, page("c", 0)];
  const selected = selectOverQuota(pages, 25);
  expect(selected.every((one) => one.network === "a" && one.unsent === MB)).toBe(true);
  expect(selected).toHaveLength(100 - 63);
});
