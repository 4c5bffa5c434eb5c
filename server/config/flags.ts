import { parseArgs } from "node:util";
import type { ConfigSource } from "./config.ts";
import { RENAMED_KEYS, SECRET_KEYS } from "./key-groups.ts";
import { CONFIG_KEYS, type ConfigKey } from "./keys.ts";

/** The parsed command line. */
export interface Flags {
  /** Whether to examine the machine and exit, instead of starting the server. */
  readonly doctor: boolean;
  /** Whether that may ask servers of the internet. */
  readonly online: boolean;
  /** Whether to print the help and exit. */
  readonly help: boolean;
  /** Path of the configuration file; undefined for the one in the working directory. */
  readonly file: string | undefined;
  readonly settings: ConfigSource;
}

const KEYS = Object.keys(CONFIG_KEYS) as ConfigKey[];

/** The flag of a key: `UDP_PORT` is `udp-port`. */
function flagName(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}

/** Flags that need no value: without one they are true. */
const SWITCHES: ReadonlySet<string> = new Set(
  KEYS.filter((key) => CONFIG_KEYS[key].unit === "true or false").map(flagName),
);

/**
 * Reads the command line.
 * @param args without the name of the program
 * @throws Error with one line for an unknown flag, and for a flag without a value
 */
export function readFlags(args: readonly string[]): Flags {
  const options = Object.fromEntries(
    ["config", ...KEYS.map(flagName)].map(
      (name) => [name, { type: SWITCHES.has(name) ? "boolean" : "string" }] as const,
    ),
  );
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: "boolean" }, online: { type: "boolean" } },
    // In strict mode parseArgs throws its own messages.
    strict: false,
    allowPositionals: true,
  });
  const old = Object.keys(RENAMED_KEYS).find((key) => Object.hasOwn(values, flagName(key)));
  if (old !== undefined) {
    throw new Error(`--${flagName(old)} is now called --${flagName(RENAMED_KEYS[old]!)}.`);
  }
  const unknown = Object.keys(values).find(
    (name) => !["help", "online"].includes(name) && !Object.hasOwn(options, name),
  );
  if (unknown !== undefined) throw new Error(`There is no flag --${unknown}. ${SEE_HELP}`);
  const secret = KEYS.find((key) => SECRET_KEYS.has(key) && Object.hasOwn(values, flagName(key)));
  if (secret !== undefined) {
    throw new Error(
      `${secret} is a secret, and other users can see flags. Set it in the environment or in the file.`,
    );
  }
  const doctor = positionals[0] === DOCTOR;
  const stray = doctor ? positionals[1] : positionals[0];
  if (stray !== undefined) throw new Error(`"${stray}" is not a flag. ${SEE_HELP}`);
  if (values.online === true && !doctor) throw new Error(`--online goes with ${DOCTOR}. ${SEE_HELP}`);

  function textOf(name: string): string | undefined {
    const value = values[name] === true && SWITCHES.has(name) ? "true" : values[name];
    // Without a value, parseArgs returns true or takes the next flag as the value.
    if (value !== undefined && (typeof value !== "string" || value.startsWith("--"))) {
      throw new Error(`--${name} needs a value. ${SEE_HELP}`);
    }
    return value;
  }
  const entries = KEYS.map((key) => [key, textOf(flagName(key))]).filter(([, value]) => value !== undefined);
  return {
    doctor,
    online: values.online === true,
    help: values.help === true,
    file: textOf("config"),
    settings: { values: Object.fromEntries(entries), spell: (key) => `--${flagName(key)}` },
  };
}

/** The word that lets the program examine the machine instead of starting the server. */
const DOCTOR = "doctor";

const SEE_HELP = "--help lists all flags.";

const HEAD = `Lightwall turns every screen in a room into one light.

  lightwall [flags]          installed as a package
  npm start -- [flags]       in its repository

  lightwall doctor [flags]   says what of the machine and the settings will not work, and why
  npm run doctor -- [flags]  in its repository

Each setting can also be set in lightwall.toml (udp_port = 8080) or in the environment (UDP_PORT=8080).
Secrets cannot be set by flags. Flags override the environment, the environment overrides the file, and the
file overrides the defaults, which are shown in brackets here.

  --config <path>
      Configuration file to use instead of lightwall.toml or lightwall.json in this directory.
  --online
      Only with doctor: also compares the clock with a time server of the internet.
  --help
      Show this text.`;

/** The text that `--help` prints. */
export function helpText(): string {
  const flags = KEYS.filter((key) => !SECRET_KEYS.has(key)).map((key) => {
    const { about, fallback, unit } = CONFIG_KEYS[key];
    const shownDefault = fallback === "" ? "" : `  (${fallback})`;
    const value = SWITCHES.has(flagName(key)) ? "" : ` <${unit}>`;
    return `  --${flagName(key)}${value}${shownDefault}\n${wrapped(about.replaceAll("`", ""))}`;
  });
  return `${[HEAD, ...flags].join("\n")}\n`;
}

function wrapped(text: string): string {
  return text.replaceAll(/(.{1,90})(?:\s+|$)/g, "      $1\n").trimEnd();
}
