import { type Logger, pino } from "pino";

/** What a log line is written to: standard error, so that standard output stays the banner's. */
interface Output {
  readonly isTTY?: boolean;
  write(line: string): unknown;
}

/** The server's log: JSON lines, or short readable ones when a person is looking at a terminal. */
export function createLog(level: string, output: Output = process.stderr): Logger {
  if (!output.isTTY) return pino({ level, base: null }, output);
  return pino({ level, base: null }, { write: (line) => output.write(readable(line)) });
}

function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line);
  const clock = new Date(time).toTimeString().slice(0, 8);
  const label = level >= 50 ? " ERROR" : level >= 40 ? " warning" : "";
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
  const stack = err ? `\n${err.stack}` : "";
  return `  ${clock}${label} ${msg ?? ""}${details.join("")}${stack}\n`;
}
