import { isIP, isIPv4, isIPv6 } from "node:net";
import * as v from "valibot";
import type { Announced } from "../net/announced.ts";
import { isOrigin } from "../net/origins.ts";
import { isLoopbackName } from "../protocol/loopback-name.ts";

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,12}$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

/** An IP address. `localhost` is 127.0.0.1. */
export const address = v.pipe(
  v.string(),
  v.transform((text) => (text === "localhost" ? "127.0.0.1" : text)),
  v.check((text) => isIP(text) !== 0, "must be an IP address, such as 127.0.0.1 or ::"),
);

/** `true` or `false`. */
export const boolean = v.pipe(
  v.picklist(["true", "false"], "must be true or false"),
  v.transform((text) => text === "true"),
);

/** A path, or "" for none. */
export const path = v.string();

/** A comma-separated list. */
const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(",").map((item) => item.trim())),
  v.transform((items) => items.filter((item) => item !== "")),
);

/** A DNS name: labels of at most 63 letters, digits, hyphens and underscores (RFC 1035 §2.3.4). */
const DNS_NAME = /^(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*$/;

/** A list of addresses and DNS names, each with a UDP port or without one. */
export const announced = v.pipe(
  list,
  v.transform((items) => items.map(readAnnounced)),
  v.check(
    (items) => items.every((item) => item !== undefined),
    "must be IP addresses or names, such as 203.0.113.7, [2001:db8::7]:50000 or lights.example.org:50000, " +
      "separated by commas",
  ),
  v.transform((items) => items.filter((item) => item !== undefined)),
);

/** One item of that list; undefined if it is none. An IPv6 address with a port needs brackets (RFC 3986). */
function readAnnounced(text: string): Announced | undefined {
  if (text.includes("%")) return; // A zone (RFC 4007 §11) means something on one machine only.
  if (isIP(text) !== 0) return { host: text, port: undefined };
  const [, bracketed, plain = "", digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain.toLowerCase();
  const port = digits === undefined ? undefined : Number(digits);
  const isHost = bracketed === undefined ? isIPv4(host) || isName(host) : isIPv6(bracketed);
  return isHost && (port === undefined || (port > 0 && port <= 65_535)) ? { host, port } : undefined;
}

/** Whether it is a DNS name, and no address with a slip in it: no top-level domain is a number. */
function isName(text: string): boolean {
  return DNS_NAME.test(text) && !/(^|\.)\d+$/.test(text);
}

/** A list of IP addresses and subnets in CIDR notation. */
export const ranges = v.pipe(
  list,
  v.check((items) => items.every(isRange), "must be IP addresses or subnets separated by commas"),
);

function isRange(text: string): boolean {
  const [address = "", bits = "0", ...rest] = text.split("/");
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
}

/** A list of STUN or TURN URIs, as browsers accept them (RFC 7064, RFC 7065). */
export function iceUrls(scheme: "stun" | "turn") {
  const pattern = new RegExp(`^${scheme}s?:[^\\s/?]+(\\?transport=(udp|tcp))?$`);
  return v.pipe(
    list,
    v.check(
      (items) => items.every((item) => pattern.test(item)),
      `must be ${scheme}: addresses separated by commas`,
    ),
  );
}

/** A list of web origins (RFC 6454). */
export const origins = v.pipe(
  list,
  v.transform((items) => items.map(plainOrigin)),
  v.check(
    (items) => items.every(isOrigin),
    "must be origins, such as https://example.org, separated by commas",
  ),
);

/** A list of web origins, or `*` for all, as `frame-ancestors` has them (CSP Level 3 §6.4.2.1). */
export const frameAncestors = v.pipe(
  list,
  v.transform((items) => items.map(plainOrigin)),
  v.check(
    (items) => items.every((item) => item === "*" || isOrigin(item)),
    "must be origins, such as https://example.org, separated by commas, or *",
  ),
);

/** An origin as browsers write it: in small letters, without a default port. Other texts stay as they are. */
function plainOrigin(text: string): string {
  const { origin, href } = URL.canParse(text) ? new URL(text) : { origin: "", href: "" };
  return href === `${origin}/` ? origin : text;
}

/** The address of one server, also below a path, without a slash at its end; or "" for none. */
export const nodeUrl = v.pipe(
  v.string(),
  v.transform((text) => (isSite(text) ? new URL(text).href : text).replace(/\/+$/, "")),
  v.check(
    (text) => text === "" || isSite(text),
    "must be an address such as https://lights.example.org, without ?, # or a password",
  ),
);

/** The address of a site, as people open it. */
export const siteUrl = v.pipe(
  nodeUrl,
  v.check(
    (text) => !isSite(text) || !isLoopbackName(new URL(text).hostname),
    "must be an address that other devices reach; for each of them, this one is the device itself",
  ),
);

/** Whether it is an address that can be put before a path. */
function isSite(text: string): boolean {
  return URL.canParse(text) && isOrigin(new URL(text).origin) && /^[^?#@]*$/.test(text);
}

/** A list of DNS names, in lower case. */
export const hostnames = v.pipe(
  list,
  v.transform((items) => items.map((item) => item.toLowerCase())),
  v.check(
    (items) => items.every((item) => /^[\w-]+(\.[\w-]+)*$/.test(item)),
    "must be names without a port, such as walls.example.org, separated by commas",
  ),
);

/** A list of domains of the internet, in lower case. An authority signs for no others by HTTP. */
export const domains = v.pipe(
  hostnames,
  v.check(
    (items) => items.every((item) => item.includes(".") && isIP(item) === 0),
    "must be domains, such as walls.example.org, separated by commas",
  ),
);

/** An e-mail address, or "" for none. */
export const email = v.pipe(
  v.string(),
  v.check((text) => text === "" || /^[^\s@,]+@[^\s@,]+$/.test(text), "must be one e-mail address"),
);

/** An address with https. */
export const secureUrl = v.pipe(
  v.string(),
  v.check(
    (text) => URL.canParse(text) && new URL(text).protocol === "https:",
    "must be an address that begins with https://",
  ),
);

/** One label of a DNS name, in lower case; "" for `off`. A number may be added to it. */
export const label = v.pipe(
  v.string(),
  v.transform((text) => text.toLowerCase()),
  v.regex(/^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/, "must be a name of letters, digits and hyphens, or off"),
  v.transform((text) => (text === "off" ? "" : text)),
);

/** A secret, or "" for none. A shorter one could be guessed. */
export const secret = v.pipe(
  v.string(),
  v.check((text) => text === "" || text.length >= 16, "must have 16 characters or more"),
);

/** Length of the secret that several servers share, bytes. */
const SHARED_SECRET_BYTES = 32;

/** 32 bytes in base64 or base64url, or "" for none. */
export const sharedSecret = v.pipe(
  v.string(),
  v.check(
    (text) => text === "" || Buffer.from(text, "base64").length === SHARED_SECRET_BYTES,
    "must be 32 bytes in base64, as `openssl rand -base64 32` prints them",
  ),
);

/** A list of addresses of NATS: those of one system. All have the same user and password, if any. */
export const relayUrls = v.pipe(
  list,
  v.check(
    (items) => items.every((item) => URL.canParse(item) && /^(nats|tls):\/\/[^/?#]+\/?$/.test(item)),
    "must be addresses such as nats://nats.example.org:4222 or tls://user:password@nats.example.org",
  ),
);

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** A level of the log. */
export const logLevel = v.picklist(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`);
