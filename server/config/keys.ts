import { isIP } from "node:net";
import * as v from "valibot";

/** A whole number given as text, `min`..`max`. */
function whole(min: number, max: number) {
  const what = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,12}$/, what),
    v.transform(Number),
    v.minValue(min, what),
    v.maxValue(max, what),
  );
}

const address = v.pipe(
  v.string(),
  v.transform((text) => (text === "localhost" ? "127.0.0.1" : text)),
  v.check((text) => isIP(text) !== 0, "must be an IP address, such as 127.0.0.1 or ::"),
);

const yesOrNo = v.pipe(
  v.picklist(["true", "false"], "must be true or false"),
  v.transform((text) => text === "true"),
);

/** Parts of a text with commas between. */
const list = v.pipe(
  v.string(),
  v.transform((text) => text.split(",").map((part) => part.trim())),
  v.transform((parts) => parts.filter((part) => part !== "")),
);

const addresses = v.pipe(
  list,
  v.check((parts) => parts.every((part) => isIP(part) !== 0), "must be IP addresses, commas between"),
);

const ranges = v.pipe(
  list,
  v.check((parts) => parts.every(isRange), "must be IP addresses or subnets, commas between"),
);

function isRange(text: string): boolean {
  const [address = "", bits = "0", ...rest] = text.split("/");
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest;
}

/** Addresses of servers of one kind, as browsers take them (RFC 7064, RFC 7065). */
function iceUrls(scheme: "stun" | "turn") {
  const form = new RegExp(`^${scheme}s?:[^\\s/?]+(\\?transport=(udp|tcp))?$`);
  return v.pipe(
    list,
    v.check(
      (parts) => parts.every((part) => form.test(part)),
      `must be ${scheme}: addresses, commas between`,
    ),
  );
}

const origins = v.pipe(
  list,
  v.check(
    (parts) =>
      parts.every((part) => /^https?:/.test(part) && URL.canParse(part) && new URL(part).origin === part),
    "must be origins such as https://example.org, commas between",
  ),
);

const hostnames = v.pipe(
  list,
  v.transform((parts) => parts.map((part) => part.toLowerCase())),
  v.check(
    (parts) => parts.every((part) => /^[\w-]+(\.[\w-]+)*$/.test(part)),
    "must be names such as walls.example.org, without port, commas between",
  ),
);

/** Something only some may know: too short, it could be guessed. */
const secret = v.pipe(
  v.string(),
  v.check((text) => text === "" || text.length >= 16, "must have 16 characters or more"),
);

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/**
 * Every key of the configuration: what it is for, its default as one would type it, and its unit.
 * `docs/configuration.md` and `lightwall.example.toml` show this table; a test keeps them the same.
 */
