import { PassThrough } from "node:stream";
import fc from "fast-check";
import { beforeEach, expect, test, vi } from "vitest";
import { FrameMeter } from "../../../../server/limits/frame-meter.ts";
import { Unfinished } from "../../../../server/limits/unfinished.ts";
import { tooMuchUnsent } from "../../../../server/limits/unsent.ts";

const MB = 1024 * 1024;
const TEXT = 1;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A client's frame (RFC 6455 §5.2), masked with zeros. */
function frame(opcode: number, length: number, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  const head = length < 126 ? [first, 0x80 | length] : [first, 0x80 | (length < 65_536 ? 126 : 127)];
  const long = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (long.length === 2) long.writeUInt16BE(length);
  if (long.length === 8) long.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([Buffer.from(head), long, Buffer.alloc(4 + length)]);
}

/** A message in fragments, with pings between. */
const messages = fc
  .array(fc.nat({ max: 70_000 }), { minLength: 1, maxLength: 4 })
  .chain((lengths) =>
    fc.record({ lengths: fc.constant(lengths), pings: fc.array(fc.nat({ max: 125 }), { maxLength: 3 }) }),
  )
  .map(({ lengths, pings }) => {
    const fragments = lengths.map((length, n) =>
      frame(n === 0 ? TEXT : CONTINUATION, length, n === lengths.length - 1),
    );
    return Buffer.concat(
      fragments.flatMap((part, n) => [...(n > 0 ? pings.map((p) => frame(PING, p)) : []), part]),
    );
  });

test("after whole messages nothing is held, however they are cut into pieces", () => {
  fc.assert(
    fc.property(
      fc.array(messages, { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 30_000 })),
      (all, cuts) => {
        const meter = new FrameMeter();
        const bytes = Buffer.concat(all);
        let at = 0;
        for (let n = 0; at < bytes.length; n++) {
          const length = cuts.length > 0 ? cuts[n % cuts.length]! : bytes.length;
          meter.read(bytes.subarray(at, at + length));
          at += length;
          if (at < bytes.length && length < bytes.length) expect(meter.held).toBeGreaterThanOrEqual(0);
        }
        expect(meter.held).toBe(0);
        expect(meter.completed).toBe(all.length);
      },
    ),
    { numRuns: 50 },
  );
});

test("what is not complete is held: its bytes, and what each piece costs", () => {
  const meter = new FrameMeter();
  const bytes = frame(TEXT, 60_000);
  meter.read(bytes.subarray(0, 50_000));
  expect(meter.held).toBe(50_000 + 256);
  for (const byte of bytes.subarray(50_000, 50_010)) meter.read(Buffer.from([byte]));
  expect(meter.held).toBe(50_010 + 11 * 256);
  meter.read(bytes.subarray(50_010));
  expect(meter.held).toBe(0);
});

test("a fragment is held until its last one, whatever control frames come between", () => {
  const meter = new FrameMeter();
  meter.read(frame(TEXT, 1_000, false));
  meter.read(frame(PING, 10));
  expect(meter.held).toBeGreaterThan(1_000);
  meter.read(frame(CONTINUATION, 0));
  expect(meter.held).toBe(0);
});

test("the begin of a message keeps all of the piece that it came in", () => {
  const meter = new FrameMeter();
  meter.read(Buffer.concat([frame(TEXT, 20_000), frame(TEXT, 500).subarray(0, 3)]));
  expect(meter.completed).toBe(1);
  expect(meter.held).toBeGreaterThan(20_000);
});

let time: number;
let unfinished: Unfinished;

beforeEach(() => {
  time = 0;
  unfinished = new Unfinished({ networkShare: 25, now: () => time });
});

function client(network: string) {
  const connection = new PassThrough();
  const cut = vi.fn(() => void connection.destroy());
  unfinished.watch(connection, network, cut);
  return { cut, send: (bytes: Buffer) => void connection.emit("data", bytes), connection };
}

