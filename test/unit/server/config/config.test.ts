import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Config, type ConfigSource, readConfig } from "../../../../server/config/config.ts";
import { findConfigFile, readConfigFile } from "../../../../server/config/file.ts";
import { helpText, readFlags } from "../../../../server/config/flags.ts";
import { CONFIG_KEYS, SECRET_KEYS } from "../../../../server/config/keys.ts";
import { temporaryDirectory } from "../../../support/test-app.ts";

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** A configuration file with this text. */
function written(text: string, name = "lightwall.toml"): string {
  const path = join(directory.path, name);
  writeFileSync(path, text);
  return path;
}

/** What a file alone makes of the configuration. */
const fromFile = (text: string, name?: string): Config =>
  readConfig({}, { file: readConfigFile(written(text, name)) });

/** What flags alone make of it. */
const fromFlags = (...args: string[]): Config => readConfig({}, { flags: readFlags(args).settings });

test("has a default for everything", () => {
  expect(readConfig({})).toEqual({
    host: "::",
    port: 8080,
    udpPort: 8080,
    udpHost: "::",
    announce: [],
    workers: 0,
    https: false,
    tlsCert: "",
    tlsKey: "",
    hostnames: [],
    stunUrls: [],
    turnUrls: [],
    turnSecret: "",
    turnMs: 12 * 60 * 60_000,
    trustedProxies: ["127.0.0.0/8", "::1"],
    origins: [],
    adminToken: "",
    metricsToken: "",
    networkShare: 25,
    wallsMax: 100,
    listenersMax: 5000,
    packetTime: { longFrom: 300, shortBelow: 200 },
    connectingMax: 4000,
    loopDelayMax: 500,
    hostRateMax: 125_000,
    messageMax: 65_536,
    connectionsMax: 40_000,
    socketsPerAddress: 5000,
    joinsPerMinute: 6000,
    wallsPerHour: 120,
    wrongKeysPerMinute: 30,
    wrongCodesPerMinute: 30,
    messagesPerSecond: 50,
    wallIdleMs: 60 * 60_000,
    wallHostlessMs: 24 * 60 * 60_000,
    wallsKeptMs: 90 * 86_400_000,
    drainMs: 0,
    dataDir: ".lightwall",
    logLevel: "info",
  });
});

test("takes the environment over the defaults, and nothing for not set", () => {
  const config = readConfig({ HOST: "localhost", PORT: " 9000 ", WALLS_MAX: "", LOG_LEVEL: "debug" });
  expect(config).toMatchObject({ host: "127.0.0.1", port: 9000, wallsMax: 100, logLevel: "debug" });
});

test("media follows the port of the pages unless told otherwise", () => {
  expect(readConfig({ PORT: "9000" }).udpPort).toBe(9000);
  expect(readConfig({ HOST: "127.0.0.1" }).udpHost).toBe("127.0.0.1");
  expect(readConfig({ HOST: "127.0.0.1", UDP_HOST: "::" }).udpHost).toBe("::");
  expect(readConfig({ PORT: "9000", UDP_PORT: "0" }).udpPort).toBe(0);
});

test("reads a list of addresses", () => {
  expect(readConfig({ ANNOUNCE: "203.0.113.7, 2001:db8::7," }).announce).toEqual([
    "203.0.113.7",
    "2001:db8::7",
  ]);
});

test("cannot be changed", () => {
  const config = readConfig({});
  expect(Object.isFrozen(config) && Object.isFrozen(config.announce)).toBe(true);
});

