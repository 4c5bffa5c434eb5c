/**
 * `node test/fuzz/guided.ts [<seed> [<seconds>]]`: looks for inputs that reach parts of the server's readers
 * that no input of the corpora reaches, and adds them. What V8 counts of each block (its precise coverage)
 * tells which those are: an input that reaches a new one is kept, and others are made from it.
 */
import { Session } from "node:inspector/promises";
import { addToCorpus, type CorpusName, type Input, readCorpus } from "./corpus.ts";
import { Chance, mutate } from "./mutate.ts";
import { fuzzDatagram, fuzzHello, fuzzMessage, fuzzOffer } from "./readers.ts";

const TARGETS: readonly { corpus: CorpusName; read: (input: Buffer) => void }[] = [
  { corpus: "flights", read: fuzzDatagram },
  { corpus: "flights", read: (input) => fuzzHello(input.subarray(25)) },
  { corpus: "media", read: fuzzDatagram },
  { corpus: "checks", read: fuzzDatagram },
  { corpus: "messages", read: fuzzMessage },
  { corpus: "offers", read: fuzzOffer },
];

/** Longest input that is kept, bytes. */
const LENGTH_MAX = 4_096;
/** What counts: the server's own code, and werift's reader of offers. */
const COUNTED = /\/(server\/(media|protocol)|werift)\//;

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
const seconds = Number(process.argv[3] ?? 60);
const chance = new Chance(seed);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** Blocks that have run since the last call. */
async function blocks(): Promise<string[]> {
  const { result } = await session.post("Profiler.takePreciseCoverage");
  return result
    .filter(({ url }) => COUNTED.test(url))
    .flatMap(({ scriptId, functions }) =>
      functions.flatMap(({ ranges }) =>
        ranges
          .filter(({ count }) => count > 0)
          .map(({ startOffset, endOffset }) => `${scriptId} ${startOffset} ${endOffset}`),
      ),
    );
}

for (const { corpus, read } of TARGETS) {
  const known = new Set<string>();
  const from = readCorpus(corpus);
  const found: Input[] = [];
  /** Whether an input reaches what none before it did. */
  const isNews = async (input: Buffer): Promise<boolean> => {
    try {
      read(input);
    } catch (error) {
      console.error(corpus, input.toString("hex"), error);
      addToCorpus(corpus, [[input]]);
    }
    const before = known.size;
    for (const block of await blocks()) known.add(block);
    return known.size > before;
  };
  // Twice: what runs only once when a module is first used is no news.
  for (const input of [...from, ...from]) await isNews(input);
  const [begun, end] = [known.size, performance.now() + (seconds * 1000) / TARGETS.length];
  let tried = 0;
  for (; performance.now() < end; tried++) {
    const input = mutate(chance, chance.pick(from), from).subarray(0, LENGTH_MAX);
    if (!(await isNews(input))) continue;
    from.push(input);
    found.push([input]);
  }
  addToCorpus(corpus, found);
  console.log(JSON.stringify({ corpus, tried, begun, blocks: known.size, added: found.length }));
}
session.disconnect();
