import type * as v from "valibot";
import {
  address,
  addresses,
  boolean,
  frameAncestors,
  hostnames,
  iceUrls,
  LOG_LEVELS,
  logLevel,
  origins,
  path,
  ranges,
  secret,
  siteUrl,
  wholeNumber,
} from "./values.ts";

/**
 * Every setting: its description, its default as text, its unit, and the schema that parses it.
 * `docs/configuration.md` and `lightwall.example.toml` repeat this table; a test compares them.
 */
export const CONFIG_KEYS = {
  HOST: {
    about: "Address on which the server listens for pages and media. `::` is every address of the machine.",
    fallback: "::",
    unit: "IP address",
    schema: address,
  },
  PORT: {
    about: "TCP port for pages and signalling. 0 selects a free port.",
    fallback: "8080",
    unit: "port",
    schema: wholeNumber(0, 65_535),
  },
  UDP_PORT: {
    about: "UDP port for media. Default: the number in `PORT`.",
    fallback: "",
    unit: "port",
    schema: wholeNumber(0, 65_535),
  },
  UDP_HOST: {
    about:
      "Address on which the server listens for media. Default: `HOST`. For pages behind a proxy, set `::`.",
    fallback: "",
    unit: "IP address",
    schema: address,
  },
  ANNOUNCE: {
    about: "Additional addresses at which browsers reach the UDP port, such as the public one of a NAT.",
    fallback: "",
    unit: "IP addresses, comma-separated",
    schema: addresses,
  },
  WORKERS: {
    about: "Number of threads that forward media. 0: one per core, less one.",
    fallback: "0",
    unit: "threads",
    schema: wholeNumber(0, 256),
  },
  HTTPS: {
    about: "Serve pages over HTTPS. Without `TLS_CERT` the server creates a certificate for a local network.",
    fallback: "false",
    unit: "true or false",
    schema: boolean,
  },
  TLS_CERT: {
    about: "Certificate chain for HTTPS, PEM. The server reads it again every hour and uses a renewed one.",
    fallback: "",
    unit: "path",
    schema: path,
  },
  TLS_KEY: {
    about: "Private key of that certificate, PEM.",
    fallback: "",
    unit: "path",
    schema: path,
  },
  HOSTNAMES: {
    about: "DNS names of this server in its local network. Names in its certificate need not be listed.",
    fallback: "",
    unit: "names, comma-separated",
    schema: hostnames,
  },
  PUBLIC_URL: {
    about: "Address at which people open the pages, for links and QR codes. Default: what the console finds.",
    fallback: "",
    unit: "address, such as https://lights.example.org",
    schema: siteUrl,
  },
  STUN_URLS: {
    about: "STUN servers for browsers. Usually not needed; in some networks they help browsers to connect.",
    fallback: "",
    unit: "stun: addresses, comma-separated",
    schema: iceUrls("stun"),
  },
  TURN_URLS: {
    about:
      "TURN servers for browsers that cannot reach the UDP port, e.g. turn:turn.example:3478?transport=tcp.",
    fallback: "",
    unit: "turn: addresses, comma-separated",
    schema: iceUrls("turn"),
  },
  TURN_SECRET: {
    about:
      "Secret shared with the TURN servers (coturn: `static-auth-secret`). It signs the pages' credentials.",
    fallback: "",
    unit: "secret",
    schema: secret,
  },
  TURN_HOURS: {
    about: "Validity of a page's TURN credentials. A page gets new ones whenever it connects again.",
    fallback: "12",
    unit: "hours",
    schema: wholeNumber(1, 8760),
  },
  TRUSTED_PROXIES: {
    about: "Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are trusted.",
    fallback: "127.0.0.0/8,::1",
    unit: "IP addresses or subnets, comma-separated",
    schema: ranges,
  },
  ORIGINS: {
    about:
      "Other sites whose pages may connect, such as https://example.org. Pages of this server always may.",
    fallback: "",
    unit: "origins, comma-separated",
    schema: origins,
  },
  FRAME_ANCESTORS: {
    about:
      "Sites whose pages may show screens in a frame, such as https://signage.example.org, or `*` for all.",
    fallback: "",
    unit: "origins, comma-separated",
    schema: frameAncestors,
  },
  ADMIN_TOKEN: {
    about:
      "Opens `/admin`, which lists and closes walls; 16 characters or more. Without it, `/admin` is off.",
    fallback: "",
    unit: "secret",
    schema: secret,
  },
  METRICS_TOKEN: {
    about: "Bearer token that opens `/metrics` to other machines; 16 characters or more.",
    fallback: "",
    unit: "secret",
    schema: secret,
  },
  NETWORK_SHARE: {
    about:
      "Share of one network in the limits for walls, connecting pages, screens without UDP, connections " +
      "and buffered messages.",
    fallback: "25",
    unit: "percent",
    schema: wholeNumber(1, 100),
  },
  WALLS_MAX: {
    about:
      "Walls that are open at the same time. A quarter more is reserved for hosts who return with their key.",
    fallback: "100",
    unit: "walls",
    schema: wholeNumber(1, 100_000),
  },
  LISTENERS_MAX: {
    about: "Screens in one wall.",
    fallback: "5000",
    unit: "screens",
    schema: wholeNumber(1, 100_000),
  },
  SOCKET_LISTENERS_MAX: {
    about: "Screens of all walls that may get the music over their WebSockets at once, where UDP is blocked.",
    fallback: "500",
    unit: "screens",
    schema: wholeNumber(0, 100_000),
  },
  LONG_PACKETS_FROM: {
    about: "Screens from which a wall uses packets of 60 ms: a third of the work, 40 ms later.",
    fallback: "300",
    unit: "screens",
    schema: wholeNumber(1, 1_000_000),
  },
  SHORT_PACKETS_BELOW: {
    about: "Screens below which a wall returns to packets of 20 ms.",
    fallback: "200",
    unit: "screens",
    schema: wholeNumber(0, 1_000_000),
  },
  CONNECTING_MAX: {
    about: 'Pages whose media is connecting at the same time. Further pages are refused as "server full".',
    fallback: "4000",
    unit: "pages",
    schema: wholeNumber(1, 100_000),
  },
  LOOP_DELAY_MAX: {
    about: "Delay of the server's main thread above which new pages are refused.",
    fallback: "500",
    unit: "milliseconds",
    schema: wholeNumber(1, 60_000),
  },
  HOST_KBPS_MAX: {
    about:
      "Media accepted from one host; more is dropped. Opus needs 510. " +
      "Up to 3000, also at most 250 packets a second.",
    fallback: "1000",
    unit: "kilobits per second",
    schema: wholeNumber(8, 1_000_000),
  },
  MESSAGE_MAX: {
    about: "Largest accepted signalling message. Words or a logo for the wall need 22000.",
    fallback: "65536",
    unit: "bytes",
    schema: wholeNumber(4096, 1_048_576),
  },
  CONNECTIONS_MAX: {
    about: "TCP connections at the same time. Further ones are closed when they arrive.",
    fallback: "40000",
    unit: "connections",
    schema: wholeNumber(8, 1_000_000),
  },
  SOCKETS_PER_ADDRESS: {
    about: "Pages and programs of one network address at a time. A venue behind one router has one address.",
    fallback: "5000",
    unit: "pages",
    schema: wholeNumber(1, 1_000_000),
  },
  JOINS_PER_MINUTE: {
    about: "Screens that join from one network address per minute, in a burst or spread. Also limits offers.",
    fallback: "6000",
    unit: "joins",
    schema: wholeNumber(1, 1_000_000),
  },
  WALLS_PER_HOUR: {
    about: "Walls opened from one network address per hour, in a burst or spread.",
    fallback: "120",
    unit: "walls",
    schema: wholeNumber(1, 1_000_000),
  },
  WRONG_KEYS_PER_MINUTE: {
    about: "Wrong host keys, wall passwords and tokens from one network per minute. Further attempts wait.",
    fallback: "30",
    unit: "attempts",
    schema: wholeNumber(1, 1_000_000),
  },
  WRONG_CODES_PER_MINUTE: {
    about: "Different unknown codes from one network per minute. Further attempts wait.",
    fallback: "30",
    unit: "codes",
    schema: wholeNumber(1, 1_000_000),
  },
  MESSAGES_PER_SECOND: {
    about:
      "Messages of one page, or programs' requests of one network, per second; five times as many at once.",
    fallback: "50",
    unit: "messages",
    schema: wholeNumber(1, 100_000),
  },
  WALL_IDLE_MINUTES: {
    about: "How long a wall without host and screens stays open. Its host's key opens it again afterwards.",
    fallback: "60",
    unit: "minutes",
    schema: wholeNumber(1, 100_000),
  },
  WALL_HOSTLESS_HOURS: {
    about: "How long a wall whose screens wait for their host stays open.",
    fallback: "24",
    unit: "hours",
    schema: wholeNumber(1, 10_000),
  },
  DRAIN_SECONDS: {
    about: "How long a stopping server continues for connected pages, while it refuses new ones.",
    fallback: "0",
    unit: "seconds",
    schema: wholeNumber(0, 86_400),
  },
  WALLS_KEPT_DAYS: {
    about: "How long the arrangement of a wall that nobody opens is kept.",
    fallback: "90",
    unit: "days",
    schema: wholeNumber(1, 10_000),
  },
  DATA_DIR: {
    about: "Directory for data that survives a restart: the secret of the host keys, and the saved walls.",
    fallback: ".lightwall",
    unit: "path",
    schema: path,
  },
  LOG_LEVEL: {
    about: `Lowest level that is logged: ${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}.`,
    fallback: "info",
    unit: "level",
    schema: logLevel,
  },
} as const;

export type ConfigKey = keyof typeof CONFIG_KEYS;
/** The type of a setting after parsing. */
export type ConfigValue<K extends ConfigKey> = v.InferOutput<(typeof CONFIG_KEYS)[K]["schema"]>;
