import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CERTIFICATE,
  CLIENT_HELLO,
  FINISHED,
  Fragments,
  handshakeMessage,
} from "../../../../../../server/media/secure/dtls/fragments.ts";
import { messageFragment } from "../../../../../support/dtls-records.ts";

/** A fragment of a message, as a client sends it that divides the message. */
function fragmentOf(message: Buffer, offset: number, length: number): Buffer {
  const header = Buffer.from(message.subarray(0, 12));
  header.writeUIntBE(offset, 6, 3);
  header.writeUIntBE(length, 9, 3);
  return Buffer.concat([header, message.subarray(12 + offset, 12 + offset + length)]);
}

const body = Buffer.from(Array.from({ length: 600 }, (_, n) => n & 0xff));
const hello = handshakeMessage(CLIENT_HELLO, 0, body);
const certificate = handshakeMessage(CERTIFICATE, 1, body);

describe("fragments", () => {
  test("are assembled to the message in any order, with overlaps and repeats", () => {
    const cuts = fc.array(fc.tuple(fc.nat(599), fc.integer({ min: 1, max: 600 })), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 600 }), (extra, step) => {
        const fragments = new Fragments();
        for (const [offset, length] of extra) {
          fragments.add(fragmentOf(hello, offset, Math.min(length, 600 - offset)), 0);
        }
        const even = Array.from({ length: Math.ceil(600 / step) }, (_, n) => n * step).reverse();
        for (const offset of even) fragments.add(fragmentOf(hello, offset, Math.min(step, 600 - offset)), 0);
        expect(fragments.message(CLIENT_HELLO)).toEqual(hello);
      }),
    );
  });

  test("of two messages can share a record", () => {
    const fragments = new Fragments();
    fragments.add(Buffer.concat([certificate, fragmentOf(hello, 0, 300), fragmentOf(hello, 300, 300)]), 0);
    expect(fragments.message(CLIENT_HELLO)).toEqual(hello);
    expect(fragments.message(CERTIFICATE)).toEqual(certificate);
  });

  test("give no message while a byte is missing", () => {
    const fragments = new Fragments();
    fragments.add(fragmentOf(hello, 0, 299), 0);
    fragments.add(fragmentOf(hello, 300, 300), 0);
    expect(fragments.message(CLIENT_HELLO)).toBeUndefined();
  });

  test("that contradict earlier ones start the message again", () => {
    const forged = handshakeMessage(CLIENT_HELLO, 0, Buffer.alloc(600, 1));
    const longer = handshakeMessage(CLIENT_HELLO, 0, body, Buffer.from([1]));
    for (const other of [forged, longer]) {
      const fragments = new Fragments();
      fragments.add(fragmentOf(other, 0, 500), 0);
      fragments.add(fragmentOf(hello, 0, 300), 0);
      expect(fragments.message(CLIENT_HELLO)).toBeUndefined();
      fragments.add(fragmentOf(hello, 300, 300), 0);
      expect(fragments.message(CLIENT_HELLO)).toEqual(hello);
    }
  });

  test("of a message can be received again after the message was taken", () => {
    const fragments = new Fragments();
    fragments.add(hello, 0);
    expect(fragments.take(CLIENT_HELLO)).toEqual(hello);
    expect(fragments.take(CLIENT_HELLO)).toBeUndefined();
    fragments.add(hello, 0);
    expect(fragments.take(CLIENT_HELLO)).toEqual(hello);
  });

  test.each([
    [
      "a message of 16 MB",
      { type: CLIENT_HELLO, length: 0xff_ffff, number: 0, offset: 0xff_fffe, body: Buffer.from([1]) },
    ],
    [
      "bytes beyond the message's end",
      { type: CLIENT_HELLO, length: 4, number: 0, offset: 2, body: Buffer.from([1, 2, 3]) },
    ],
    ["no bytes", { type: CLIENT_HELLO, length: 0, number: 0, offset: 0, body: Buffer.alloc(0) }],
    [
      "a type with another type's number",
      { type: CERTIFICATE, length: 4, number: 0, offset: 0, body: Buffer.from("four") },
    ],
    [
      "a message that no client sends",
      { type: CLIENT_HELLO, length: 4, number: 9, offset: 0, body: Buffer.from("four") },
    ],
    ["a Finished in the clear", { type: FINISHED, length: 12, number: 4, offset: 0, body: Buffer.alloc(12) }],
  ])("that claim %s are dropped", (_, parts) => {
    const fragments = new Fragments();
    fragments.add(messageFragment(parts), 0);
    for (const type of [CLIENT_HELLO, CERTIFICATE, FINISHED] as const) {
      expect(fragments.message(type)).toBeUndefined();
    }
  });

  test("that are cut short or random are dropped", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(0, 1), (noise, epoch) => {
        const fragments = new Fragments();
        fragments.add(Buffer.from(noise), epoch);
        fragments.add(fragmentOf(hello, 0, 300).subarray(0, 311), 0);
        expect(fragments.message(CERTIFICATE)).toBeUndefined();
      }),
    );
  });
});
