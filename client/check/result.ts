import type { checked, toDo } from "../words/en/check.ts";

/** What is checked. */
export type Name = keyof typeof checked.english;

/** One line of the report. */
export interface Result {
  readonly name: Name;
  /** `bad`: it does not work. `note`: it works in another way, or is only to be known. */
  readonly level: "ok" | "note" | "bad";
  /** What was found, in words. */
  readonly what: string;
  /** What to do about it. */
  readonly advice?: keyof typeof toDo.english;
}

/** What the whole comes to. A screen needs its WebSocket and a decoder; UDP it can do without. */
export type Verdict = "light" | "socket" | "dark";

export function verdictOf(results: readonly Result[]): Verdict {
  const isBad = (...names: Name[]) =>
    results.some(({ name, level }) => names.includes(name) && level === "bad");
  if (isBad("server", "socket", "decoder")) return "dark";
  return isBad("udp") ? "socket" : "light";
}
