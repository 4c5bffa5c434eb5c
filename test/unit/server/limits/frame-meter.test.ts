import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameMeter } from "../../../../server/limits/frame-meter.ts";
import { frame, OPCODE } from "../../../support/websocket-frames.ts";

/** Random messages in fragments, with pings between the fragments. */
const messages = fc
  .array(fc.nat({ max: 70_000 }), { minLength: 1, maxLength: 4 })
  .chain((lengths) =>
    fc.record({ lengths: fc.constant(lengths), pings: fc.array(fc.nat({ max: 125 }), { maxLength: 3 }) }),
  )
  .map(({ lengths, pings }) => {
    const fragments = lengths.map((length, n) =>
      frame(n === 0 ? OPCODE.text : OPCODE.continuation, length, n === lengths.length - 1),
    );
    return Buffer.concat(
      fragments.flatMap((part, n) => [...(n > 0 ? pings.map((p) => frame(OPCODE.ping, p)) : []), part]),
    );
  });

test("after complete messages nothing is counted, however they are split into chunks", () => {
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
        }
        expect(meter.bytes).toBe(0);
        expect(meter.completed).toBe(all.length);
      },
    ),
    { numRuns: 50 },
  );
});

test("an unfinished message counts its bytes and an overhead per chunk", () => {
  const meter = new FrameMeter();
  const bytes = frame(OPCODE.text, 60_000);
  meter.read(bytes.subarray(0, 50_000));
  expect(meter.bytes).toBe(50_000 + 256);
  for (const byte of bytes.subarray(50_000, 50_010)) meter.read(Buffer.from([byte]));
  expect(meter.bytes).toBe(50_010 + 11 * 256);
  meter.read(bytes.subarray(50_010));
  expect(meter.bytes).toBe(0);
});

test("fragments are counted until the last one, also with control frames between them", () => {
  const meter = new FrameMeter();
  meter.read(frame(OPCODE.text, 1_000, false));
  meter.read(frame(OPCODE.ping, 10));
  expect(meter.bytes).toBeGreaterThan(1_000);
  meter.read(frame(OPCODE.continuation, 0));
  expect(meter.bytes).toBe(0);
});

test("the start of a message counts the whole chunk that contains it", () => {
  const meter = new FrameMeter();
  meter.read(Buffer.concat([frame(OPCODE.text, 20_000), frame(OPCODE.text, 500).subarray(0, 3)]));
  expect(meter.completed).toBe(1);
  expect(meter.bytes).toBeGreaterThan(20_000);
});
