import { isIPv6 } from "node:net";
import { renderUnicodeCompact } from "uqr";
import type { App } from "./app.ts";
import { pageUrl } from "./lan.ts";

type BannerFacts = Pick<App, "port" | "host" | "lan" | "fingerprint">;

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
