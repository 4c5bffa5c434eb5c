import { boolean, nodeUrl, path, relayUrls, sharedSecret } from "./values.ts";

/** How several servers carry the same walls. */
export const CLUSTER_KEYS = {
  RELAY_URL: {
    about: "NATS, over which several servers carry the same walls. Without it, this server is the only one.",
    fallback: "",
    unit: "nats: or tls: addresses, comma-separated",
    schema: relayUrls,
  },
  RELAY_CREDENTIALS: {
    about: "File with the credentials for NATS, as `nsc` writes it. User and password go into the address.",
    fallback: "",
    unit: "path",
    schema: path,
  },
  RELAY_CA: {
    about: "Certificate of the authority that has signed the one of NATS, PEM. Default: the system's.",
    fallback: "",
    unit: "path",
    schema: path,
  },
  RELAY_OPTIONAL: {
    about: "Start without NATS if it cannot be reached, with the walls of this server only.",
    fallback: "false",
    unit: "true or false",
    schema: boolean,
  },
  SECRET: {
    about: "Secret of all servers that carry the same walls: `openssl rand -base64 32`. Signs the host keys.",
    fallback: "",
    unit: "secret",
    schema: sharedSecret,
  },
  NODE_URL: {
    about: "Address of this server alone, at which pages reach it when another server is gone or full.",
    fallback: "",
    unit: "address, such as https://two.lights.example.org",
    schema: nodeUrl,
  },
} as const;
