import * as v from "valibot";
import type { Announced } from "../net/announced.ts";
import { RENAMED_KEYS, SECRET_KEYS } from "./key-groups.ts";
import { CONFIG_KEYS, type ConfigKey, type ConfigValue } from "./keys.ts";

/** The validated settings of the server. Times are in ms, sizes in bytes. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly udpPort: number;
  readonly udpHost: string;
  readonly announce: readonly Announced[];
  /** Number of media threads; 0 for one per core, less one. */
  readonly workers: number;
  readonly https: boolean;
  /** A path; "" if not set. Either both or none of `tlsCert` and `tlsKey` are set. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  /** Domains for which an authority is asked for a certificate by ACME; empty for none. */
  readonly acmeDomain: readonly string[];
  readonly acmeEmail: string;
  readonly acmeDirectory: string;
  readonly acmeHttpPort: number;
  readonly hostnames: readonly string[];
  /** One label; "" turns the name off. */
  readonly mdnsName: string;
  /** An address without a slash at its end; "" if not set. */
  readonly publicUrl: string;
  readonly stunUrls: readonly string[];
  readonly turnUrls: readonly string[];
  readonly turnSecret: string;
  readonly turnMs: number;
  readonly trustedProxies: readonly string[];
  readonly origins: readonly string[];
  /** Origins, or `*` for all. */
  readonly frameAncestors: readonly string[];
  /** "" turns the admin page off. */
  readonly adminToken: string;
  /** "" restricts the metrics to this machine. */
  readonly metricsToken: string;
  /** What several servers need to carry the same walls; undefined for one server. */
  readonly relay: RelayConfig | undefined;
  /** 32 bytes; undefined to use the one in the data directory. */
  readonly secret: Uint8Array | undefined;
  /** Address of this server alone, without a slash at its end; "" if pages need not know it. */
  readonly nodeUrl: string;
  /** Percent. */
  readonly networkShare: number;
  readonly wallsMax: number;
  readonly listenersMax: number;
  readonly socketListenersMax: number;
  readonly packetTime: { readonly longFrom: number; readonly shortBelow: number };
  readonly connectingMax: number;
  readonly loopDelayMaxMs: number;
  /** Bytes per second. */
  readonly hostRateMax: number;
  /** Bytes per second; 0 switches pictures off. */
  readonly pictureRateMax: number;
  readonly messageMax: number;
  readonly connectionsMax: number;
  readonly socketsPerAddress: number;
  readonly joinsPerMinute: number;
  readonly wallsPerHour: number;
  readonly wrongKeysPerMinute: number;
  readonly wrongCodesPerMinute: number;
  readonly messagesPerSecond: number;
  readonly wallIdleMs: number;
  readonly wallsKeptMs: number;
  readonly wallHostlessMs: number;
  readonly drainMs: number;
  readonly dataDir: string;
  readonly logLevel: ConfigValue<"LOG_LEVEL">;
}

/** How this server reaches others over NATS. */
export interface RelayConfig {
  readonly urls: readonly string[];
  /** A path; "" if not set. */
  readonly credentials: string;
  /** A path; "" if not set. */
  readonly authority: string;
  /** Whether the server starts without it. */
  readonly isOptional: boolean;
}

/** Settings from one source: flags, the environment or a file. */
export interface ConfigSource {
  readonly values: Readonly<Partial<Record<ConfigKey, string>>>;
  /** How errors name a key of this source, such as `--udp-port`. */
  spell(key: ConfigKey): string;
}

