import {
  address,
  announced,
  boolean,
  domains,
  email,
  frameAncestors,
  hostnames,
  iceUrls,
  label,
  origins,
  path,
  ranges,
  secret,
  secureUrl,
  siteUrl,
  wholeNumber,
} from "./values.ts";

/** How the server is reached, by whom, and what it proves: addresses, certificates, proxies, tokens. */
export const NETWORK_KEYS = {
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
    about:
      "More addresses of the UDP port, such as the public one of a NAT. Names are looked up every 2 minutes.",
    fallback: "",
    unit: "IP addresses or names, with or without `:port`, comma-separated",
    schema: announced,
  },
  WORKERS: {
    about: "Number of threads that forward media. 0: one per core, less one.",
    fallback: "0",
    unit: "threads",
    schema: wholeNumber(0, 256),
  },
  HTTPS: {
    about: "Serve pages over HTTPS. Without `TLS_CERT` the server signs one for its own network.",
    fallback: "false",
    unit: "true or false",
    schema: boolean,
  },
  TLS_CERT: {
    about: "Certificate chain for HTTPS, PEM. The server takes up a file that changes within seconds.",
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
  ACME_DOMAIN: {
    about: "Domains for which Let's Encrypt signs the server's certificate. Setting this accepts its terms.",
    fallback: "",
    unit: "names, comma-separated",
    schema: domains,
  },
  ACME_EMAIL: {
    about: "Address to which that authority writes about problems.",
    fallback: "",
    unit: "e-mail address",
    schema: email,
  },
  ACME_DIRECTORY: {
    about: "Directory of the authority that signs.",
    fallback: "https://acme-v02.api.letsencrypt.org/directory",
    unit: "address",
    schema: secureUrl,
  },
  ACME_HTTP_PORT: {
    about: "TCP port at which the authority finds the proof. From outside it must be port 80 of each domain.",
    fallback: "80",
    unit: "port",
    schema: wholeNumber(1, 65_535),
  },
  HOSTNAMES: {
    about: "DNS names of this server in its local network. Names in its certificate need not be listed.",
    fallback: "",
    unit: "names, comma-separated",
    schema: hostnames,
  },
  MDNS_NAME: {
    about: "Name of this server in its local network, before `.local`. `off`: it announces none.",
    fallback: "lightwall",
    unit: "name",
    schema: label,
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
} as const;
