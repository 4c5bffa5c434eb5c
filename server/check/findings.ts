import type { Config } from "../config/config.ts";
import { isLoopback } from "../net/address.ts";
import { isLoopbackName } from "../protocol/loopback-name.ts";
import type { Facts } from "./facts.ts";

/**
 * Something about this machine or its settings. `problem`: it does not work. `warning`: it will not work for
 * somebody, or not for long. `note`: what only a person can judge. `ok`: it was looked at, and is right.
 */
export interface Finding {
  readonly level: "ok" | "note" | "warning" | "problem";
  /** One sentence: what is the case. */
  readonly text: string;
  /** What to do about it, in sentences; "" for nothing. */
  readonly advice: string;
}

/** The settings that findings depend on. */
export type CheckedConfig = Pick<
  Config,
  | "announce"
  | "publicUrl"
  | "https"
  | "tlsCert"
  | "acmeDomain"
  | "turnUrls"
  | "connectionsMax"
  | "listenersMax"
  | "udpHost"
>;

const DAY_MS = 86_400_000;
/** A certificate that is valid for less than this is reported: certbot renews 30 days before the end. */
const CERTIFICATE_LEFT_MS = 14 * DAY_MS;
/** The oldest Node that runs the server's TypeScript as it is. */
const NODE_MIN = 24;
/** Files that the process has open besides connections: modules, sockets of threads, the data directory. */
const OTHER_FILES = 200;
/** Connections with which every wall of a party works. Fewer files than that stop an ordinary evening. */
const ORDINARY_CONNECTIONS = 1_000;
/** Space that walls and a log need for a long time, bytes. */
const SPACE_MIN_BYTES = 50 * 2 ** 20;
/** Memory of a listener, bytes; see docs/performance.md. */
const LISTENER_BYTES = 110 * 2 ** 10;
/** Memory of the server without listeners, bytes. */
const SERVER_BYTES = 200 * 2 ** 20;

/** Addresses to bind to, not to send to (RFC 1122 §3.2.1.3, RFC 4291 §2.5.2). */
const UNSPECIFIED: readonly string[] = ["0.0.0.0", "::"];

export const ok = (text: string): Finding => ({ level: "ok", text, advice: "" });

/** All findings that need no network, in the order in which they are told. */
export function findingsOf(facts: Facts, config: CheckedConfig): Finding[] {
  return [
    nodeFinding(facts),
    clockFinding(facts, config),
    addressFinding(facts, config),
    filesFinding(facts, config),
    memoryFinding(facts, config),
    ...dataFindings(facts),
    httpsFinding(facts, config),
  ];
}

function nodeFinding({ nodeVersion }: Facts): Finding {
  if (Number.parseInt(nodeVersion, 10) >= NODE_MIN) return ok(`Node is ${nodeVersion}.`);
  const advice = `Use Node ${NODE_MIN} or newer; "npm ci" installs one for npm's scripts.`;
  return { level: "problem", text: `Node is ${nodeVersion}, which is too old.`, advice };
}

/** Without asking anybody, only a clock before the program's own time is known to be wrong. */
function clockFinding({ now, builtAt }: Facts, { turnUrls }: CheckedConfig): Finding {
  const shown = new Date(now).toISOString().slice(0, 10);
  // Time zones, and files that were copied from a machine whose clock is a little ahead.
  if (now >= builtAt - DAY_MS) return ok(`The clock says ${shown}, which can be right.`);
  const harmed = turnUrls.length > 0 ? "certificates and TURN credentials" : "certificates";
  return {
    level: "problem",
    text: `The clock says ${shown}, which is before this program was made.`,
    advice: `Set the clock, best by NTP ("timedatectl set-ntp true" on Linux): ${harmed} need true time.`,
  };
}

function addressFinding(facts: Facts, { announce, publicUrl, udpHost }: CheckedConfig): Finding {
  const { addresses, areAllVirtual, isInContainer } = facts;
  const useless = announce.find(
    ({ host }) => isLoopbackName(host) || isLoopback(host) || UNSPECIFIED.includes(host),
  );
  if (useless) {
    const advice = "Name the address at which other devices reach this machine, or none.";
    return {
      level: "problem",
      text: `ANNOUNCE names ${useless.host}, which no other device reaches.`,
      advice,
    };
  }
  if (announce.length > 0) {
    return ok(`ANNOUNCE says what is offered to browsers: ${announce.map(({ host }) => host).join(", ")}.`);
  }
  const shown = addresses.slice(0, 3).join(", ");
  if (isLoopback(udpHost)) {
    const advice =
      "Only this machine can open walls. Set HOST=:: or, behind a proxy, UDP_HOST=:: for others.";
    return { level: "warning", text: "The UDP port is bound to loopback.", advice };
  }
  if (addresses.length === 0) {
    const advice = "Only this machine can open walls. Connect it to a network.";
    return { level: "warning", text: "This machine has no address in a network.", advice };
  }
  if (isInContainer && areAllVirtual) {
    const isOpenedByName = publicUrl !== "" && !/^https?:\/\/(\d+\.){3}\d+(:|$|\/)/.test(publicUrl);
    return {
      level: isOpenedByName ? "problem" : "warning",
      text: `This container knows only addresses of its own network (${shown}).`,
      advice:
        "Set ANNOUNCE to the address of the machine that runs the container. Without it only pages work " +
        "that are opened by that address, with the UDP port published under the same number.",
    };
  }
  if (areAllVirtual) {
    return {
      level: "warning",
      text: `All addresses of this machine belong to virtual networks or VPNs (${shown}).`,
      advice: "Phones probably do not reach them. Connect the machine to the network in which phones are.",
    };
  }
  return ok(`Browsers are offered ${shown}.`);
}

