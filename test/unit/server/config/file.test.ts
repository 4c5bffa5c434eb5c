import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Config, readConfig } from "../../../../server/config/config.ts";
import { findConfigFile, readConfigFile } from "../../../../server/config/file.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** Writes a configuration file and returns its path. */
function written(text: string, name = "lightwall.toml"): string {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
}

/** The configuration that a file alone results in. */
const fromFile = (text: string, name?: string): Config =>
  readConfig({}, { file: readConfigFile(written(text, name)) });

test("a file is TOML or JSON and contains numbers, strings and lists", () => {
  const announce = ["203.0.113.7", "2001:db8::7"].map((host) => ({ host, port: undefined }));
  const expected = { port: 9000, logLevel: "debug", announce };
  expect(
    fromFile('port = 9_000\nlog_level = "debug"\nannounce = ["203.0.113.7", "2001:db8::7"]'),
  ).toMatchObject(expected);
  const json = { port: "9000", log_level: "debug", announce: "203.0.113.7,2001:db8::7" };
  expect(fromFile(JSON.stringify(json), "lightwall.json")).toMatchObject(expected);
});

test("lightwall.toml is found before lightwall.json", () => {
  const [toml, json] = [written(""), written("{}", "lightwall.json")];
  expect(findConfigFile(directory.path)).toBe(toml);
  rmSync(toml);
  expect(findConfigFile(directory.path)).toBe(json);
  rmSync(json);
  expect(findConfigFile(directory.path)).toBeUndefined();
});

test.each([
  ["prot = 1", 'lightwall.toml has an unknown key, "prot". docs/configuration.md lists all keys.'],
  ["PORT = 1", 'lightwall.toml has an unknown key, "PORT". docs/configuration.md lists all keys.'],
  [
    "room_idle_minutes = 5",
    "room_idle_minutes in lightwall.toml is now called wall_idle_minutes. Rename it in the file.",
  ],
  ["[port]\nx = 1", "port in lightwall.toml must be a string, a number or a list."],
  ["announce = [1979-05-27]", "announce in lightwall.toml must be a string, a number or a list."],
  ["port = 80.5", 'port in lightwall.toml must be a whole number from 0 to 65535; it is "80.5".'],
  [
    "\nport = 80a",
    "lightwall.toml cannot be read: Invalid TOML document: illegal character in numeric literal, in line 2.",
  ],
])("a file with %j is refused with one line", (text, message) => {
  expect(() => fromFile(text)).toThrow(new Error(message));
});

test.each(["null", "[]", "8080"])("a JSON file that contains %s is refused", (text) => {
  expect(() => fromFile(text, "lightwall.json")).toThrow("lightwall.json must contain one JSON object.");
});

test("the error for a missing file names it", () => {
  expect(() => readConfigFile("/nowhere/lightwall.toml")).toThrow("/nowhere/lightwall.toml cannot be read");
});
