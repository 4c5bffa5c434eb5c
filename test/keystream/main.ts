/**
 * Checks that the fan-out never uses a keystream twice: `npm run check:keystream [-- <packets> [<seed>]]`.
 * Simulated hosts send to the real fan-out. A verifier that shares no code with the server checks each packet
 * for the simulated listeners. One media thread sends half of the packets; three threads with the real relay
 * between them send the other half. The last line of output is JSON; the exit code is 1 if there is a fault.
 */
import type { Report } from "./simulation.ts";
import { runOneThread, runThreads } from "./threads.ts";

const [packets = 10_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
if (!(packets >= 1000) || !Number.isInteger(seed)) {
  console.error("Usage: npm run check:keystream [-- <packets, 1000 or more> [<seed, a whole number>]]");
  process.exit(2);
}

/** Listeners of each thread: they fill more than two banks in one thread, and almost one in each of three. */
const LISTENERS = { one: 600, three: 250 };

const half = Math.ceil(packets / 2);
const runs = [
  { threads: 1, reports: [await runOneThread(half, seed, LISTENERS.one)] },
  { threads: 3, reports: await runThreads(3, half, seed, LISTENERS.three) },
].map(({ threads, reports }) => ({ threads, ...reports.reduce(together) }));

const faults = runs.reduce((sum, run) => sum + Object.values(run.faults).reduce((a, b) => a + b, 0), 0);
if (faults > 0) process.exitCode = 1;
console.log(JSON.stringify({ packets: runs.reduce((sum, run) => sum + run.packets, 0), seed, faults, runs }));

/** The sum of the reports of two threads that ran at the same time. */
function together(a: Report, b: Report): Report {
  return {
    packets: a.packets + b.packets,
    repeats: a.repeats + b.repeats,
    faults: add(a.faults, b.faults),
    counts: add(a.counts, b.counts),
    seconds: Math.max(a.seconds, b.seconds),
  };
}

function add<Figures extends object>(a: Figures, b: Figures): Figures {
  const entries = Object.entries(a).map(([name, value]) => [name, value + b[name as keyof Figures]]);
  return Object.fromEntries(entries) as Figures;
}
