/**
 * One stage in a process of its own: `one.ts <stage> <seed> <count> <journal>`. What came of it goes to the
 * parent.
 */
import { addToCorpus } from "./corpus.ts";
import { Chance } from "./mutate.ts";
import { STAGES, type StageName } from "./stages.ts";
import { Watch } from "./watch.ts";

/** What a stage tells its parent, at the end and, without `done`, now and then. */
export interface Told {
  inputs: number;
  done?: { faults: string[]; slowestMs: number; grownBytes: number | undefined };
}

/** Between two signs of life, ms. */
const SIGN_INTERVAL = 500;

const [name, seed, count, journal] = process.argv.slice(2) as [StageName, string, string, string];
const stage = STAGES[name];
const watch = new Watch(Number(count), { journal, threads: stage.threads });
process.on("unhandledRejection", (error) => watch.fault(`unhandled rejection: ${error}`));
process.on("uncaughtException", (error) => watch.fault(`uncaught exception: ${error}`));
const tell = (told: Told) => process.send?.(told);
const signs = setInterval(() => tell({ inputs: watch.inputs }), SIGN_INTERVAL);

try {
  await stage.run(new Chance(Number(seed)), watch);
} catch (error) {
  // What ends a stage is mostly noted where it happened, with its inputs.
  if (watch.faults.length === 0) watch.fault((error as Error).stack ?? String(error));
}
clearInterval(signs);
const grownBytes = await watch.look();
addToCorpus(stage.corpus, watch.harmful);
const { inputs, faults, slowest } = watch;
process.send?.({ inputs, done: { faults, slowestMs: Math.ceil(slowest), grownBytes } } satisfies Told, () =>
  process.exit(),
);
