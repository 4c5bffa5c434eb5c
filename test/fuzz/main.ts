/**
 * `npm run fuzz [-- <seed> [<count>]]`: gives the server a million almost valid inputs. Most of them come
 * from authenticated peers. Each stage runs in its own process. An input that causes a fault is added to the
 * corpus. The last line of output is JSON; the exit code is 1 if there is a fault.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addToCorpus } from "./corpus.ts";
import type { StageReport } from "./stage-process.ts";
import { STAGES, type StageName } from "./stages.ts";
import { Journal } from "./watch.ts";

const COUNT = 1_000_000;
/** How much the memory of all stages together may grow during the second half of their inputs. */
const GROWTH_KB_MAX = 10 * 1024;
/** A stage without a report for this time hangs; long enough for a busy machine. */
const SILENCE_MS_MAX = 60_000;

const STAGE_PROCESS = fileURLToPath(new URL("stage-process.ts", import.meta.url));
const PROBE = new URL("probe.ts", import.meta.url).href;

/**
 * Memory is measured after a garbage collection. V8 must not discard the bytecode of functions that have not
 * run for some time: that frees megabytes, which could conceal a leak.
 */
const FLAGS = ["--expose-gc", "--no-flush-bytecode"];

interface Outcome {
  inputs: number;
  seconds: number;
  slowestMs?: number;
  grownKB?: number;
  faults: string[];
}

/**
 * Runs a stage. A crash or a hang of its process is a fault; the inputs that it was trying are then added to
 * the corpus.
 */
async function run(name: StageName, seed: number, count: number): Promise<Outcome> {
  const journal = new Journal();
  const begin = performance.now();
  const child = fork(STAGE_PROCESS, [name, String(seed), String(count), journal.path], {
    execArgv: [...FLAGS, "--import", PROBE],
  });
  const last: StageReport = { inputs: 0 };
  let hangs = false;
  const kill = () => {
    hangs = true;
    child.kill("SIGKILL");
  };
  let silence = setTimeout(kill, SILENCE_MS_MAX);
  child.on("message", (report: StageReport) => {
    clearTimeout(silence);
    Object.assign(last, report);
    if (!report.done) silence = setTimeout(kill, SILENCE_MS_MAX);
  });
  const how = await new Promise<string>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`)),
  );
  clearTimeout(silence);
  const seconds = Math.round((performance.now() - begin) / 100) / 10;
  try {
    const { inputs, done } = last;
    if (done) {
      const { faults, slowestMs, grownBytes = 0 } = done;
      return { inputs, seconds, slowestMs, grownKB: Math.round(grownBytes / 1024), faults };
    }
    addToCorpus(STAGES[name].corpus, journal.read());
    return { inputs, seconds, faults: [hangs ? "the process hangs" : `the process ends: ${how}`] };
  } finally {
    journal.close();
  }
}

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
const count = Number(process.argv[3] ?? COUNT);
console.log(`Seed ${seed}, ${count} inputs`);
const stages: Partial<Record<StageName, Outcome>> = {};
for (const name of Object.keys(STAGES) as StageName[]) {
  const outcome = await run(name, seed, Math.ceil((count * STAGES[name].share) / 100));
  stages[name] = outcome;
  console.log(`${name}: ${JSON.stringify(outcome)}`);
}
const outcomes = Object.values(stages);
const inputs = outcomes.reduce((sum, outcome) => sum + outcome.inputs, 0);
const grownKB = outcomes.reduce((sum, outcome) => sum + Math.max(0, outcome.grownKB ?? 0), 0);
const faults =
  outcomes.reduce((sum, outcome) => sum + outcome.faults.length, 0) + (grownKB > GROWTH_KB_MAX ? 1 : 0);
console.log(JSON.stringify({ seed, inputs, faults, grownKB, stages }));
process.exit(faults === 0 ? 0 : 1);
