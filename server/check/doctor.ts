import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { Port } from "../media/wire/port.ts";
import { isLoopback } from "../net/address.ts";
import { resolveName } from "../net/announced.ts";
import { lanAddresses } from "../net/lan.ts";
import { createWebServer, listen, portError } from "../web/http-server.ts";
import { servesHttps } from "../web/https/certificates.ts";
import { clockFinding, secondsAhead } from "./clock.ts";
import { readFacts } from "./facts.ts";
import { type Finding, findingsOf, ok } from "./findings.ts";
import { firewallFinding } from "./firewall.ts";
import { isIceServerThere } from "./ice-server.ts";
import { nameFindings } from "./names.ts";
import { relayFindings } from "./relay.ts";
import { type Reached, type ReachedSite, tryServer, trySite } from "./running.ts";

/** The codes of Node's errors about a certificate (nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_ERROR = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME|TRUST/;

/** Errors of Node where a server speaks TLS and the client does not, or the other way round. */
const OTHER_PROTOCOL = new Set(["EPROTO", "HPE_INVALID_CONSTANT"]);

export interface DoctorOptions {
  /** Asks a time server of the internet too. */
  readonly online: boolean;
  /** The folders in which programs are, as in `PATH`. */
  readonly folders: readonly string[];
}

/** Examines this machine, its settings and, if it runs, the server at this port. */
export async function examine(config: Config, { online, folders }: DoctorOptions): Promise<Finding[]> {
  const has = (program: string) => folders.some((folder) => existsSync(join(folder, program)));
  const { port, udpPort } = config;
  const [server, relay, names, iceServers, clock] = await Promise.all([
    serverFindings(config),
    relayFindings(config),
    nameFindings(config, resolveName),
    iceServerFindings([...config.stunUrls, ...config.turnUrls]),
    online ? secondsAhead().then(clockFinding) : undefined,
  ]);
  return [
    ...findingsOf(readFacts(config), config),
    ...(clock ? [clock] : []),
    ...names,
    ...iceServers,
    ...relay,
    ...server,
    firewallFinding({ platform: process.platform, has, port, udpPort }),
  ];
}

async function serverFindings(config: Config): Promise<Finding[]> {
  const { host, port, publicUrl, nodeUrl, https } = config;
  const secure = servesHttps(config);
  const addresses = lanAddresses(host);
  const local = host === "::" || host === "0.0.0.0" ? "127.0.0.1" : host;
  const here = await tryServer({ address: local, port, secure });
  if (here.http === undefined) return portFindings(config);
  if (here.http === "other") {
    return [
      {
        level: "problem",
        text: `What answers at port ${port} is no Lightwall${secure ? ", or has no HTTPS" : ""}.`,
        advice: "Stop that program, or choose another port with PORT.",
      },
    ];
  }
  const others = addresses.filter((address) => address !== local);
  const reached = await Promise.all(others.map((address) => tryServer({ address, port, secure })));
  const all = [here, ...reached].map((one, n) => reachedFinding([local, ...others][n]!, one));
  const sites = { PUBLIC_URL: publicUrl, NODE_URL: config.relay ? nodeUrl : "" };
  const named = Object.entries(sites).filter(([, url]) => url !== "");
  const found = named.map(async ([setting, url]) => siteFinding(url, await trySite(url, !https), setting));
  return [ok(`A server runs at port ${port}.`), ...all, ...(await Promise.all(found))];
}

/** What a client on this machine has found at a URL of a setting, which pages open. */
export function siteFinding(
  url: string,
  { http, code, socketMs }: ReachedSite,
  setting = "PUBLIC_URL",
): Finding {
  if (http === undefined) {
    const why = code === "ABORT_ERR" ? "no answer in time" : code;
    const text = `At ${url} no page comes from here (${why}).`;
    if (CERTIFICATE_ERROR.test(code ?? "")) {
      const advice = "See whether its certificate is for this name, still valid, and complete.";
      return { level: "problem", text, advice };
    }
    if (code?.startsWith("redirect")) {
      const advice = `Set ${setting} to the address to which it leads, without the path of a page.`;
      return { level: "problem", text, advice };
    }
    if (OTHER_PROTOCOL.has(code ?? "")) {
      const advice = "Something else answers. See whether http or https is right, and the port.";
      return { level: "problem", text, advice };
    }
    // A router may not lead its own network to its public address (RFC 5382, hairpinning).
    const advice =
      "Open it on a phone that is not in this network. If it stays empty there too, see whether the proxy " +
      "runs, and whether the router and the firewall lead there.";
    return { level: "warning", text, advice };
  }
  if (http === "other") {
    const advice = `See where the proxy leads, and whether ${setting} has the right path.`;
    return { level: "problem", text: `What answers at ${url} is no Lightwall.`, advice };
  }
  if (socketMs === undefined) {
    return {
      level: "problem",
      text: `At ${url} pages come, but no WebSocket answers.`,
      advice:
        "The proxy must pass on the headers Host and Upgrade; see docs/deploy.md and the server's log. " +
        "If it changes Host, set ORIGINS or TRUSTED_PROXIES.",
    };
  }
  return ok(`At ${url} pages and WebSockets (${socketMs.toFixed(1)} ms) work.`);
}

