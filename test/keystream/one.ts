import { Chance } from "./chance.ts";
import { idle } from "./idle.ts";
import type { Report } from "./report.ts";
import { Stage } from "./stage.ts";

/**
 * Runs one media thread's share of the server, in this thread, until so many packets have been looked at.
 * @param listeners most at once
 */
export async function runOne(packets: number, seed: number, listeners: number): Promise<Report> {
  const chance = new Chance(seed);
  const stage = new Stage({ chance, listeners, packets, thread: 0 });
  const begun = performance.now();
  let host = 1;
  stage.addHost(host);
  while (stage.verifier.packets < packets) {
    stage.step();
    if (chance.happens(0.004)) {
      // For a moment both are there, as when a host's page is opened anew.
      stage.addHost(++host);
      for (let n = chance.upTo(10); n > 0; n--) stage.step();
      stage.removeHost(host - 1);
    }
    await idle(chance);
  }
  stage.close();
  const { verifier, counts } = stage;
  const seconds = (performance.now() - begun) / 1000;
  return { packets: verifier.packets, repeats: verifier.repeats, faults: verifier.faults, counts, seconds };
}
