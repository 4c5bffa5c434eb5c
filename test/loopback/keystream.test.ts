import { describe, expect, test } from "vitest";
import { runOneThread, runThreads } from "../keystream/threads.ts";

const SEED = 8;
const NO_FAULTS = { tagWrong: 0, keystreamWrong: 0, indexTwice: 0, keystreamTwice: 0, strayed: 0 };

// `npm run check:keystream` does the same with 10,000,000 packets.
describe("of 25,000 packets, no two have the same index or keystream", () => {
  test("in one media thread", async () => {
    const { packets, faults } = await runOneThread(25_000, SEED, 70);
    expect(packets).toBeGreaterThanOrEqual(25_000);
    expect(faults).toEqual(NO_FAULTS);
  });

  test("in three media threads, while hosts replace one another", async () => {
    const reports = await runThreads(3, 25_000, SEED, 20);
    expect(reports.map(({ faults }) => faults)).toEqual([NO_FAULTS, NO_FAULTS, NO_FAULTS]);
    const [hosts, offered, forwarded] = (["hosts", "offered", "forwarded"] as const).map((name) =>
      reports.reduce((sum, { counts }) => sum + counts[name], 0),
    );
    expect(hosts).toBeGreaterThan(2);
    // Only packets that are repeated, late, or from a replaced host are dropped: every thread forwards a new
    // host's packets at once.
    expect(forwarded).toBeGreaterThan(offered! / 2);
  });
});
