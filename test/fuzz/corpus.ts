import { readFileSync, writeFileSync } from "node:fs";

/**
 * The inputs that fuzzing starts from: what real browsers and programs send, and inputs that have caused a
 * fault.
 *
 * - `messages`: messages of pages on their WebSocket
 * - `offers`: SDP
 * - `datagrams`: all kinds of datagrams for the UDP port
 * - `flights`: the datagrams of one DTLS client, in order
 * - `media`: RTP and RTCP in the clear
 * - `checks`: STUN
 */
export type CorpusName = "messages" | "offers" | "datagrams" | "flights" | "media" | "checks";

/** One input: a list of parts that are given in order. Most inputs have one part. */
export type Input = readonly Buffer[];

const TEXTS: ReadonlySet<CorpusName> = new Set(["messages", "offers"]);

const fileOf = (name: CorpusName) => new URL(`corpus/${name}.json`, import.meta.url);

/** The files have messages and offers as text, all other inputs in hex with a space between parts. */
function decode(name: CorpusName, text: string): Input {
  return TEXTS.has(name) ? [Buffer.from(text)] : text.split(" ").map((part) => Buffer.from(part, "hex"));
}

function encode(name: CorpusName, input: Input): string {
  return input.map((part) => part.toString(TEXTS.has(name) ? "utf8" : "hex")).join(" ");
}

export function readInputs(name: CorpusName): Input[] {
  const texts = JSON.parse(readFileSync(fileOf(name), "utf8")) as string[];
  return texts.map((text) => decode(name, text));
}

/** The parts of all inputs. */
export function readCorpus(name: CorpusName): Buffer[] {
  return readInputs(name).flat();
}

/** Adds inputs to a corpus, unless it has them already. */
export function addToCorpus(name: CorpusName, inputs: readonly Input[]): void {
  const all = [...readInputs(name), ...inputs].map((input) => encode(name, input));
  writeFileSync(fileOf(name), `${JSON.stringify([...new Set(all)], null, 2)}\n`);
}
