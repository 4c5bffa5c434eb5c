import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bank } from "../../../../../server/media/fanout/bank.ts";
import type { KernelKind } from "../../../../../server/media/kernel/kernel.ts";
import { SrtpOpener } from "../../../../../server/media/secure/srtp.ts";
import { deriveSessionKeys } from "../../../../../server/media/secure/srtp-keys.ts";
import { Catcher } from "../../../../support/catcher.ts";

const listener = () => {
  const master = { key: randomBytes(16), salt: randomBytes(14) };
  return { master, ssrc: randomBytes(4).readUInt32BE(), payloadType: 96 + (randomBytes(1)[0]! % 30) };
};

/** A bank with listeners, over one kind of kernel, and the packets that it has sent to each. */
function bank(
  kind: KernelKind,
  listeners: ReturnType<typeof listener>[],
  numbers = { nextIndex: 0, firstSequence: 0 },
) {
  const made = new Bank(kind);
  const sent = listeners.map((): Buffer[] => []);
  const slots = listeners.map(({ master, ssrc, payloadType }, n) =>
    made.add({
      keys: deriveSessionKeys(master, "rtp"),
      ssrc,
      payloadType,
      ...numbers,
      destination: new Catcher(sent[n]!),
    }),
  );
  return { bank: made, slots, sent };
}

const packet = (index: number, length: number) => ({
  index,
  timestamp: (index * 960) >>> 0,
  marker: index % 50 === 0,
  payload: randomBytes(length),
});

describe.each<KernelKind>(["simd", "plain"])("a bank (%s kernel)", (kind) => {
  test("makes packets that decrypt, across rollovers, gaps, repeats and all payload lengths", () => {
    const listeners = Array.from({ length: 7 }, listener);
    const { bank: made, sent, slots } = bank(kind, listeners);
    const openers = listeners.map(({ master }) => new SrtpOpener(master));
    let index = 65_000;
    for (let n = 0; n < 400; n++) {
      index += n % 90 === 0 ? 40 : 1;
      const out = packet(index, 1 + ((n * 53) % 1280));
      if (n % 3 === 0) made.prepareNext(index, 0, 5);
      made.forward(out);
      openers.forEach((opener, at) => {
        const opened = opener.open(Buffer.from(sent[at]!.at(-1)!));
        expect(opened).toMatchObject({
          payload: out.payload,
          sequence: index & 0xffff,
          timestamp: out.timestamp,
          marker: out.marker,
          ssrc: listeners[at]!.ssrc,
          payloadType: listeners[at]!.payloadType,
        });
      });
      if (n % 40 !== 39) continue;
      const first = sent[2]!.at(-1)!;
      made.forwardTo(slots[2]!, out);
      expect(sent[2]!.at(-1)).toEqual(first);
    }
  });

  test("makes correct packets when keystream is prepared too late", () => {
    const listeners = Array.from({ length: 6 }, listener);
    const { bank: made, sent } = bank(kind, listeners);
    const openers = listeners.map(({ master }) => new SrtpOpener(master));
    for (const index of [8, 24, 72, 73, 74, 104, 105]) {
      const out = packet(index, 100);
      made.forward(out);
      // Prepares, for some of the listeners, chunks that are over.
      made.prepareNext(index - 49, 0, 3);
      made.prepareNext(index - 48, 0, 3);
      openers.forEach((opener, at) => {
        expect(opener.open(Buffer.from(sent[at]!.at(-1)!))?.payload, `packet ${index}`).toEqual(out.payload);
      });
    }
  });

  test("never uses keystream that was prepared under another plan", () => {
    // The plan is chosen anew after 128 packets. When all of them were short it falls, and the next long one
    // raises it again. These starts let it fall early and late in a chunk of long packets, and in the second
    // half of a chunk of short ones.
    const undecryptable: number[] = [];
    for (const start of [0, 12, 15, 25, 27]) {
      const { bank: made } = bank(kind, []);
      const add = () => {
        const sent: Buffer[] = [];
        const { master, ...rest } = listener();
        const destination = new Catcher(sent);
        made.add({
          ...rest,
          keys: deriveSessionKeys(master, "rtp"),
          nextIndex: 0,
          firstSequence: 0,
          destination,
        });
        return { sent, master };
      };
      const [first] = Array.from({ length: 64 }, add);
      const [last] = Array.from({ length: 2 }, add);
      const listeners = [first!, last!].map(({ sent, master }) => ({ sent, opener: new SrtpOpener(master) }));
      for (let n = 0; n < 260; n++) {
        const out = packet(start + n, n === 0 || n > 255 ? 1280 : 1);
        made.forward(out);
        // The preparation reaches the last two listeners too late.
        made.prepareNext(out.index, 0, n < 255 ? 66 : 64);
        const opened = listeners.map(({ sent, opener }) => opener.open(Buffer.from(sent.at(-1)!)));
        if (!opened.every((clear) => clear?.payload.equals(out.payload))) undecryptable.push(out.index);
      }
    }
    expect(undecryptable).toEqual([]);
  });

  test.for([0, 5, 65_535, 65_536, 3 * 65_536 + 17, 2 ** 32 - 1, 2 ** 40 + 65_535])(
    "numbers packets from a listener's own start at index %i, across the listener's own rollovers",
    (nextIndex) => {
      const one = listener();
      const firstSequence = 1000;
      const { bank: made, sent, slots } = bank(kind, [one], { nextIndex, firstSequence });
      const opener = new SrtpOpener(one.master);
      const distances = Array.from({ length: 6 }, (_, n) =>
        Array.from({ length: 40 }, (_, m) => n * 21_490 + m),
      );
      let shift: number | undefined;
      for (const distance of distances.flat()) {
        const out = packet(nextIndex + distance, 1 + (distance % 50) * 20);
        made.forward(out);
        made.prepareNext(out.index, 0, 1);
        const opened = opener.open(Buffer.from(sent[0]!.at(-1)!))!;
        expect(opened.payload).toEqual(out.payload);
        shift ??= opened.index - firstSequence;
        expect(opened.index).toBe(firstSequence + shift + distance);
        expect(slots[0]!.indexOf(opened.sequence, out.index + 20)).toBe(out.index);
        const first = sent[0]!.at(-1)!;
        made.forwardTo(slots[0]!, out);
        expect(sent[0]!.at(-1)).toEqual(first);
      }
      expect(shift).toBeGreaterThanOrEqual(0);
      expect(shift).toBeLessThan(16);
    },
  );

  test("sends nothing to a listener that was removed", () => {
    const { bank: made, slots, sent } = bank(kind, Array.from({ length: 5 }, listener));
    made.remove(slots[1]!);
    made.remove(slots[1]!);
    made.forward(packet(1, 10));
    expect(sent.map(({ length }) => length)).toEqual([1, 0, 1, 1, 1]);
    expect(made.size).toBe(4);
  });
});

