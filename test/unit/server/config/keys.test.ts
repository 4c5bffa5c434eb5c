import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Config, type ConfigSource, readConfig } from "../../../../server/config/config.ts";
import { readConfigFile } from "../../../../server/config/file.ts";
import { CONFIG_KEYS } from "../../../../server/config/keys.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** Reads a text as a configuration file. */
function readFile(text: string): ConfigSource {
  const path = join(directory.path, "lightwall.toml");
  writeFileSync(path, text);
  return readConfigFile(path);
}

/** The configuration that a file with this text alone results in. */
const configOf = (text: string): Config => readConfig({}, { file: readFile(text) });

test("docs/configuration.md lists every key with its default, unit and description, and no other", () => {
  const text = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  const documented = text.split("\n").filter((line) => line.startsWith("| `"));
  const expected = Object.entries(CONFIG_KEYS).map(([key, { fallback, unit, about }]) => {
    const value = fallback === "" ? "" : `\`${fallback}\``;
    return `| \`${key}\` | ${value} | ${unit} | ${about} |`;
  });
  expect(documented).toEqual(expected);
});

test("the example file contains every key with its default", () => {
  const text = readFileSync(new URL("../../../../lightwall.example.toml", import.meta.url), "utf8");
  const settings = text.replaceAll(/^# (?=\w+ =)/gm, "");
  const { values } = readFile(settings);
  const defaults = Object.entries(CONFIG_KEYS).map(([key, { fallback }]) => [key, fallback]);
  expect(values).toEqual(Object.fromEntries(defaults));
  expect(configOf(settings)).toEqual(readConfig({}));
  expect(configOf(text)).toEqual(readConfig({}));
  for (const { about } of Object.values(CONFIG_KEYS)) expect(text).toContain(`# ${about}\n`);
});

test("every key that a document or an example names exists", () => {
  const files = ["README.md", "docs/configuration.md", "docs/protocol.md", "docs/deploy.md"];
  const named = files.flatMap((path) => {
    const text = readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
    return [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, key]) => key);
  });
  const compose = readFileSync(new URL("../../../../deploy/compose.yaml", import.meta.url), "utf8");
  const set = compose.split("caddy:")[0]!.matchAll(/^ {6}([A-Z_]+):/gm);
  const keys = [...named, ...[...set].map(([, key]) => key)];
  expect(keys).toContain("TURN_SECRET");
  expect(keys.filter((key) => !Object.hasOwn(CONFIG_KEYS, key!))).toEqual([]);
});
