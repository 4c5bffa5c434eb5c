/**
 * `node test/fuzz/guided.ts [<seed> [<seconds>]]`: extends the corpora by coverage-guided fuzzing of the
 * server's parsers. V8's precise coverage shows which blocks of code an input reaches. An input that reaches
 * a new block is added to its corpus, and further inputs are made from it.
 */
import { Session } from "node:inspector/promises";
import { SeededRandom } from "../support/seeded-random.ts";
import { addToCorpus, type CorpusName, type Input, readCorpus } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { fuzzDatagram, fuzzHello, fuzzMessage, fuzzOffer } from "./readers.ts";

const TARGETS: readonly { corpus: CorpusName; read: (input: Buffer) => void }[] = [
  { corpus: "flights", read: fuzzDatagram },
  { corpus: "flights", read: (input) => fuzzHello(input.subarray(25)) },
  { corpus: "media", read: fuzzDatagram },
  { corpus: "checks", read: fuzzDatagram },
  { corpus: "messages", read: fuzzMessage },
  { corpus: "offers", read: fuzzOffer },
];

/** Longest input that is tried. */
const INPUT_BYTES_MAX = 4_096;
/** Scripts whose coverage counts: the server's own code, and werift's SDP parser. */
const COUNTED = /\/(server\/(media|protocol)|werift)\//;

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
const seconds = Number(process.argv[3] ?? 60);
const random = new SeededRandom(seed);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

/** The blocks that have run since the last call. */
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
  /** Whether an input reaches a new block. */
  const reachesNewBlock = async (input: Buffer): Promise<boolean> => {
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
  // Each input runs twice, because some blocks run only when a module is used for the first time.
  for (const input of [...from, ...from]) await reachesNewBlock(input);
  const [begun, end] = [known.size, performance.now() + (seconds * 1000) / TARGETS.length];
  let tried = 0;
  for (; performance.now() < end; tried++) {
    const input = mutate(random, random.pick(from), from).subarray(0, INPUT_BYTES_MAX);
    if (!(await reachesNewBlock(input))) continue;
    from.push(input);
    found.push([input]);
  }
  addToCorpus(corpus, found);
  console.log(JSON.stringify({ corpus, tried, begun, blocks: known.size, added: found.length }));
}
session.disconnect();
