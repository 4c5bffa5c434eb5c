import { pino } from "pino";

/** A line of the log, parsed. */
export interface LogLine {
  level: number;
  msg: string;
  [field: string]: unknown;
}

/** A log that writes nothing. */
export const silent = pino({ level: "silent" });

/** A log and the lines that were written to it. */
export function recordingLog() {
  const lines: LogLine[] = [];
  const log = pino({ level: "debug", base: null }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, lines, messages: () => lines.map(({ msg }) => msg) };
}
