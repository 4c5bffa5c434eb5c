import { isIPv6 } from "node:net";
import { type Logger, pino } from "pino";
import { renderUnicodeCompact } from "uqr";
import { pageUrl } from "./net/address.ts";

/** The facts about a running server that the banner shows. */
export interface BannerFacts {
  /** TCP port of the pages. */
  readonly port: number;
  /** The address that the server is bound to. */
  readonly host: string;
  /** The addresses at which other devices reach the server. */
  readonly lan: readonly string[];
  /** SHA-256 fingerprint of the own authority or else of the certificate; undefined without HTTPS. */
  readonly fingerprint: string | undefined;
  /** Certificate of the server's own authority, which devices do not trust yet; undefined without one. */
  readonly authority: string | undefined;
  /** The setting `PUBLIC_URL`. */
  readonly publicUrl: string;
}

/** The text that the terminal shows once the server listens. */
export function banner(facts: BannerFacts, isTTY = false): string {
  const { port, host, lan, fingerprint, authority, publicUrl } = facts;
  // A browser that does not trust the server's own authority warns of an address with https. By plain HTTP it
  // gets screens without that, and goes on over HTTPS if it can. This computer's own pages are secure anyway.
  const secure = fingerprint !== undefined && authority === undefined;
  const local = pageUrl(isAnyOrLoopback(host) ? "localhost" : host, port, secure);
  const next = `  Next: open ${local} on this computer and press "Start a wall".`;
  // People cannot type those of IPv6, but on a network without IPv4 there are no others.
  const typed = lan.filter((address) => !isIPv6(address));
  const shown = (typed.length > 0 ? typed : lan).map((address) => pageUrl(address, port, secure));
  const [first, ...others] = publicUrl === "" ? shown : [publicUrl, ...shown];
  const lines = ["", "  Lightwall is running.", "", `  On this computer      ${local}`];
  const whose = authority === undefined ? "Certificate" : "The server's own authority";
  const certificate = fingerprint ? ["", `  ${whose} (SHA-256)`, ...halves(fingerprint)] : [];
  if (first === undefined) {
    lines.push("  On the local network  none: other devices cannot reach this server", ...certificate, "");
    lines.push(next, "");
    return lines.join("\n");
  }
  lines.push(`  ${publicUrl === "" ? "On the local network" : "For everyone        "}  ${first}`);
  for (const other of others) lines.push(`                        ${other}`);
  if (authority !== undefined) {
    const [address] = shown;
    lines.push("", `  With HTTPS            ${address?.replace("http:", "https:")}`);
    lines.push(`  once a device trusts  ${address}/trust`);
  }
  lines.push(...certificate, "", indent(qrCode(first, isTTY)), "");
  lines.push(next);
  lines.push(
    "  Then scan the QR code above with phones on the same network, and type the wall's code there.",
    "",
  );
  return lines.join("\n");
}

/** A QR code, on a terminal always white on black: scanners do not read one that is inverted. */
function qrCode(text: string, isTTY: boolean): string {
  const code = renderUnicodeCompact(text, { border: 2 });
  return isTTY ? code.replaceAll(/^.*$/gm, "\u001b[97;40m$&\u001b[0m") : code;
}

function isAnyOrLoopback(host: string): boolean {
  return ["::", "0.0.0.0", "127.0.0.1", "::1"].includes(host);
}

/** Splits a fingerprint into two lines, because it is longer than most terminals are wide. */
function halves(fingerprint: string): string[] {
  const pairs = fingerprint.split(":");
  return [pairs.slice(0, 16), pairs.slice(16)].map((half) => `  ${half.join(":")}`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

/** A stream for log lines. */
interface Output {
  readonly isTTY?: boolean;
  write(line: string): unknown;
}

/**
 * Creates the server's log: JSON lines, or short readable lines on a terminal. Writes to standard error by
 * default, because standard output is for the banner.
 */
export function createLog(level: string, output: Output = process.stderr): Logger {
  if (!output.isTTY) return pino({ level, base: null }, output);
  return pino({ level, base: null }, { write: (line) => output.write(readable(line)) });
}

/** Turns a JSON log line into a readable one. */
function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line);
  const clock = new Date(time).toTimeString().slice(0, 8);
  const label = level >= 50 ? " ERROR" : level >= 40 ? " warning" : "";
  const details = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
  const stack = err ? `\n${err.stack}` : "";
  return `  ${clock}${label} ${msg ?? ""}${details.join("")}${stack}\n`;
}