test.each([
  ["PORT", "80a", 'PORT must be a whole number from 0 to 65535; it is "80a".'],
  ["PORT", "65536", 'PORT must be a whole number from 0 to 65535; it is "65536".'],
  ["PORT", "-1", 'PORT must be a whole number from 0 to 65535; it is "-1".'],
  ["UDP_PORT", "1e3", 'UDP_PORT must be a whole number from 0 to 65535; it is "1e3".'],
  ["HOST", "example", 'HOST must be an IP address, such as 127.0.0.1 or ::; it is "example".'],
  ["ANNOUNCE", "1.2.3.4;5.6.7.8", 'ANNOUNCE must be IP addresses, commas between; it is "1.2.3.4;5.6.7.8".'],
  ["WALLS_MAX", "0", 'WALLS_MAX must be a whole number from 1 to 100000; it is "0".'],
  [
    "TRUSTED_PROXIES",
    "10.0.0.0/33",
    'TRUSTED_PROXIES must be IP addresses or subnets, commas between; it is "10.0.0.0/33".',
  ],
  [
    "ORIGINS",
    "https://example.org/",
    'ORIGINS must be origins such as https://example.org, commas between; it is "https://example.org/".',
  ],
  [
    "HOSTNAMES",
    "https://walls.example",
    'HOSTNAMES must be names such as walls.example.org, without port, commas between; it is "https://walls.example".',
  ],
  ["STUN_URLS", "turn:a", 'STUN_URLS must be stun: addresses, commas between; it is "turn:a".'],
  ["HTTPS", "maybe", 'HTTPS must be true or false; it is "maybe".'],
  ["TLS_CERT", "cert.pem", "TLS_CERT and TLS_KEY need one another."],
  ["TURN_URLS", "turn:a", "TURN_URLS needs TURN_SECRET too."],
  ["ADMIN_TOKEN", "too short", "ADMIN_TOKEN must have 16 characters or more."],
  [
    "LOG_LEVEL",
    "loud",
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent; it is "loud".',
  ],
])("refuses %s=%s in one line", (key, value, message) => {
  expect(() => readConfig({ [key]: value })).toThrow(new Error(message));
});

test("flags count before the environment, that before the file, and that before the defaults", () => {
  const file = readConfigFile(written("port = 1\nwalls_max = 1\nlisteners_max = 1"));
  const flags = readFlags(["--port", "3"]).settings;
  expect(readConfig({ PORT: "2", WALLS_MAX: "2" }, { file, flags })).toMatchObject({
    port: 3,
    wallsMax: 2,
    listenersMax: 1,
    messageMax: 65_536,
  });
  expect(readConfig({ PORT: "" }, { file }).port).toBe(1);
});

test("a file may be TOML or JSON, with numbers, strings and lists", () => {
  const expected = { port: 9000, logLevel: "debug", announce: ["203.0.113.7", "2001:db8::7"] };
  expect(
    fromFile('port = 9_000\nlog_level = "debug"\nannounce = ["203.0.113.7", "2001:db8::7"]'),
  ).toMatchObject(expected);
  const json = { port: "9000", log_level: "debug", announce: "203.0.113.7,2001:db8::7" };
  expect(fromFile(JSON.stringify(json), "lightwall.json")).toMatchObject(expected);
});

test("a file is found by its name, TOML first", () => {
  const [toml, json] = [written(""), written("{}", "lightwall.json")];
  expect(findConfigFile(directory.path)).toBe(toml);
  rmSync(toml);
  expect(findConfigFile(directory.path)).toBe(json);
  rmSync(json);
  expect(findConfigFile(directory.path)).toBeUndefined();
});

test.each([
  ["prot = 1", 'lightwall.toml has an unknown key, "prot". docs/configuration.md lists them all.'],
  ["PORT = 1", 'lightwall.toml has an unknown key, "PORT". docs/configuration.md lists them all.'],
  ["[port]\nx = 1", "port in lightwall.toml must be a string, a number or a list."],
  ["announce = [1979-05-27]", "announce in lightwall.toml must be a string, a number or a list."],
  ["port = 80.5", 'port in lightwall.toml must be a whole number from 0 to 65535; it is "80.5".'],
  [
    "\nport = 80a",
    "lightwall.toml cannot be read: Invalid TOML document: illegal character in numeric literal, in line 2.",
  ],
])("refuses a file with %j in one line", (text, message) => {
  expect(() => fromFile(text)).toThrow(new Error(message));
});

