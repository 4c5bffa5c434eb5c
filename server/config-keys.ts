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

const addresses = v.pipe(
  v.string(),
  v.transform((text) => text.split(",").map((part) => part.trim())),
  v.transform((parts) => parts.filter((part) => part !== "")),
  v.check((parts) => parts.every((part) => isIP(part) !== 0), "must be IP addresses, commas between"),
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
  ROOMS_MAX: {
    about: "Walls this server keeps at the same time.",
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
  MESSAGE_MAX: {
    about: "Largest signalling message accepted.",
    fallback: "65536",
    unit: "bytes",
    schema: whole(4096, 1_048_576),
  },
  ROOM_IDLE_MINUTES: {
    about: "How long a wall without host and screens is kept. Its host's key opens it again afterwards.",
    fallback: "60",
    unit: "minutes",
    schema: whole(1, 100_000),
  },
  ROOM_HOSTLESS_HOURS: {
    about: "How long a wall whose screens wait for their host is kept.",
    fallback: "24",
    unit: "hours",
    schema: whole(1, 10_000),
  },
  DATA_DIR: {
    about: "Directory for what must survive a restart: the secret that signs host keys.",
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
/** What a key's text becomes once it is read. */
export type ConfigValue<K extends ConfigKey> = v.InferOutput<(typeof CONFIG_KEYS)[K]["schema"]>;
