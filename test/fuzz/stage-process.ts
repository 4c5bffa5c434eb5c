/**
 * Runs one stage in its own process: `stage-process.ts <stage> <seed> <count> <journal>`. Reports to the
 * parent process.
 */

import { SeededRandom } from "../support/seeded-random.ts";
import { addToCorpus } from "./corpus.ts";
import { STAGES, type StageName } from "./stages.ts";
import { Watch } from "./watch.ts";

/** A stage's report to its parent. */
export interface StageReport {
  inputs: number;
  /** Only in the last report. */
  done?: { faults: string[]; slowestMs: number; grownBytes: number | undefined };
}

/** Time between two reports. */
const REPORT_INTERVAL_MS = 500;

const [name, seed, count, journal] = process.argv.slice(2) as [StageName, string, string, string];
const stage = STAGES[name];
const watch = new Watch(Number(count), { journal, threads: stage.threads });
process.on("unhandledRejection", (error) => watch.fault(`unhandled rejection: ${error}`));
process.on("uncaughtException", (error) => watch.fault(`uncaught exception: ${error}`));
const report = (message: StageReport, sent = () => {}) => process.send?.(message, sent);
const reporting = setInterval(() => report({ inputs: watch.inputs }), REPORT_INTERVAL_MS);

try {
  await stage.run(new SeededRandom(Number(seed)), watch);
} catch (error) {
  // Usually the fault has already been recorded, with its inputs.
  if (watch.faults.length === 0) watch.fault((error as Error).stack ?? String(error));
}
clearInterval(reporting);
const grownBytes = await watch.checkMemory();
addToCorpus(stage.corpus, watch.harmful);
const { inputs, faults, slowestMs } = watch;
report({ inputs, done: { faults, slowestMs: Math.ceil(slowestMs), grownBytes } }, () => process.exit());
