import { expect, test } from "vitest";
import { type ConfigSource, readConfig } from "../../../../server/config/config.ts";

const source = (values: ConfigSource["values"]): ConfigSource => ({ values, spell: (key) => key });

test("every setting has a default", () => {
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
    acmeDomain: [],
    acmeEmail: "",
    acmeDirectory: "https://acme-v02.api.letsencrypt.org/directory",
    acmeHttpPort: 80,
    hostnames: [],
    mdnsName: "lightwall",
    publicUrl: "",
    stunUrls: [],
    turnUrls: [],
    turnSecret: "",
    turnMs: 12 * 60 * 60_000,
    trustedProxies: ["127.0.0.0/8", "::1"],
    origins: [],
    frameAncestors: [],
    adminToken: "",
    metricsToken: "",
    networkShare: 25,
    relay: undefined,
    secret: undefined,
    nodeUrl: "",
    wallsMax: 100,
    listenersMax: 5000,
    socketListenersMax: 500,
    packetTime: { longFrom: 300, shortBelow: 200 },
    connectingMax: 4000,
    loopDelayMaxMs: 500,
    hostRateMax: 125_000,
    pictureRateMax: 500_000,
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

test("the environment overrides the defaults, and an empty text counts as not set", () => {
  const config = readConfig({ HOST: "localhost", PORT: " 9000 ", WALLS_MAX: "", LOG_LEVEL: "debug" });
  expect(config).toMatchObject({ host: "127.0.0.1", port: 9000, wallsMax: 100, logLevel: "debug" });
});

test("the port and address for media are those of the pages unless they are set", () => {
  expect(readConfig({ PORT: "9000" }).udpPort).toBe(9000);
  expect(readConfig({ HOST: "127.0.0.1" }).udpHost).toBe("127.0.0.1");
  expect(readConfig({ HOST: "127.0.0.1", UDP_HOST: "::" }).udpHost).toBe("::");
  expect(readConfig({ PORT: "9000", UDP_PORT: "0" }).udpPort).toBe(0);
});

test("a list of addresses is split at commas", () => {
  expect(readConfig({ ANNOUNCE: "203.0.113.7, 2001:db8::7," }).announce).toEqual([
    { host: "203.0.113.7", port: undefined },
    { host: "2001:db8::7", port: undefined },
  ]);
});

test("a domain of ACME is the public address, and excludes another certificate", () => {
  const publicUrl = (env: Record<string, string>) => readConfig(env).publicUrl;
  expect(publicUrl({ ACME_DOMAIN: "Walls.example.org,b.example.org" })).toBe(
    "https://walls.example.org:8080",
  );
  expect(publicUrl({ ACME_DOMAIN: "walls.example.org", PORT: "443" })).toBe("https://walls.example.org");
  const PUBLIC_URL = "https://b.example.org";
  expect(publicUrl({ ACME_DOMAIN: "walls.example.org", PUBLIC_URL })).toBe(PUBLIC_URL);
  const both = { ACME_DOMAIN: "walls.example.org", TLS_CERT: "a", TLS_KEY: "b" };
  expect(() => readConfig(both)).toThrow("ACME_DOMAIN and TLS_CERT cannot be set together.");
  expect(() => readConfig({ ACME_DOMAIN: "wall" })).toThrow("ACME_DOMAIN must be domains, such as");
  expect(() => readConfig({ ACME_DOMAIN: "192.0.2.1" })).toThrow("ACME_DOMAIN must be domains, such as");
  expect(() => readConfig({ ACME_EMAIL: "a@b,c@d" })).toThrow("ACME_EMAIL must be one e-mail address");
  expect(() => readConfig({ ACME_DIRECTORY: "http://a" })).toThrow("ACME_DIRECTORY must be an address that");
});

test("the configuration cannot be changed", () => {
  const config = readConfig({});
  expect(Object.isFrozen(config) && Object.isFrozen(config.announce)).toBe(true);
});

test("flags override the environment, which overrides the file, which overrides the defaults", () => {
  const file = source({ PORT: "1", WALLS_MAX: "1", LISTENERS_MAX: "1" });
  const flags = source({ PORT: "3" });
  expect(readConfig({ PORT: "2", WALLS_MAX: "2" }, { file, flags })).toMatchObject({
    port: 3,
    wallsMax: 2,
    listenersMax: 1,
    messageMax: 65_536,
  });
  expect(readConfig({ PORT: "" }, { file }).port).toBe(1);
});

test.each([
  [{ TLS_CERT: "cert.pem" }, "TLS_CERT and TLS_KEY must be set together."],
  [{ TURN_URLS: "turn:a" }, "TURN_URLS requires TURN_SECRET to be set too."],
])("settings that belong together must all be set: %j", (env, message) => {
  expect(() => readConfig(env)).toThrow(new Error(message));
});

test("an old name of a setting in the environment is refused with the new name", () => {
  expect(() => readConfig({ ROOMS_MAX: "5" })).toThrow(
    new Error("ROOMS_MAX is now called WALLS_MAX. Set WALLS_MAX in the environment instead."),
  );
  expect(readConfig({ ROOMS_MAX: "" }).wallsMax).toBe(100);
});

test("the name in the local network can be turned off", () => {
  expect(readConfig({ MDNS_NAME: "Lights" }).mdnsName).toBe("lights");
  expect(readConfig({ MDNS_NAME: "off" }).mdnsName).toBe("");
  expect(() => readConfig({ MDNS_NAME: "a.b" })).toThrow("MDNS_NAME must be a name of letters");
});
