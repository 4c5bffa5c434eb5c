import { isIPv6 } from "node:net";
import { type Logger, pino } from "pino";
import { renderUnicodeCompact } from "uqr";
import { pageUrl } from "./net/address.ts";

/** What the banner tells of a running server. */
export interface BannerFacts {
  /** TCP port of the pages. */
  readonly port: number;
  /** The address that is bound. */
  readonly host: string;
  /** Addresses of this machine in its networks. */
  readonly lan: readonly string[];
  /** SHA-256 of the HTTPS certificate; undefined over plain HTTP. */
  readonly fingerprint: string | undefined;
}

/** What the terminal shows once the server listens. */
export function banner({ port, host, lan, fingerprint }: BannerFacts): string {
  const secure = fingerprint !== undefined;
  const local = pageUrl(isEveryOrLoopback(host) ? "localhost" : host, port, secure);
  const [first, ...others] = lan
    .filter((address) => !isIPv6(address))
    .map((address) => pageUrl(address, port, secure));
  const lines = ["", "  Lightwall is running.", "", `  On this computer      ${local}`];
  const proof = secure ? ["", "  Certificate (SHA-256)", ...halves(fingerprint)] : [];
  if (first === undefined) {
    lines.push("  On the local network  none: other devices cannot reach this server", ...proof, "");
    lines.push('  Next: open the address above and press "Start a wall".', "");
    return lines.join("\n");
  }
  lines.push(`  On the local network  ${first}`);
  for (const other of others) lines.push(`                        ${other}`);
  lines.push(...proof, "", indent(renderUnicodeCompact(first, { border: 2 })), "");
  lines.push('  Next: open it on this computer and press "Start a wall".');
  lines.push("  Phones on the same network scan the picture above, then type the wall's code.", "");
  return lines.join("\n");
}

function isEveryOrLoopback(host: string): boolean {
  return ["::", "0.0.0.0", "127.0.0.1", "::1"].includes(host);
}

/** A fingerprint in two lines, as it is longer than most terminals are wide. */
function halves(fingerprint: string): string[] {
  const pairs = fingerprint.split(":");
  return [pairs.slice(0, 16), pairs.slice(16)].map((half) => `  ${half.join(":")}`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

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
