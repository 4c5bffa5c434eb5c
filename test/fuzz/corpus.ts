import { readFileSync, writeFileSync } from "node:fs";

/**
 * Inputs that fuzzing starts from: what real browsers and programs send, and whatever once did harm. Each
 * input is a list of parts that come one after another; most have one part.
 *
 * - `messages`: what pages say on their WebSocket
 * - `offers`: SDP
 * - `datagrams`: whatever came to the UDP port
 * - `flights`: the datagrams of one DTLS client, in order
 * - `media`: RTP and RTCP in the clear
 * - `checks`: STUN
 */
export type CorpusName = "messages" | "offers" | "datagrams" | "flights" | "media" | "checks";

export type Input = readonly Buffer[];

const TEXTS: ReadonlySet<CorpusName> = new Set(["messages", "offers"]);

const place = (name: CorpusName) => new URL(`corpus/${name}.json`, import.meta.url);

/** Messages and offers are kept as text, everything else as hex with a space between parts. */
function decode(name: CorpusName, text: string): Input {
  return TEXTS.has(name) ? [Buffer.from(text)] : text.split(" ").map((part) => Buffer.from(part, "hex"));
}

function encode(name: CorpusName, input: Input): string {
  return input.map((part) => part.toString(TEXTS.has(name) ? "utf8" : "hex")).join(" ");
}

export function readInputs(name: CorpusName): Input[] {
  const texts = JSON.parse(readFileSync(place(name), "utf8")) as string[];
  return texts.map((text) => decode(name, text));
}

/** All parts of all inputs. */
export function readCorpus(name: CorpusName): Buffer[] {
  return readInputs(name).flat();
}

/** Adds inputs to a corpus; those that it has are not added again. */
export function addToCorpus(name: CorpusName, inputs: readonly Input[]): void {
  const all = [...readInputs(name), ...inputs].map((input) => encode(name, input));
  writeFileSync(place(name), `${JSON.stringify([...new Set(all)], null, 2)}\n`);
}