/** What a client on this machine has found at an address of the running server. */
export function reachedFinding(address: string, { http, socketMs, udpMs }: Reached): Finding {
  const at = `At ${address}`;
  if (http !== "lightwall") {
    const advice = "See whether a firewall on this machine closes the port, and whether HOST is right.";
    return { level: "problem", text: `${at} no page comes.`, advice };
  }
  if (socketMs === undefined) {
    return {
      level: "problem",
      text: `${at} pages come, but no WebSocket answers.`,
      advice: "The server is full or stopping; see its log.",
    };
  }
  if (udpMs === undefined) {
    // A server whose media are for everyone and whose pages are for a proxy need not be asked at loopback.
    const level = isLoopback(address) ? "note" : "problem";
    const advice = "Open the UDP port in this machine's firewall, and see whether UDP_HOST is right.";
    return { level, text: `${at} pages and WebSockets work, but UDP does not.`, advice };
  }
  return ok(`${at} pages, WebSockets (${socketMs.toFixed(1)} ms) and UDP (${udpMs.toFixed(1)} ms) work.`);
}

/** No server runs: whether one could take the ports. */
async function portFindings(config: Config): Promise<Finding[]> {
  const { host, port, udpHost, udpPort } = config;
  const server = createWebServer(undefined);
  const problem = (error: unknown): Finding => {
    const { message } = error as Error;
    return { level: "problem", text: message, advice: "" };
  };
  const findings = [ok(`No server runs at port ${port} now.`)];
  try {
    await listen(server, port, host);
    findings.push(ok(`TCP port ${port} is free.`));
    server.close();
  } catch (error) {
    findings.push(problem(portError(error, "PORT", port)));
  }
  try {
    const options = { host: udpHost, port: udpPort, shared: false, receive: () => {}, failed: () => {} };
    await (await Port.open(options)).close();
    findings.push(ok(`UDP port ${udpPort} is free.`));
  } catch (error) {
    findings.push(problem(portError(error, "UDP_PORT", udpPort)));
  }
  return [...findings, ...(await proofPortFindings(config))];
}

/** Whether the port is free at which the ACME authority asks for proofs; nothing without a domain. */
async function proofPortFindings({ host, acmeDomain, acmeHttpPort }: Config): Promise<Finding[]> {
  if (acmeDomain.length === 0) return [];
  const port = `TCP port ${acmeHttpPort}, at which the ACME authority asks for proofs,`;
  const server = createWebServer(undefined);
  try {
    await listen(server, acmeHttpPort, host);
    server.close();
    return [ok(`${port} is free.`)];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice =
      code === "EACCES"
        ? "Give this user the right to it, or forward it to another port and set ACME_HTTP_PORT to that."
        : "End the program that has it, or let that pass on /.well-known/acme-challenge/ to another port, " +
          "and set ACME_HTTP_PORT to that.";
    return [{ level: "problem", text: `${port} cannot be used (${code}).`, advice }];
  }
}

async function iceServerFindings(urls: readonly string[]): Promise<Finding[]> {
  return Promise.all(
    urls.map(async (url): Promise<Finding> => {
      if (await isIceServerThere(url)) return ok(`${url} answers.`);
      const advice = "See whether it runs, and whether a firewall lets this machine reach it.";
      return { level: "problem", text: `${url} does not answer from here.`, advice };
    }),
  );
}

const MARKS: Readonly<Record<Finding["level"], string>> = { ok: "✓", note: "–", warning: "!", problem: "✗" };

/** All findings as text for a terminal, what is wrong at the end, where eyes are. */
export function report(findings: readonly Finding[]): string {
  const order: Finding["level"][] = ["ok", "note", "warning", "problem"];
  const sorted = order.flatMap((level) => findings.filter((finding) => finding.level === level));
  const lines = sorted.flatMap(({ level, text, advice }) => [
    `  ${MARKS[level]} ${text}`,
    ...(advice === "" ? [] : [wrapped(advice)]),
  ]);
  const count = (of: Finding["level"]) => findings.filter(({ level }) => level === of).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  const verdicts = [
    ...(problems > 0 ? [`${problems === 1 ? "1 problem" : `${problems} problems`}. See ✗.`] : []),
    ...(warnings > 0 ? [`${warnings === 1 ? "1 warning" : `${warnings} warnings`}. See !.`] : []),
  ];
  const verdict = verdicts.join(" ") || "Nothing stands in the way here.";
  return ["", "  Lightwall's doctor", "", ...lines, "", `  ${verdict}`, "", ""].join("\n");
}

function wrapped(text: string): string {
  return text.replaceAll(/(.{1,96})(?:\s+|$)/g, "      $1\n").trimEnd();
}
