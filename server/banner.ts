import { isIPv6 } from "node:net";
import { renderUnicodeCompact } from "uqr";
import { pageUrl } from "./lan.ts";

/** What the terminal shows once the server listens. */
export function banner(port: number, host: string, lan: readonly string[]): string {
  const local = pageUrl(isEveryOrLoopback(host) ? "localhost" : host, port);
  const [first, ...others] = lan
    .filter((address) => !isIPv6(address))
    .map((address) => pageUrl(address, port));
  const lines = ["", "  Lightwall is running.", "", `  On this computer      ${local}`];
  if (first === undefined) {
    lines.push("  On the local network  none: other devices cannot reach this server", "");
    lines.push('  Next: open the address above and press "Start a wall".', "");
    return lines.join("\n");
  }
  lines.push(`  On the local network  ${first}`);
  for (const other of others) lines.push(`                        ${other}`);
  lines.push("", indent(renderUnicodeCompact(first, { border: 2 })), "");
  lines.push('  Next: open it on this computer and press "Start a wall".');
  lines.push("  Phones on the same network scan the picture above, then type the wall's code.", "");
  return lines.join("\n");
}

function isEveryOrLoopback(host: string): boolean {
  return ["::", "0.0.0.0", "127.0.0.1", "::1"].includes(host);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