/**
 * Reads the configuration. The first of flags, environment, file and defaults that sets a key applies. A key
 * that is set to an empty text counts as not set.
 * @throws Error with one line that names the key, as its source spells it, and says which values are allowed
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  { file, flags }: { file?: ConfigSource; flags?: ConfigSource } = {},
): Config {
  for (const [old, key] of Object.entries(RENAMED_KEYS)) {
    if (env[old]?.trim())
      throw new Error(`${old} is now called ${key}. Set ${key} in the environment instead.`);
  }
  const environment: ConfigSource = { values: env, spell: (key) => key };
  const sources = [flags, environment, file].filter((source) => source !== undefined);

  function read<K extends ConfigKey>(key: K, fallback: string = CONFIG_KEYS[key].fallback): ConfigValue<K> {
    const source = sources.find(({ values }) => values[key]?.trim());
    const given = source?.values[key]?.trim() ?? fallback;
    const result = v.safeParse(CONFIG_KEYS[key].schema, given);
    if (result.success) return result.output as ConfigValue<K>;
    // An address may have a password in it.
    const shown = SECRET_KEYS.has(key) ? "" : `; it is "${given.replaceAll(/\/\/[^/@\s]*@/g, "//…@")}"`;
    throw new Error(`${source?.spell(key) ?? key} ${result.issues[0].message}${shown}.`);
  }

  const host = read("HOST");
  const port = read("PORT");
  const [tlsCert, tlsKey] = [read("TLS_CERT"), read("TLS_KEY")];
  if ((tlsCert === "") !== (tlsKey === "")) throw new Error("TLS_CERT and TLS_KEY must be set together.");
  const acmeDomain = read("ACME_DOMAIN");
  if (acmeDomain.length > 0 && tlsCert !== "")
    throw new Error("ACME_DOMAIN and TLS_CERT cannot be set together.");
  const acmeSite = acmeDomain[0] && `https://${acmeDomain[0]}${port === 443 ? "" : `:${port}`}`;
  const turnUrls = read("TURN_URLS");
  if (turnUrls.length > 0 && read("TURN_SECRET") === "")
    throw new Error("TURN_URLS requires TURN_SECRET to be set too.");
  const [relayUrls, secret] = [read("RELAY_URL"), read("SECRET")];
  if (relayUrls.length > 0 && secret === "")
    throw new Error("RELAY_URL requires SECRET to be set too, the same on all servers.");
  return Object.freeze({
    host,
    port,
    udpPort: read("UDP_PORT", String(port)),
    udpHost: read("UDP_HOST", host),
    announce: Object.freeze(read("ANNOUNCE")),
    workers: read("WORKERS"),
    https: read("HTTPS"),
    tlsCert,
    tlsKey,
    acmeDomain: Object.freeze(acmeDomain),
    acmeEmail: read("ACME_EMAIL"),
    acmeDirectory: read("ACME_DIRECTORY"),
    acmeHttpPort: read("ACME_HTTP_PORT"),
    hostnames: Object.freeze(read("HOSTNAMES")),
    mdnsName: read("MDNS_NAME"),
    publicUrl: read("PUBLIC_URL", acmeSite ?? ""),
    stunUrls: Object.freeze(read("STUN_URLS")),
    turnUrls: Object.freeze(turnUrls),
    turnSecret: read("TURN_SECRET"),
    turnMs: read("TURN_HOURS") * 3_600_000,
    trustedProxies: Object.freeze(read("TRUSTED_PROXIES")),
    origins: Object.freeze(read("ORIGINS")),
    frameAncestors: Object.freeze(read("FRAME_ANCESTORS")),
    adminToken: read("ADMIN_TOKEN"),
    metricsToken: read("METRICS_TOKEN"),
    relay:
      relayUrls.length === 0
        ? undefined
        : Object.freeze({
            urls: Object.freeze(relayUrls),
            credentials: read("RELAY_CREDENTIALS"),
            authority: read("RELAY_CA"),
            isOptional: read("RELAY_OPTIONAL"),
          }),
    secret: secret === "" ? undefined : Buffer.from(secret, "base64"),
    nodeUrl: read("NODE_URL"),
    networkShare: read("NETWORK_SHARE"),
    wallsMax: read("WALLS_MAX"),
    listenersMax: read("LISTENERS_MAX"),
    socketListenersMax: read("SOCKET_LISTENERS_MAX"),
    packetTime: Object.freeze({
      longFrom: read("LONG_PACKETS_FROM"),
      shortBelow: read("SHORT_PACKETS_BELOW"),
    }),
    connectingMax: read("CONNECTING_MAX"),
    loopDelayMaxMs: read("LOOP_DELAY_MAX"),
    hostRateMax: read("HOST_KBPS_MAX") * 125,
    pictureRateMax: read("PICTURE_RATE_MAX") * 125,
    messageMax: read("MESSAGE_MAX"),
    connectionsMax: read("CONNECTIONS_MAX"),
    socketsPerAddress: read("SOCKETS_PER_ADDRESS"),
    joinsPerMinute: read("JOINS_PER_MINUTE"),
    wallsPerHour: read("WALLS_PER_HOUR"),
    wrongKeysPerMinute: read("WRONG_KEYS_PER_MINUTE"),
    wrongCodesPerMinute: read("WRONG_CODES_PER_MINUTE"),
    messagesPerSecond: read("MESSAGES_PER_SECOND"),
    wallIdleMs: read("WALL_IDLE_MINUTES") * 60_000,
    wallHostlessMs: read("WALL_HOSTLESS_HOURS") * 3_600_000,
    drainMs: read("DRAIN_SECONDS") * 1000,
    wallsKeptMs: read("WALLS_KEPT_DAYS") * 86_400_000,
    dataDir: read("DATA_DIR"),
    logLevel: read("LOG_LEVEL"),
  });
}
