import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../server/config/config.ts";

test.each([
  ["PORT", "80a", 'PORT must be a whole number from 0 to 65535; it is "80a".'],
  ["PORT", "65536", 'PORT must be a whole number from 0 to 65535; it is "65536".'],
  ["PORT", "-1", 'PORT must be a whole number from 0 to 65535; it is "-1".'],
  ["UDP_PORT", "1e3", 'UDP_PORT must be a whole number from 0 to 65535; it is "1e3".'],
  ["HOST", "example", 'HOST must be an IP address, such as 127.0.0.1 or ::; it is "example".'],
  [
    "ANNOUNCE",
    "1.2.3.4;5.6.7.8",
    "ANNOUNCE must be IP addresses or names, such as 203.0.113.7, [2001:db8::7]:50000 or " +
      'lights.example.org:50000, separated by commas; it is "1.2.3.4;5.6.7.8".',
  ],
  ["WALLS_MAX", "0", 'WALLS_MAX must be a whole number from 1 to 100000; it is "0".'],
  [
    "TRUSTED_PROXIES",
    "10.0.0.0/33",
    'TRUSTED_PROXIES must be IP addresses or subnets separated by commas; it is "10.0.0.0/33".',
  ],
  [
    "ORIGINS",
    "https://example.org/a",
    "ORIGINS must be origins, such as https://example.org, separated by commas; " +
      'it is "https://example.org/a".',
  ],
  [
    "HOSTNAMES",
    "https://walls.example",
    "HOSTNAMES must be names without a port, such as walls.example.org, separated by commas; " +
      'it is "https://walls.example".',
  ],
  [
    "PUBLIC_URL",
    "walls.example",
    "PUBLIC_URL must be an address such as https://lights.example.org, without ?, # or a password; " +
      'it is "walls.example".',
  ],
  [
    "PUBLIC_URL",
    "http://localhost:8080",
    "PUBLIC_URL must be an address that other devices reach; for each of them, this one is the device " +
      'itself; it is "http://localhost:8080".',
  ],
  [
    "FRAME_ANCESTORS",
    "https://signage.example; script-src *",
    "FRAME_ANCESTORS must be origins, such as https://example.org, separated by commas, or *; " +
      'it is "https://signage.example; script-src *".',
  ],
  ["STUN_URLS", "turn:a", 'STUN_URLS must be stun: addresses separated by commas; it is "turn:a".'],
  ["HTTPS", "maybe", 'HTTPS must be true or false; it is "maybe".'],
  ["ADMIN_TOKEN", "too short", "ADMIN_TOKEN must have 16 characters or more."],
  [
    "LOG_LEVEL",
    "loud",
    'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent; it is "loud".',
  ],
])("%s=%s is refused with one line", (key, value, message) => {
  expect(() => readConfig({ [key]: value })).toThrow(new Error(message));
});

test.each([
  ["FRAME_ANCESTORS", "https://a;sandbox"],
  ["FRAME_ANCESTORS", "https://a'b.example"],
  ["ORIGINS", "https://a;b.example"],
  ["ORIGINS", "null"],
  ["ORIGINS", "chrome-extension://abcdefghijklmnop"],
  ["PUBLIC_URL", "https://x.example/?"],
  ["PUBLIC_URL", "https://x.example/#"],
  ["PUBLIC_URL", "https://user:secret@lights.example"],
  ["PUBLIC_URL", "http://LOCALHOST"],
  ["PUBLIC_URL", "http://127.1:8080/lights"],
  ["PUBLIC_URL", "javascript:alert(1)"],
])("%s=%s is refused", (key, value) => {
  expect(() => readConfig({ [key]: value })).toThrow(key);
});

test.each([
  ["https://lights.example/", "https://lights.example"],
  ["https://example.org/lights/", "https://example.org/lights"],
  ["http://192.168.1.5:8080", "http://192.168.1.5:8080"],
  ["http://[fd00::5]:8080", "http://[fd00::5]:8080"],
  ["HTTPS://Lights.Example:443/Party", "https://lights.example/Party"],
  ["http://lights.example:80", "http://lights.example"],
])("PUBLIC_URL=%s is %s", (value, publicUrl) => {
  expect(readConfig({ PUBLIC_URL: value }).publicUrl).toBe(publicUrl);
});

test("a password in an address is not repeated", () => {
  expect(() => readConfig({ PUBLIC_URL: "https://me:hunter2@lights.example" })).toThrow(
    'it is "https://…@lights.example".',
  );
});

test("origins may be written with capitals and a default port", () => {
  const { origins, frameAncestors } = readConfig({
    ORIGINS: "HTTPS://Stage.Example:443/,http://b.example:8080",
    FRAME_ANCESTORS: "https://Signage.Example,*",
  });
  expect(origins).toEqual(["https://stage.example", "http://b.example:8080"]);
  expect(frameAncestors).toEqual(["https://signage.example", "*"]);
});

describe("ANNOUNCE", () => {
  test.each([
    ["1.2.3.4", { host: "1.2.3.4", port: undefined }],
    ["1.2.3.4:50000", { host: "1.2.3.4", port: 50_000 }],
    ["2001:db8::1", { host: "2001:db8::1", port: undefined }],
    ["[2001:db8::1]", { host: "2001:db8::1", port: undefined }],
    ["[2001:db8::1]:50000", { host: "2001:db8::1", port: 50_000 }],
    ["Lights.Example.org", { host: "lights.example.org", port: undefined }],
    ["lights.example.org:40000", { host: "lights.example.org", port: 40_000 }],
    ["box", { host: "box", port: undefined }],
  ])("takes %s", (text, item) => {
    expect(readConfig({ ANNOUNCE: text }).announce).toEqual([item]);
  });

  test.each([
    "1.2.3",
    "1.2.3.400",
    "1.2.3.4:0",
    "1.2.3.4:65536",
    "1.2.3.4:",
    "[1.2.3.4]:5",
    "[lights.example.org]",
    "https://lights.example.org",
    "lights..org",
    "fe80::1%eth0:5",
    `${"a".repeat(64)}.org`,
  ])("refuses %s", (text) => {
    expect(() => readConfig({ ANNOUNCE: text })).toThrow("ANNOUNCE must be IP addresses or names");
  });
});