function filesFinding({ openFilesMax }: Facts, { connectionsMax }: CheckedConfig): Finding {
  const needed = connectionsMax + OTHER_FILES;
  if (openFilesMax === undefined || openFilesMax >= needed) return ok("The limit of open files is enough.");
  const room = Math.max(0, openFilesMax - OTHER_FILES);
  return {
    level: room < ORDINARY_CONNECTIONS ? "warning" : "note",
    text: `With ${openFilesMax} open files the server holds ${room} connections, not ${connectionsMax}.`,
    advice:
      `For all of CONNECTIONS_MAX, set "ulimit -n ${needed}", LimitNOFILE=${needed} in systemd, or ` +
      `--ulimit nofile=${needed} in Docker.`,
  };
}

function memoryFinding({ memoryBytes }: Facts, { listenersMax }: CheckedConfig): Finding {
  const room = Math.max(0, Math.floor((memoryBytes - SERVER_BYTES) / LISTENER_BYTES));
  const mib = Math.round(memoryBytes / 2 ** 20);
  if (room >= listenersMax)
    return ok(`${mib} MiB of memory are enough for a wall of ${listenersMax} screens.`);
  return {
    level: "warning",
    text: `${mib} MiB of memory hold about ${room} screens, fewer than LISTENERS_MAX=${listenersMax}.`,
    advice: `Set LISTENERS_MAX=${Math.max(1, room)}, so that further screens are refused in words.`,
  };
}

function dataFindings({ dataDir: { path, isWritable, freeBytes } }: Facts): Finding[] {
  if (!isWritable) {
    return [
      {
        level: "problem",
        text: `DATA_DIR, ${path}, cannot be written.`,
        advice: "Give it to the user of the server, or set DATA_DIR to another directory.",
      },
    ];
  }
  if (freeBytes === undefined || freeBytes >= SPACE_MIN_BYTES)
    return [ok(`DATA_DIR, ${path}, can be written.`)];
  const text = `${Math.round(freeBytes / 2 ** 20)} MiB are free in DATA_DIR, ${path}.`;
  return [
    { level: "warning", text, advice: "Free some space: walls that cannot be saved are lost at a restart." },
  ];
}

function httpsFinding(facts: Facts, { https, tlsCert, acmeDomain, publicUrl }: CheckedConfig): Finding {
  const { certificate, now } = facts;
  if (tlsCert === "") {
    if (acmeDomain.length > 0) return ok(`ACME_DOMAIN asks for a certificate for ${acmeDomain.join(", ")}.`);
    if (https) return ok("Pages come over HTTPS, with a certificate of this server.");
    if (publicUrl.startsWith("https:")) return ok("PUBLIC_URL says that pages come over HTTPS from a proxy.");
    return {
      level: "note",
      text: "Pages come without HTTPS.",
      advice:
        "Screens work. A silent video keeps them on, on iPhones only after a tap, and consoles on other " +
        "devices have no microphone. Start the server with --https if that matters.",
    };
  }
  const bad = (text: string, advice: string): Finding => ({ level: "problem", text, advice });
  if (!certificate) {
    return bad(
      "TLS_CERT names no certificate that can be read.",
      "Name a PEM file of this user in TLS_CERT.",
    );
  }
  const { validFrom, validTo, names } = certificate;
  const until = new Date(validTo).toISOString().slice(0, 10);
  if (now > validTo) return bad(`The certificate in TLS_CERT ended on ${until}.`, "Renew it.");
  if (now < validFrom) {
    return bad("The certificate in TLS_CERT is not valid yet.", "See whether this machine's clock is right.");
  }
  const host = publicUrl === "" ? "" : new URL(publicUrl).hostname.replace(/^\[|\]$/g, "");
  if (publicUrl.startsWith("https:") && !names(host)) {
    return bad(
      `The certificate in TLS_CERT is not for ${host}, the name in PUBLIC_URL.`,
      "Browsers refuse it. Get a certificate for that name, or change PUBLIC_URL.",
    );
  }
  if (validTo - now < CERTIFICATE_LEFT_MS) {
    const advice = "Renew it; the server takes a renewed one up by itself.";
    return { level: "warning", text: `The certificate in TLS_CERT ends on ${until}.`, advice };
  }
  return ok(`The certificate in TLS_CERT is valid until ${until}.`);
}
