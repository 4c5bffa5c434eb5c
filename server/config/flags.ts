import { parseArgs } from "node:util";
import type { ConfigSource } from "./config.ts";
import { CONFIG_KEYS, type ConfigKey, RENAMED_KEYS, SECRET_KEYS } from "./keys.ts";

/** What the command line asks for. */
export interface Flags {
  /** Only to be told what can be asked for. */
  readonly help: boolean;
  /** The configuration file to read instead of the one in the working directory. */
  readonly file: string | undefined;
  readonly settings: ConfigSource;
}

const KEYS = Object.keys(CONFIG_KEYS) as ConfigKey[];

/** A key as the command line spells it: `UDP_PORT` is `udp-port`. */
function flagName(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}

/** Flags that need no value: there, they are true. */
const SWITCHES: ReadonlySet<string> = new Set(
  KEYS.filter((key) => CONFIG_KEYS[key].unit === "true or false").map(flagName),
);

/**
 * Reads the command line, without the program's own name.
 * @throws Error with one line for what it does not know, and for a flag without its value
 */
export function readFlags(args: readonly string[]): Flags {
  const options = Object.fromEntries(
    ["config", ...KEYS.map(flagName)].map(
      (name) => [name, { type: SWITCHES.has(name) ? "boolean" : "string" }] as const,
    ),
  );
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: "boolean" } },
    // Strict, it would throw with words that are not ours.
    strict: false,
    allowPositionals: true,
  });
  const old = Object.keys(RENAMED_KEYS).find((key) => Object.hasOwn(values, flagName(key)));
  if (old !== undefined) {
    throw new Error(`--${flagName(old)} is now called --${flagName(RENAMED_KEYS[old]!)}.`);
  }
  const unknown = Object.keys(values).find((name) => name !== "help" && !Object.hasOwn(options, name));
  if (unknown !== undefined) throw new Error(`There is no flag --${unknown}. ${SEE_HELP}`);
  const secret = KEYS.find((key) => SECRET_KEYS.has(key) && Object.hasOwn(values, flagName(key)));
  if (secret !== undefined) {
    throw new Error(`${secret} is a secret, and flags can be seen by others: set it by environment or file.`);
  }
  if (positionals[0] !== undefined) throw new Error(`"${positionals[0]}" is not a flag. ${SEE_HELP}`);

  function textOf(name: string): string | undefined {
    const value = values[name] === true && SWITCHES.has(name) ? "true" : values[name];
    // A flag before another one has swallowed no value, or that one's name.
    if (value !== undefined && (typeof value !== "string" || value.startsWith("--"))) {
      throw new Error(`--${name} needs a value. ${SEE_HELP}`);
    }
    return value;
  }
  const given = KEYS.map((key) => [key, textOf(flagName(key))]).filter(([, value]) => value !== undefined);
  return {
    help: values.help === true,
    file: textOf("config"),
    settings: { values: Object.fromEntries(given), spell: (key) => `--${flagName(key)}` },
  };
}

const SEE_HELP = "--help lists them all.";

const HEAD = `Lightwall turns every screen in a room into one light.

  lightwall [flags]          installed as a package
  npm start -- [flags]       in its repository

Each flag is also a key of lightwall.toml (udp_port = 8080) and of the environment (UDP_PORT=8080).
Secrets are no flags. Flags count before the environment, that before the file, and that before the defaults,
which stand in brackets here.

  --config <path>
      Configuration file to read instead of lightwall.toml or lightwall.json in this directory.
  --help
      Show this text.`;

/** What `--help` prints. */
export function helpText(): string {
  const flags = KEYS.filter((key) => !SECRET_KEYS.has(key)).map((key) => {
    const { about, fallback, unit } = CONFIG_KEYS[key];
    const ifNotGiven = fallback === "" ? "" : `  (${fallback})`;
    const value = SWITCHES.has(flagName(key)) ? "" : ` <${unit}>`;
    return `  --${flagName(key)}${value}${ifNotGiven}\n${wrapped(about.replaceAll("`", ""))}`;
  });
  return `${[HEAD, ...flags].join("\n")}\n`;
}

function wrapped(text: string): string {
  return text.replaceAll(/(.{1,90})(?:\s+|$)/g, "      $1\n").trimEnd();
}
