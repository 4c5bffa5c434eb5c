import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { LocalRelay } from "../../server/relay/local.ts";
import type { Relay } from "../../server/relay/relay.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { idle, type Report, Simulation } from "./simulation.ts";
import type { Command, ThreadOptions } from "./threads.ts";

/** How far the slowest thread may be behind the hosts; otherwise its queue would fill the memory. */
const BEHIND_PACKETS_MAX = 300;

const { relay: name, thread, packets, seed, listeners, counters } = workerData as ThreadOptions;
const threads = (counters.length - 1) / 2;
const random = new SeededRandom(seed);
const real = new LocalRelay(name);

/** The real relay. Counts the packets that are sent and received. */
const relay: Relay = {
  publish: (id, packet) => {
    Atomics.add(counters, 0, 1);
    Atomics.add(counters, 1 + thread, 1);
    real.publish(id, packet);
  },
  subscribe: (id, receive) =>
    real.subscribe(id, (packet) => {
      Atomics.add(counters, 1 + thread, 1);
      receive(packet);
    }),
};
const simulation = new Simulation({ random, listeners, packets, thread, relay });
let running = true;

parentPort!.on("message", (command: Command) => {
  if (command.type === "host") simulation.addHost(command.number);
  else if (command.type === "stop") simulation.removeHost(command.number);
  else running = false;
});

/** How many packets the slowest thread has not received yet. */
function mostBehind(): number {
  const received = Array.from({ length: threads }, (_, n) => Atomics.load(counters, 1 + n));
  return Atomics.load(counters, 0) - Math.min(...received);
}

const begun = performance.now();
while (running) {
  simulation.step();
  Atomics.store(counters, 1 + threads + thread, simulation.verifier.packets);
  await idle(random);
  while (running && mostBehind() > random.below(BEHIND_PACKETS_MAX)) await delay(0);
  // Without a host of its own, the thread waits for packets of others.
  if (!simulation.hasHost) await delay(0);
}
simulation.close();
real.close();
const { verifier, counts } = simulation;
const seconds = (performance.now() - begun) / 1000;
const report: Report = {
  packets: verifier.packets,
  repeats: verifier.repeats,
  faults: verifier.faults,
  counts,
  seconds,
};
parentPort!.postMessage(report);
