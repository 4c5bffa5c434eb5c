import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { LocalRelay, type Relay } from "../../server/relay/relay.ts";
import { Chance } from "./chance.ts";
import { idle } from "./idle.ts";
import type { Report } from "./report.ts";
import type { Command, Share } from "./several.ts";
import { Stage } from "./stage.ts";

/** Packets of hosts that a thread may be behind, so that no queue fills the memory. */
const BEHIND_MAX = 300;

const { relay: name, thread, packets, seed, listeners, shared } = workerData as Share;
const threads = (shared.length - 1) / 2;
const chance = new Chance(seed);
const real = new LocalRelay(name);

/** The real relay, and a count of what goes through it. */
const relay: Relay = {
  publish: (id, packet) => {
    Atomics.add(shared, 0, 1);
    Atomics.add(shared, 1 + thread, 1);
    real.publish(id, packet);
  },
  subscribe: (id, receive) =>
    real.subscribe(id, (packet) => {
      Atomics.add(shared, 1 + thread, 1);
      receive(packet);
    }),
};
const stage = new Stage({ chance, listeners, packets, thread, relay });
let running = true;

parentPort!.on("message", (command: Command) => {
  if (command.type === "host") stage.addHost(command.number);
  else if (command.type === "stop") stage.removeHost(command.number);
  else running = false;
});

function mostBehind(): number {
  const counts = Array.from({ length: threads }, (_, n) => Atomics.load(shared, 1 + n));
  return Atomics.load(shared, 0) - Math.min(...counts);
}

const begun = performance.now();
while (running) {
  stage.step();
  Atomics.store(shared, 1 + threads + thread, stage.verifier.packets);
  await idle(chance);
  while (running && mostBehind() > chance.upTo(BEHIND_MAX)) await delay(0);
  // Without a host here, the thread waits for what others send.
  if (!stage.hasHost) await delay(0);
}
stage.close();
real.close();
const { verifier, counts } = stage;
const seconds = (performance.now() - begun) / 1000;
const report: Report = {
  packets: verifier.packets,
  repeats: verifier.repeats,
  faults: verifier.faults,
  counts,
  seconds,
};
parentPort!.postMessage(report);
