import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import { Sparks } from "../../../../server/wall/sparks.ts";

describe("sparks", () => {
  let sent: ServerMessage[];
  let sparks: Sparks;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    sparks = new Sparks((message) => sent.push(message));
  });

  afterEach(() => vi.useRealTimers());

  test("reach the host at once", () => {
    sparks.add("one");
    expect(sent).toEqual([{ type: "sparks", screens: ["one"] }]);
  });

  test("of the next 250 ms come together, one for each screen", () => {
    sparks.add("one");
    for (const id of ["two", "three", "two", "two"]) sparks.add(id);
    vi.advanceTimersByTime(250);
    expect(sent.slice(1)).toEqual([{ type: "sparks", screens: ["two", "three"] }]);
  });

  test("are at most 100 in a message, and four messages a second, however many people tap", () => {
    for (let ms = 0; ms < 10_000; ms += 10) {
      for (let n = 0; n < 300; n++) sparks.add(`screen ${n}`);
      vi.advanceTimersByTime(10);
    }
    expect(sent.length).toBeLessThanOrEqual(41);
    for (const message of sent)
      expect(message).toHaveProperty("screens.length", expect.toSatisfy(atMost(100)));
  });

  test("are none while nobody taps", () => {
    sparks.add("one");
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(1);
  });
});

function atMost(most: number) {
  return (value: number) => value <= most;
}
