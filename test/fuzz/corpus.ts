import { readFileSync, writeFileSync } from "node:fs";

/**
 * Inputs that fuzzing starts from: what real browsers send, and whatever once did harm. Messages and offers
 * are kept as text, datagrams as hex.
 */
export type CorpusName = "messages" | "offers" | "datagrams";

const place = (name: CorpusName) => new URL(`corpus/${name}.json`, import.meta.url);
const encoding = (name: CorpusName) => (name === "datagrams" ? "hex" : "utf8");

export function readCorpus(name: CorpusName): Buffer[] {
  const texts = JSON.parse(readFileSync(place(name), "utf8")) as string[];
  return texts.map((text) => Buffer.from(text, encoding(name)));
}

export function writeCorpus(name: CorpusName, inputs: readonly Buffer[]): void {
  const texts = inputs.map((input) => input.toString(encoding(name)));
  writeFileSync(place(name), `${JSON.stringify([...new Set(texts)], null, 2)}\n`);
}