test.each(["null", "[]", "8080"])("refuses a JSON file that holds %s", (text) => {
  expect(() => fromFile(text, "lightwall.json")).toThrow("lightwall.json must hold one JSON object.");
});

test("a file that is not there is named", () => {
  expect(() => readConfigFile("/nowhere/lightwall.toml")).toThrow("/nowhere/lightwall.toml cannot be read");
});

test("flags are read in either form", () => {
  expect(fromFlags("--udp-port", "1", "--walls-max=2")).toMatchObject({ udpPort: 1, wallsMax: 2 });
  expect(fromFlags("--https", "--port", "1")).toMatchObject({ https: true, port: 1 });
  expect(fromFlags("--https=false").https).toBe(false);
  expect(readFlags(["--config", "walls.toml"])).toMatchObject({ help: false, file: "walls.toml" });
  expect(readFlags(["--help"]).help).toBe(true);
});

test.each([
  [["--prot", "1"], "There is no flag --prot. --help lists them all."],
  [["--udp_port", "1"], "There is no flag --udp_port. --help lists them all."],
  [["9000"], '"9000" is not a flag. --help lists them all.'],
  [["--port"], "--port needs a value. --help lists them all."],
  [["--port", "--help"], "--port needs a value. --help lists them all."],
  [
    ["--admin-token", "0123456789abcdef"],
    "ADMIN_TOKEN is a secret, and flags can be seen by others: set it by environment or file.",
  ],
  [["--port", "80a"], '--port must be a whole number from 0 to 65535; it is "80a".'],
])("refuses the flags %j in one line", (args, message) => {
  expect(() => fromFlags(...args)).toThrow(new Error(message));
});

test("an old name of a setting is refused with the new one, wherever it is set", () => {
  expect(() => readConfig({ ROOMS_MAX: "5" })).toThrow(
    "ROOMS_MAX is now called WALLS_MAX. Set WALLS_MAX in the environment instead.",
  );
  expect(readConfig({ ROOMS_MAX: "" }).wallsMax).toBe(100);
  expect(() => fromFile("room_idle_minutes = 5")).toThrow(
    "room_idle_minutes in lightwall.toml is now called wall_idle_minutes. Rename it there.",
  );
  expect(() => fromFlags("--rooms-per-hour", "5")).toThrow(
    "--rooms-per-hour is now called --walls-per-hour.",
  );
});

test("the help shows every flag with its default", () => {
  expect(helpText()).toContain("  --udp-port <port>\n      UDP port of the media.");
  expect(helpText()).toContain("  --walls-max <walls>  (100)\n");
  expect(helpText().match(/^ {2}--/gm)).toHaveLength(Object.keys(CONFIG_KEYS).length - SECRET_KEYS.size + 2);
});

test("every key stands in the documentation as it is in the code, and no other does", () => {
  const text = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  const documented = text.split("\n").filter((line) => line.startsWith("| `"));
  const expected = Object.entries(CONFIG_KEYS).map(([key, { fallback, unit, about }]) => {
    const value = fallback === "" ? "" : `\`${fallback}\``;
    return `| \`${key}\` | ${value} | ${unit} | ${about} |`;
  });
  expect(documented).toEqual(expected);
});

test("the example file holds every key with its default, ready to be changed", () => {
  const text = readFileSync(new URL("../../../../lightwall.example.toml", import.meta.url), "utf8");
  const settings = text.replaceAll(/^# (?=\w+ =)/gm, "");
  const { values } = readConfigFile(written(settings)) satisfies ConfigSource;
  const defaults = Object.entries(CONFIG_KEYS).map(([key, { fallback }]) => [key, fallback]);
  expect(values).toEqual(Object.fromEntries(defaults));
  expect(fromFile(settings)).toEqual(readConfig({}));
  expect(fromFile(text)).toEqual(readConfig({}));
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
