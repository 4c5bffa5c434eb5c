/**
 * `npm run fuzz [-- <seed> [<count>]]`: gives the server a million inputs that are almost right, most of them
 * behind what proves that they are a peer's own. Each stage has a process of its own. An input that does harm
 * is added to the corpus. The last line is JSON.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addToCorpus } from "./corpus.ts";
import type { Told } from "./one.ts";
import { STAGES, type StageName } from "./stages.ts";
import { Journal } from "./watch.ts";

const COUNT = 1_000_000;
/** What all stages together may hold more at their ends than at half of their inputs, KB. */
const GROWN_KB_MAX = 10 * 1024;
/** A stage that gives no sign for so long hangs, ms; on a machine that is busy otherwise too. */
const SILENCE_MAX = 60_000;

const ONE = fileURLToPath(new URL("one.ts", import.meta.url));
const PROBE = new URL("probe.ts", import.meta.url).href;

/**
 * The memory is looked at after a collection. V8 lets code go that has not run for a while: megabytes, at
 * some time of its own, behind which a leak could hide.
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
 * Runs a stage; a process that dies or hangs is a fault, and what it was trying then goes into the corpus.
 */
async function run(name: StageName, seed: number, count: number): Promise<Outcome> {
  const journal = new Journal();
  const begin = performance.now();
  const child = fork(ONE, [name, String(seed), String(count), journal.path], {
    execArgv: [...FLAGS, "--import", PROBE],
  });
  const last: Told = { inputs: 0 };
  let hangs = false;
  const kill = () => {
    hangs = true;
    child.kill("SIGKILL");
  };
  let silence = setTimeout(kill, SILENCE_MAX);
  child.on("message", (told: Told) => {
    clearTimeout(silence);
    Object.assign(last, told);
    if (!told.done) silence = setTimeout(kill, SILENCE_MAX);
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
  outcomes.reduce((sum, outcome) => sum + outcome.faults.length, 0) + (grownKB > GROWN_KB_MAX ? 1 : 0);
console.log(JSON.stringify({ seed, inputs, faults, grownKB, stages }));
process.exit(faults === 0 ? 0 : 1);
