/**
 * `npm run fuzz [-- <seed>]`: feeds the message decoder, the reader of offers and the UDP port with inputs
 * that are almost right. An input that does harm is added to the corpus. The last line is JSON.
 */
import { type CorpusName, readCorpus, writeCorpus } from "./corpus.ts";
import { Chance, inputs } from "./mutate.ts";
import { FuzzedPort } from "./port.ts";
import { fuzzMessage, fuzzOffer } from "./readers.ts";

const COUNT = 200_000;
/** Inputs between two looks at whether the song still plays. */
const STRETCH = 10_000;
/** Growth of memory over the second half of the datagrams that is more than noise, bytes. */
const LEAK = 48 * 1024 * 1024;

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
const chance = new Chance(seed);
let unhandled = 0;
process.on("unhandledRejection", (error) => {
  console.error("Unhandled rejection:", error);
  unhandled += 1;
});
console.log(`Seed ${seed}`);

/** Gives each input to a reader; returns how many did harm, and keeps those. */
function read(name: CorpusName, reader: (input: Buffer) => void): number {
  const corpus = readCorpus(name);
  const harmful: Buffer[] = [];
  for (const input of inputs(chance, corpus, COUNT)) {
    try {
      reader(input);
    } catch (error) {
      console.error(name, input.toString(), error);
      harmful.push(input);
    }
  }
  if (harmful.length > 0) writeCorpus(name, [...corpus, ...harmful]);
  return harmful.length;
}

const messages = read("messages", fuzzMessage);
const offers = read("offers", fuzzOffer);

const port = await FuzzedPort.open();
const corpus = readCorpus("datagrams");
let halfway = 0;
while (port.received < COUNT) {
  if (halfway === 0 && port.received > COUNT / 2) halfway = process.memoryUsage.rss();
  await port.send(inputs(chance, corpus, STRETCH));
}
const grown = process.memoryUsage.rss() - halfway;
const received = port.received;
await port.close();

const harm = messages + offers + unhandled + (grown > LEAK ? 1 : 0);
console.log(
  JSON.stringify({
    seed,
    messages: { inputs: COUNT, harmful: messages },
    offers: { inputs: COUNT, harmful: offers },
    datagrams: { inputs: received, grownMB: Math.round(grown / 2 ** 20) },
    unhandled,
  }),
);
process.exit(harm === 0 ? 0 : 1);
