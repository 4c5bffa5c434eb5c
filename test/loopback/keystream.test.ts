import { expect, test } from "vitest";
import { runOne } from "../keystream/one.ts";
import { runSeveral } from "../keystream/several.ts";

const SEED = 8;
const NO_FAULTS = { tagWrong: 0, keystreamWrong: 0, indexTwice: 0, keystreamTwice: 0, strayed: 0 };

// What `npm run check:keystream` does with 10,000,000 packets.
test("of 25,000 packets of one media thread none has an index or keystream of another", async () => {
  const { packets, faults } = await runOne(25_000, SEED, 70);
  expect(packets).toBeGreaterThanOrEqual(25_000);
  expect(faults).toEqual(NO_FAULTS);
});

test("nor of as many of three threads, where hosts replace one another", async () => {
  const reports = await runSeveral(3, 25_000, SEED, 20);
  expect(reports.map(({ faults }) => faults)).toEqual([NO_FAULTS, NO_FAULTS, NO_FAULTS]);
  const [hosts, offered, forwarded] = (["hosts", "offered", "forwarded"] as const).map((name) =>
    reports.reduce((sum, { counts }) => sum + counts[name], 0),
  );
  expect(hosts).toBeGreaterThan(2);
  // What is refused came twice, late, or from a host that had been replaced: the new one is heard at once in
  // every thread.
  expect(forwarded).toBeGreaterThan(offered! / 2);
});
