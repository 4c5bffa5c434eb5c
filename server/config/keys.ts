import type * as v from "valibot";
import { CLUSTER_KEYS } from "./cluster-keys.ts";
import { LIMIT_KEYS } from "./limit-keys.ts";
import { NETWORK_KEYS } from "./network-keys.ts";
import { LOG_LEVELS, logLevel, path, wholeNumber } from "./values.ts";

/** How long things are kept, where, and what is logged. */
const KEEPING_KEYS = {
  WALL_IDLE_MINUTES: {
    about: "How long a wall without host and screens stays open. Its host's key opens it again afterwards.",
    fallback: "60",
    unit: "minutes",
    schema: wholeNumber(1, 100_000),
  },
  WALL_HOSTLESS_HOURS: {
    about: "How long a wall whose screens wait for their host stays open.",
    fallback: "24",
    unit: "hours",
    schema: wholeNumber(1, 10_000),
  },
  DRAIN_SECONDS: {
    about: "How long a stopping server continues for connected pages, while it refuses new ones.",
    fallback: "0",
    unit: "seconds",
    schema: wholeNumber(0, 86_400),
  },
  WALLS_KEPT_DAYS: {
    about: "How long the arrangement of a wall that nobody opens is kept.",
    fallback: "90",
    unit: "days",
    schema: wholeNumber(1, 10_000),
  },
  DATA_DIR: {
    about: "Directory for data that survives a restart: the secret of the host keys, and the saved walls.",
    fallback: ".lightwall",
    unit: "path",
    schema: path,
  },
  LOG_LEVEL: {
    about: `Lowest level that is logged: ${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}.`,
    fallback: "info",
    unit: "level",
    schema: logLevel,
  },
} as const;

/**
 * Every setting: its description, its default as text, its unit, and the schema that parses it.
 * `docs/configuration.md` and `lightwall.example.toml` repeat this table; a test compares them.
 */
export const CONFIG_KEYS = { ...NETWORK_KEYS, ...CLUSTER_KEYS, ...LIMIT_KEYS, ...KEEPING_KEYS } as const;

export type ConfigKey = keyof typeof CONFIG_KEYS;
/** The type of a setting after parsing. */
export type ConfigValue<K extends ConfigKey> = v.InferOutput<(typeof CONFIG_KEYS)[K]["schema"]>;
