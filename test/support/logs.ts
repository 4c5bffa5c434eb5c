import { pino } from "pino";

export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** A log that says nothing. */
export const silent = pino({ level: "silent" });

/** A log and the lines written to it. */
export function listeningLog() {
  const lines: LogLine[] = [];
  const log = pino({ level: "debug", base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, lines, messages: () => lines.map(({ msg }) => msg) };
}
