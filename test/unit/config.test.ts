import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONFIG_KEYS, readConfig } from "../../server/config.ts";

test("has a default for everything", () => {
  expect(readConfig({})).toEqual({
    host: "::",
    port: 8080,
    udpPort: 8080,
    announce: [],
    workers: 0,
    roomsMax: 100,
    listenersMax: 5000,
    packetTime: { longFrom: 300, shortBelow: 200 },
    messageMax: 65_536,
    roomIdleMs: 60 * 60_000,
    roomHostlessMs: 24 * 60 * 60_000,
    dataDir: ".lightwall",
    logLevel: "info",
  });
});

test("takes the environment over the defaults, and nothing for not set", () => {
  const config = readConfig({ HOST: "localhost", PORT: " 9000 ", ROOMS_MAX: "", LOG_LEVEL: "debug" });
  expect(config).toMatchObject({ host: "127.0.0.1", port: 9000, roomsMax: 100, logLevel: "debug" });
});

test("media follows the port of the pages unless told otherwise", () => {
  expect(readConfig({ PORT: "9000" }).udpPort).toBe(9000);
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
  ["ROOMS_MAX", "0", 'ROOMS_MAX must be a whole number from 1 to 100000; it is "0".'],
  [
    "LOG_LEVEL",
    "loud",
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent; it is "loud".',
  ],
])("refuses %s=%s in one line", (key, value, message) => {
  expect(() => readConfig({ [key]: value })).toThrow(new Error(message));
});

test("every key stands in the documentation as it is in the code, and no other does", () => {
  const text = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  const documented = text.split("\n").filter((line) => line.startsWith("| `"));
  const expected = Object.entries(CONFIG_KEYS).map(([key, { fallback, unit, about }]) => {
    const value = fallback === "" ? "" : `\`${fallback}\``;
    return `| \`${key}\` | ${value} | ${unit} | ${about} |`;
  });
  expect(documented).toEqual(expected);
});