describe("a bank whose socket's send buffer is full", () => {
  function slowListener() {
    const one = listener();
    const caught: Buffer[] = [];
    const destination = new Catcher(caught);
    const made = new Bank();
    const keys = deriveSessionKeys(one.master, "rtp");
    made.add({ ...one, keys, nextIndex: 0, firstSequence: 0, destination });
    return { made, caught, destination, opener: new SrtpOpener(one.master) };
  }

  test("keeps queued packets unchanged while it makes others", () => {
    const { made, caught, destination, opener } = slowListener();
    const packets = Array.from({ length: 12 }, (_, n) => packet(n, 50));
    for (const out of packets) {
      destination.full = out.index >= 2 && out.index < 8;
      made.forward(out);
    }
    expect(caught.map((sent) => opener.open(sent)?.payload)).toEqual(packets.map(({ payload }) => payload));
  });

  test("queues two megabytes at most", () => {
    const { made, caught, destination } = slowListener();
    destination.full = true;
    for (let n = 0; n < 4000; n++) made.forward(packet(n, 1000));
    destination.drain();
    expect(caught.length).toBe(Math.floor((2 * 1024 * 1024) / 1022) + 1);
  });
});

test("both kernels make the same bytes", () => {
  const listeners = Array.from({ length: 6 }, listener);
  const [simd, plain] = [bank("simd", listeners), bank("plain", listeners)];
  fc.assert(
    fc.property(
      fc.nat({ max: 2 ** 40 }),
      fc.uint8Array({ minLength: 0, maxLength: 1280 }),
      fc.boolean(),
      (index, bytes, marker) => {
        const out = { index, timestamp: index >>> 0, marker, payload: Buffer.from(bytes) };
        simd.bank.forward(out);
        plain.bank.forward(out);
        expect(simd.sent.map((all) => all.at(-1))).toEqual(plain.sent.map((all) => all.at(-1)));
      },
    ),
  );
});
