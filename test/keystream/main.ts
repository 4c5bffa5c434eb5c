/**
 * Checks what the fan-out does with keys: `npm run check:keystream [-- <packets> [<seed>]]`. Hosts and
 * listeners are made up; what the server sends goes to a program that shares no code with it. Half of the
 * packets come from one media thread, half from three with the real relay between them. The last line is
 * JSON; the exit code is 1 if anything is wrong.
 */
import { runOne } from "./one.ts";
import type { Report } from "./report.ts";
import { runSeveral } from "./several.ts";

const [packets = 10_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
if (!(packets >= 1000) || !Number.isInteger(seed)) {
  console.error("Usage: npm run check:keystream [-- <packets, 1000 or more> [<seed, a whole number>]]");
  process.exit(2);
}

/** More than two banks in one thread, and one in each of three. */
const LISTENERS = { one: 600, several: 250 };

const half = Math.ceil(packets / 2);
const runs = [
  { threads: 1, reports: [await runOne(half, seed, LISTENERS.one)] },
  { threads: 3, reports: await runSeveral(3, half, seed, LISTENERS.several) },
].map(({ threads, reports }) => ({ threads, ...reports.reduce(together) }));

const faults = runs.reduce((sum, run) => sum + Object.values(run.faults).reduce((a, b) => a + b, 0), 0);
if (faults > 0) process.exitCode = 1;
console.log(JSON.stringify({ packets: runs.reduce((sum, run) => sum + run.packets, 0), seed, faults, runs }));

/** The sum of what two threads have seen at the same time. */
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
