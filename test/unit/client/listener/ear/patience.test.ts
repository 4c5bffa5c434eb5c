import { expect, test } from "vitest";
import { Patience } from "../../../../../client/listener/ear/patience.ts";
import { SeededRandom } from "../../../../support/seeded-random.ts";

const FRAMES = 500;

/** How long a frame is waited for behind a network with this jitter to each side, which loses a share. */
function patienceBehind(jitter: number, loss = 0): number {
  const [random, patience] = [new SeededRandom(1), new Patience()];
  for (let n = 0; n < FRAMES; n++) {
    // One that was lost comes again 60 ms later.
    const again = random.next() < loss ? 60 : 0;
    patience.arrived(jitter * (2 * random.next() - 1) + again);
  }
  return patience.ms;
}

test("a frame is asked for soon on a calm network", () => {
  expect(patienceBehind(0)).toBeLessThan(27);
  expect(patienceBehind(5)).toBeLessThan(35);
});

test("behind jitter a frame is asked for when others hardly can have overtaken it", () => {
  // Frames are sent 20 ms apart: one that is 40 ms late is overtaken by one that is 40 ms early.
  expect(patienceBehind(40)).toBeGreaterThan(55);
  expect(patienceBehind(40)).toBeLessThan(80);
});

test("frames that were lost and sent again do not make it longer", () => {
  expect(patienceBehind(5, 0.15)).toBeLessThan(40);
});

test("at the start the network is taken for a bad one", () => {
  expect(new Patience().ms).toBeGreaterThan(55);
});
