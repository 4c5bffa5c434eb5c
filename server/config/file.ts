import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parse } from "smol-toml";
import type { ConfigSource } from "./config.ts";
import { RENAMED_KEYS } from "./key-groups.ts";
import { CONFIG_KEYS, type ConfigKey } from "./keys.ts";

/** File names in the working directory, in order of precedence. */
const FILE_NAMES = ["lightwall.toml", "lightwall.json"];

/** A key as a file spells it: `UDP_PORT` is `udp_port`. */
export function fileSpelling(key: ConfigKey): string {
  return key.toLowerCase();
}

/** Finds the configuration file in a directory; undefined if there is none. */
export function findConfigFile(directory: string): string | undefined {
  return FILE_NAMES.map((name) => join(directory, name)).find((path) => existsSync(path));
}

/**
 * Reads a configuration file: JSON if its name ends in `.json`, otherwise TOML.
 * @throws Error with one line that names the file and the problem
 */
export function readConfigFile(path: string): ConfigSource {
  const name = basename(path);
  const values: Partial<Record<ConfigKey, string>> = {};
  for (const [spelled, value] of Object.entries(parseFile(path))) {
    const key = spelled.toUpperCase() as ConfigKey;
    const renamed = RENAMED_KEYS[key];
    if (renamed !== undefined) {
      throw new Error(`${spelled} in ${name} is now called ${fileSpelling(renamed)}. Rename it in the file.`);
    }
    if (!Object.hasOwn(CONFIG_KEYS, key) || spelled !== fileSpelling(key)) {
      throw new Error(`${name} has an unknown key, "${spelled}". docs/configuration.md lists all keys.`);
    }
    const text = toText(value);
    if (text === undefined) throw new Error(`${spelled} in ${name} must be a string, a number or a list.`);
    values[key] = text;
  }
  return { values, spell: (key) => `${fileSpelling(key)} in ${name}` };
}

function parseFile(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`The configuration file ${path} cannot be read.`, { cause });
  }
  try {
    const parsed: unknown = extname(path) === ".json" ? JSON.parse(text) : parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (cause) {
    // In the lines after the first one the parsers show an excerpt of the file.
    const [reason] = (cause as Error).message.split("\n");
    throw new Error(`${basename(path)} cannot be read: ${reason}${position(cause)}.`, { cause });
  }
  throw new Error(`${basename(path)} must contain one JSON object.`);
}

/** The line of a parser's error, as the end of a sentence; "" if it is unknown. */
function position(cause: unknown): string {
  const { line } = cause as { line?: unknown };
  return typeof line === "number" ? `, in line ${line}` : "";
}

/** The text that stands for a value in the environment; undefined for values of an unsupported type. */
function toText(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const parts = value.map(toText);
    return parts.includes(undefined) ? undefined : parts.join(",");
  }
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : undefined;
}
