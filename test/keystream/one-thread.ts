import { SeededRandom } from "../support/seeded-random.ts";
import type { Report } from "./simulation.ts";
import { idle, Simulation } from "./simulation.ts";

/**
 * Runs one simulated media thread in this thread, until a number of packets is verified.
 * @param listeners greatest number of listeners at a time
 */
export async function runOneThread(packets: number, seed: number, listeners: number): Promise<Report> {
  const random = new SeededRandom(seed);
  const simulation = new Simulation({ random, listeners, packets, thread: 0 });
  const begun = performance.now();
  let host = 1;
  simulation.addHost(host);
  while (simulation.verifier.packets < packets) {
    simulation.step();
    if (random.happens(0.004)) {
      // Both hosts are live for a short time, as when a host's page is loaded again.
      simulation.addHost(++host);
      for (let n = random.below(10); n > 0; n--) simulation.step();
      simulation.removeHost(host - 1);
    }
    await idle(random);
  }
  simulation.close();
  const { verifier, counts } = simulation;
  const seconds = (performance.now() - begun) / 1000;
  return { packets: verifier.packets, repeats: verifier.repeats, faults: verifier.faults, counts, seconds };
}
