import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DuePictures,
  dueOf,
  type PictureTimes,
} from "../../../../../client/listener/picture/due-pictures.ts";
import type { Layer } from "../../../../../client/listener/picture/receivers.ts";

const TIMES: PictureTimes = {
  clocks: { high: { timestamp: 4_294_967_000, at: 10_000 }, low: { timestamp: 900, at: 10_000 } },
  delay: 200,
};

class Image {
  readonly name: string;
  closed = 0;

  constructor(name: string) {
    this.name = name;
  }

  close(): void {
    this.closed += 1;
  }
}

/** A picture of a layer, so many ms after its clock's reading. */
function picture(name: string, afterMs: number, layer: Layer = "low", arrived = 0) {
  const { timestamp } = TIMES.clocks[layer]!;
  return { image: new Image(name), layer, timestamp: (timestamp + 90 * afterMs) >>> 0, arrived };
}

describe("the time of a picture", () => {
  test("is that of its layer's clock, and the wall delay later; over a wrap of RTP time too", () => {
    expect(dueOf(picture("a", 40), TIMES)).toBe(10_240);
    expect(dueOf(picture("a", 40, "high"), TIMES)).toBe(10_240);
    expect(dueOf(picture("a", -40, "low"), TIMES)).toBe(10_160);
  });

  test("is right within 13 hours of the reading", () => {
    const far = fc.integer({ min: -6 * 3_600_000, max: 6 * 3_600_000 });
    fc.assert(
      fc.property(far, fc.constantFrom<Layer>("high", "low"), (afterMs, layer) => {
        expect(dueOf(picture("a", afterMs, layer), TIMES)).toBe(10_200 + afterMs);
      }),
    );
  });

  test("is its arrival, if the browser or the server tells none", () => {
    expect(dueOf({ layer: "low", timestamp: undefined, arrived: 7 }, TIMES)).toBe(7);
    expect(dueOf({ layer: "low", timestamp: 90, arrived: 7 }, { clocks: {}, delay: 200 })).toBe(7);
  });
});

describe("pictures that wait", () => {
  test("are shown when they are due, and closed once when another one is shown", () => {
    const due = new DuePictures<Image>();
    const [a, b, c] = [picture("a", 0), picture("b", 40), picture("c", 80)];
    for (const one of [b, a, c]) due.add(one);
    expect(due.at(10_199, TIMES)).toBeUndefined();
    expect(due.at(10_200, TIMES)?.image.name).toBe("a");
    expect(due.at(10_239, TIMES)?.image.name).toBe("a");
    expect(due.at(10_281, TIMES)?.image.name).toBe("c");
    expect([a, b, c].map(({ image }) => image.closed)).toEqual([1, 1, 0]);
    due.clear();
    expect([a, b, c].map(({ image }) => image.closed)).toEqual([1, 1, 1]);
  });

  test("go on from one layer to the other without a gap", () => {
    const due = new DuePictures<Image>();
    due.add(picture("low 0", 0));
    due.add(picture("low 1", 40));
    due.add(picture("high 2", 80, "high"));
    due.add(picture("low 2", 80));
    due.add(picture("high 3", 120, "high"));
    const shown = [0, 40, 80, 120, 160].map((ms) => due.at(10_200 + ms, TIMES)?.image.name);
    expect(shown).toEqual(["low 0", "low 1", "low 2", "high 3", "high 3"]);
  });

  test("that come late are shown if they are newer than what is shown", () => {
    const due = new DuePictures<Image>();
    due.add(picture("b", 40));
    expect(due.at(10_400, TIMES)?.image.name).toBe("b");
    const late = picture("a", 0);
    due.add(late);
    due.add(picture("c", 80));
    expect(due.at(10_410, TIMES)?.image.name).toBe("c");
    expect(late.image.closed).toBe(1);
  });

  test("are shown for three seconds at most", () => {
    const due = new DuePictures<Image>();
    const only = picture("a", 0);
    due.add(only);
    expect(due.at(13_200, TIMES)?.image.name).toBe("a");
    expect(due.at(13_201, TIMES)).toBeUndefined();
    expect(only.image.closed).toBe(1);
  });

  test("of another stream than the clock's do not wait for their time", () => {
    const due = new DuePictures<Image>();
    const stray = picture("a", 3_600_000);
    due.add(stray);
    expect(due.at(10_200, TIMES)).toBeUndefined();
    expect([stray.image.closed, due.waiting]).toEqual([1, 0]);
  });

  test("are few: of more than fit every second one is left out, over all the time", () => {
    const due = new DuePictures<Image>();
    const many = Array.from({ length: 100 }, (_, n) => picture(`${n}`, n));
    for (const one of many) due.add(one);
    expect(due.waiting).toBeLessThanOrEqual(16);
    const left = many.filter(({ image }) => image.closed === 0);
    expect(left).toHaveLength(due.waiting);
    expect([left[0]!.image.name, left.at(-1)!.image.name]).toEqual(["0", "99"]);
  });

  test("are each closed once, whatever comes when", () => {
    const events = fc.array(
      fc.record({ ms: fc.integer({ min: -500, max: 5_000 }), asks: fc.boolean(), high: fc.boolean() }),
    );
    fc.assert(
      fc.property(events, (all) => {
        const due = new DuePictures<Image>();
        const images: Image[] = [];
        for (const { ms, asks, high } of all) {
          const one = picture("", ms, high ? "high" : "low");
          images.push(one.image);
          due.add(one);
          const shown = asks ? due.at(10_200 + ms, TIMES) : undefined;
          expect(shown?.image.closed ?? 0).toBe(0);
        }
        due.clear();
        expect(images.every(({ closed }) => closed === 1)).toBe(true);
      }),
    );
  });
});