export const CONFIG_KEYS = {
  HOST: {
    about: "Address to listen on, for pages and media. `::` is every address of the machine.",
    fallback: "::",
    unit: "IP address",
    schema: address,
  },
  PORT: {
    about: "TCP port of the pages and the signalling. 0 takes any free one.",
    fallback: "8080",
    unit: "port",
    schema: whole(0, 65_535),
  },
  UDP_PORT: {
    about: "UDP port of the media. Without it, the same number as `PORT`.",
    fallback: "",
    unit: "port",
    schema: whole(0, 65_535),
  },
  UDP_HOST: {
    about: "Address to listen on for media. Without it, the same as `HOST`. For pages behind a proxy, `::`.",
    fallback: "",
    unit: "IP address",
    schema: address,
  },
  ANNOUNCE: {
    about: "More addresses at which browsers can reach the UDP port, such as the public one behind a NAT.",
    fallback: "",
    unit: "IP addresses, commas between",
    schema: addresses,
  },
  WORKERS: {
    about: "Threads that forward media. 0 is one for every core beyond the first.",
    fallback: "0",
    unit: "threads",
    schema: whole(0, 256),
  },
  HTTPS: {
    about:
      "Serve pages over HTTPS; without `TLS_CERT` by a certificate of the server's own making, for a local network.",
    fallback: "false",
    unit: "true or false",
    schema: yesOrNo,
  },
  TLS_CERT: {
    about: "Certificate chain for HTTPS, in PEM; read again every hour, so that a renewed one is taken over.",
    fallback: "",
    unit: "path",
    schema: v.string(),
  },
  TLS_KEY: {
    about: "The private key of that certificate, in PEM.",
    fallback: "",
    unit: "path",
    schema: v.string(),
  },
  HOSTNAMES: {
    about:
      "DNS names by which browsers on its own network reach this server; those in its certificate are known.",
    fallback: "",
    unit: "names, commas between",
    schema: hostnames,
  },
  STUN_URLS: {
    about: "STUN servers for browsers. This server needs none; some networks find a way by one.",
    fallback: "",
    unit: "stun: addresses, commas between",
    schema: iceUrls("stun"),
  },
  TURN_URLS: {
    about:
      "TURN servers for browsers that cannot reach the UDP port, such as turn:turn.example:3478?transport=tcp.",
    fallback: "",
    unit: "turn: addresses, commas between",
    schema: iceUrls("turn"),
  },
  TURN_SECRET: {
    about:
      "The secret shared with the TURN servers (coturn: `static-auth-secret`); pages get credentials made of it.",
    fallback: "",
    unit: "secret",
    schema: secret,
  },
  TURN_HOURS: {
    about: "How long a page's TURN credentials are good for; it gets new ones whenever it connects again.",
    fallback: "12",
    unit: "hours",
    schema: whole(1, 8760),
  },
  TRUSTED_PROXIES: {
    about: "Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed.",
    fallback: "127.0.0.0/8,::1",
    unit: "IP addresses or subnets, commas between",
    schema: ranges,
  },
  ORIGINS: {
    about: "Other sites whose pages may connect, such as https://example.org. This server's own always may.",
    fallback: "",
    unit: "origins, commas between",
    schema: origins,
  },
  ADMIN_TOKEN: {
    about:
      "Opens `/admin`, where walls are listed and closed; 16 characters or more. Without it there is no such page.",
    fallback: "",
    unit: "secret",
    schema: secret,
  },
  METRICS_TOKEN: {
    about: "Shows `/metrics` to other machines than this one, as a bearer token; 16 characters or more.",
    fallback: "",
    unit: "secret",
    schema: secret,
  },
  NETWORK_SHARE: {
    about:
      "What one network may hold of all walls, connecting pages, connections, and messages unfinished or not yet taken.",
    fallback: "25",
    unit: "percent",
    schema: whole(1, 100),
  },
  WALLS_MAX: {
    about:
      "Walls this server keeps at the same time; a quarter more for hosts who come back when all places are taken.",
    fallback: "100",
    unit: "walls",
    schema: whole(1, 100_000),
  },
  LISTENERS_MAX: {
    about: "Screens in one wall.",
    fallback: "5000",
    unit: "screens",
    schema: whole(1, 100_000),
  },
  LONG_PACKETS_FROM: {
    about: "Screens from which a wall gets packets of 60 ms: a third of the work, 40 ms later.",
    fallback: "300",
    unit: "screens",
    schema: whole(1, 1_000_000),
  },
  SHORT_PACKETS_BELOW: {
    about: "Screens below which a wall goes back to packets of 20 ms.",
    fallback: "200",
    unit: "screens",
    schema: whole(0, 1_000_000),
  },
  CONNECTING_MAX: {
    about: "Pages whose media may be connecting at the same time; more are told that the server is full.",
    fallback: "4000",
    unit: "pages",
    schema: whole(1, 100_000),
  },
  LOOP_DELAY_MAX: {
    about: "Lateness of the server's main thread past which nobody new is let in.",
    fallback: "500",
    unit: "milliseconds",
    schema: whole(1, 60_000),
  },
  HOST_KBPS_MAX: {
    about:
      "Most sound taken from one host; what is beyond is dropped. Opus at its best is 510. Up to 3000, packets beyond 250 a second are dropped too.",
    fallback: "1000",
    unit: "kilobits per second",
    schema: whole(8, 1_000_000),
  },
  MESSAGE_MAX: {
    about: "Largest signalling message accepted.",
    fallback: "65536",
    unit: "bytes",
    schema: whole(4096, 1_048_576),
  },
  CONNECTIONS_MAX: {
    about: "TCP connections at the same time; those that are too many are closed as they come.",
    fallback: "40000",
    unit: "connections",
    schema: whole(8, 1_000_000),
  },
  SOCKETS_PER_ADDRESS: {
    about: "Pages from one network address at the same time. A venue behind one router is one address.",
    fallback: "5000",
    unit: "pages",
    schema: whole(1, 1_000_000),
  },
  JOINS_PER_MINUTE: {
    about:
      "Joins of screens from one network address, all at once or spread over a minute; as many offers of media.",
    fallback: "6000",
    unit: "joins",
    schema: whole(1, 1_000_000),
  },
  WALLS_PER_HOUR: {
    about: "Walls started from one network address, all at once or spread over an hour.",
    fallback: "120",
    unit: "walls",
    schema: whole(1, 1_000_000),
  },
  WRONG_KEYS_PER_MINUTE: {
    about:
      "Wrong host keys, wall passwords and tokens from one network; what is tried beyond that waits for its turn.",
    fallback: "30",
    unit: "tries",
    schema: whole(1, 1_000_000),
  },
  WRONG_CODES_PER_MINUTE: {
    about: "Different unknown codes from one network; what is tried beyond that waits for its turn.",
    fallback: "30",
    unit: "codes",
    schema: whole(1, 1_000_000),
  },
  MESSAGES_PER_SECOND: {
    about: "Messages of one page, lastingly; five times as many at once.",
    fallback: "50",
    unit: "messages",
    schema: whole(1, 100_000),
  },
  WALL_IDLE_MINUTES: {
    about: "How long a wall without host and screens is kept. Its host's key opens it again afterwards.",
    fallback: "60",
    unit: "minutes",
    schema: whole(1, 100_000),
  },
  WALL_HOSTLESS_HOURS: {
    about: "How long a wall whose screens wait for their host is kept.",
    fallback: "24",
    unit: "hours",
    schema: whole(1, 10_000),
  },
  DRAIN_SECONDS: {
    about: "How long a server told to stop goes on for those inside, while it lets nobody new in.",
    fallback: "0",
    unit: "seconds",
    schema: whole(0, 86_400),
  },
  WALLS_KEPT_DAYS: {
    about: "How long the arrangement of a wall is kept that nobody opens.",
    fallback: "90",
    unit: "days",
    schema: whole(1, 10_000),
  },
  DATA_DIR: {
    about:
      "Directory for what must survive a restart: the secret that signs host keys, and the walls as they were arranged.",
    fallback: ".lightwall",
    unit: "path",
    schema: v.string(),
  },
  LOG_LEVEL: {
    about: `Least important log line written: ${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}.`,
    fallback: "info",
    unit: "level",
    schema: v.picklist(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`),
  },
} as const;

export type ConfigKey = keyof typeof CONFIG_KEYS;
/** Keys of earlier versions: the old name, and the key that replaces it. */
export const RENAMED_KEYS: Readonly<Record<string, ConfigKey>> = {
  ROOMS_MAX: "WALLS_MAX",
  ROOMS_PER_HOUR: "WALLS_PER_HOUR",
  ROOM_IDLE_MINUTES: "WALL_IDLE_MINUTES",
  ROOM_HOSTLESS_HOURS: "WALL_HOSTLESS_HOURS",
};
/** Keys whose values are never shown, and not taken as flags, which everyone on a machine can see. */
export const SECRET_KEYS: ReadonlySet<ConfigKey> = new Set(["ADMIN_TOKEN", "METRICS_TOKEN", "TURN_SECRET"]);
/** What a key's text becomes once it is read. */
export type ConfigValue<K extends ConfigKey> = v.InferOutput<(typeof CONFIG_KEYS)[K]["schema"]>;
