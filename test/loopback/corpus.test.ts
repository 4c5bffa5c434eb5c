import { expect, test } from "vitest";
import { readCorpus } from "../fuzz/corpus.ts";
import { Chance, inputs } from "../fuzz/mutate.ts";
import { FuzzedPort } from "../fuzz/port.ts";
import { fuzzMessage, fuzzOffer } from "../fuzz/readers.ts";

/** Inputs made from the corpus besides it; `npm run fuzz` makes two hundred thousand of each kind. */
const COUNT = 2_000;

const chance = new Chance(1);

test.each([
  ["messages", fuzzMessage],
  ["offers", fuzzOffer],
] as const)("no input of the corpus of %s does harm, nor what is made of it", (name, reader) => {
  const corpus = readCorpus(name);
  for (const input of [...corpus, ...inputs(chance, corpus, COUNT)]) {
    expect(() => reader(input), input.toString()).not.toThrow();
  }
});

test("no datagram of the corpus does harm, nor what is made of it: the song plays on", {
  timeout: 30_000,
}, async () => {
  const corpus = readCorpus("datagrams");
  const port = await FuzzedPort.open();
  await port.send(corpus);
  await port.send(inputs(chance, corpus, COUNT));
  await port.close();
});
