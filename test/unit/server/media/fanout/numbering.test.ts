import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Numbering } from "../../../../../server/media/fanout/numbering.ts";

const numbers = (numbering: Numbering, publisher: number, ssrc: number, ...indexes: number[]) =>
  indexes.map((index) => numbering.assign({ publisher, ssrc, index }));

describe("numbering", () => {
  test("numbers continue from stream to stream, and follow the packet indexes within a stream", () => {
    const numbering = new Numbering();
    expect(numbers(numbering, 1, 1, 70_000, 70_001, 70_003)).toEqual([0, 1, 3]);
    expect(numbers(numbering, 1, 2, 5, 6)).toEqual([4, 5]);
    expect(numbers(numbering, 2, 2, 5, 6)).toEqual([6, 7]);
  });

  test("a late packet gets its number once, and none when it is more than 128 packets late", () => {
    const numbering = new Numbering();
    expect(numbers(numbering, 1, 1, 10, 13, 11, 11, 13, 12)).toEqual([0, 3, 1, undefined, undefined, 2]);
    expect(numbers(numbering, 1, 1, 213, 85, 86, 9)).toEqual([203, undefined, 76, undefined]);
  });

  test("packets of a replaced publisher get no numbers, whatever their stream", () => {
    const numbering = new Numbering();
    expect(numbers(numbering, 2, 1, 10)).toEqual([0]);
    expect(numbers(numbering, 1, 1, 11, 12)).toEqual([undefined, undefined]);
    expect(numbers(numbering, 1, 7, 13)).toEqual([undefined]);
    expect(numbers(numbering, 2, 1, 11)).toEqual([1]);
  });

  test("a stream that jumps ahead continues with the next number, and its earlier packets get none", () => {
    const numbering = new Numbering();
    expect(numbers(numbering, 1, 1, 10, 8_202)).toEqual([0, 8_192]);
    expect(numbers(numbering, 1, 1, 30_000, 29_999, 30_001)).toEqual([8_193, undefined, 8_194]);
  });

  test("no number is assigned twice, for any packets in any order", () => {
    const sources = fc.array(
      fc.record({ publisher: fc.nat(3), ssrc: fc.nat(1), index: fc.oneof(fc.nat(400), fc.nat(100_000)) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(sources, (all) => {
        const numbering = new Numbering();
        const assigned = all
          .map((source) => numbering.assign(source))
          .filter((number) => number !== undefined);
        expect(new Set(assigned).size).toBe(assigned.length);
        let newest = -1;
        for (const number of assigned) {
          expect(number).toBeLessThanOrEqual(newest + 8_192);
          newest = Math.max(newest, number);
        }
      }),
    );
  });
});