test("a message that takes longer than ten seconds is cut; whole ones start anew", () => {
  const [slow, lively] = [client("a"), client("a")];
  const begin = frame(TEXT, 1_000).subarray(0, 100);
  slow.send(begin);
  for (; time <= 10_000; time += 1_000) {
    lively.send(Buffer.concat([frame(TEXT, 10), begin]));
    lively.send(frame(TEXT, 1_000).subarray(100));
    lively.send(begin);
    lively.send(frame(TEXT, 1_000).subarray(100));
    lively.send(begin);
    unfinished.tick();
    lively.send(frame(TEXT, 1_000).subarray(100));
  }
  expect(slow.cut).not.toHaveBeenCalled();
  unfinished.tick();
  expect(slow.cut).toHaveBeenCalledOnce();
  expect(lively.cut).not.toHaveBeenCalled();
});

test("a control frame that comes in pieces is held until it is complete, and no longer", () => {
  const page = client("a");
  const pong = frame(PONG, 4);
  page.send(pong.subarray(0, 3));
  expect(unfinished.held).toBeGreaterThan(0);
  page.send(pong.subarray(3));
  expect(unfinished.held).toBe(0);
  page.send(pong.subarray(0, 3));
  time += 9_000;
  page.send(Buffer.concat([pong.subarray(3), frame(TEXT, 10).subarray(0, 5)]));
  time += 9_000;
  unfinished.tick();
  expect(page.cut).not.toHaveBeenCalled();
});

test.each([
  ["pings", PING],
  ["pongs", PONG],
  ["closes", CLOSE],
])("a client that sends %s without end is cut; so many now and then do no harm", (_name, opcode) => {
  const [page, flooder] = [client("a"), client("a")];
  const send = (to: typeof page, count: number) =>
    to.send(Buffer.concat(Array.from({ length: count }, () => frame(opcode, 0))));
  for (let n = 0; n < 10; n++, time += 5_000) send(page, 100);
  expect(page.cut).not.toHaveBeenCalled();
  for (let n = 0; n < 100; n++) send(flooder, 1);
  expect(flooder.cut).not.toHaveBeenCalled();
  time += 1_000;
  send(flooder, 20);
  expect(flooder.cut).not.toHaveBeenCalled();
  send(flooder, 1);
  expect(flooder.cut).toHaveBeenCalledOnce();
});

test("control frames between the fragments of a message count as well", () => {
  const page = client("a");
  page.send(frame(TEXT, 10, false));
  for (let n = 0; n < 101; n++) page.send(frame(PONG, 0));
  expect(page.cut).toHaveBeenCalled();
});

test("a network that held too much gets no new connections for five seconds", () => {
  const held = frame(TEXT, 2 * MB).subarray(0, MB);
  for (let n = 0; n < 3; n++) client("a").send(held);
  expect(unfinished.isCrowded("a")).toBe(false);
  client("a").send(held);
  expect([unfinished.isCrowded("a"), unfinished.isCrowded("b")]).toEqual([true, false]);
  time += 5_000;
  expect(unfinished.isCrowded("a")).toBe(false);
});

test("a network holds its share, and the one that has taken longest makes room", () => {
  const held = frame(TEXT, 2 * MB).subarray(0, MB);
  const others = client("b");
  others.send(held);
  const hoarders = Array.from({ length: 40 }, () => client("a"));
  for (const { send } of hoarders) send(held);
  expect(unfinished.held).toBeLessThanOrEqual(5 * MB);
  const cut = hoarders.map((one) => one.cut.mock.calls.length);
  expect(cut).toEqual([...Array.from({ length: 37 }, () => 1), ...Array.from({ length: 3 }, () => 0)]);
  expect(others.cut).not.toHaveBeenCalled();
});

test("all networks together hold so much and no more; nothing is held of those who left", async () => {
  const held = frame(TEXT, 2 * MB).subarray(0, MB);
  const clients = Array.from({ length: 200 }, (_, n) => client(`network ${n % 20}`));
  for (const { send } of clients) send(held);
  expect(unfinished.held).toBeLessThanOrEqual(16 * MB);
  for (const { connection } of clients) connection.destroy();
  await vi.waitFor(() => expect(unfinished.held).toBe(0));
});

test("whose pages have taken too little is cut, those with most waiting first", () => {
  const page = (network: string, unsent: number) => ({ network, unsent });
  const hoarders = Array.from({ length: 100 }, () => page("a", MB));
  const pages = [page("b", 2 * MB), page("a", 0), page("a", 1_000), ...hoarders, page("c", 0)];
  const cut = tooMuchUnsent(pages, 25);
  expect(cut.every((one) => one.network === "a" && one.unsent === MB)).toBe(true);
  expect(cut).toHaveLength(100 - 63);
});
