import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectSecure } from "node:tls";
import { MAGIC_COOKIE, TRANSACTION_ID_LENGTH } from "../media/wire/stun.ts";
import { exchange } from "./udp.ts";

/** How long a STUN or TURN server may take to answer, ms. */
const ANSWER_MAX_MS = 4_000;
/** Default ports (RFC 7064, RFC 7065). */
const PORTS: Readonly<Record<string, number>> = { stun: 3478, turn: 3478, stuns: 5349, turns: 5349 };
/** Message types: requests of the methods Binding (RFC 8489 §5) and Allocate (RFC 8656 §18). */
const REQUESTS = { stun: 0x0001, turn: 0x0003 } as const;
/** REQUESTED-TRANSPORT with UDP (RFC 8656 §18.8), which an Allocate request must have. */
const REQUESTED_UDP = Buffer.from([0x00, 0x19, 0x00, 0x04, 17, 0, 0, 0]);

/**
 * Whether a STUN or TURN server answers. Over UDP it is asked something, without credentials: that it refuses
 * is an answer. Over TCP and TLS it is enough that it accepts the connection.
 * @param url as in `STUN_URLS` and `TURN_URLS`
 */
export async function isIceServerThere(url: string): Promise<boolean> {
  const parts = /^(stuns?|turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/.exec(url);
  const [, scheme = "", host = "", digits, transport] = parts ?? [];
  const name = host.replace(/^\[|\]$/g, "");
  const port = digits === undefined ? (PORTS[scheme] ?? 0) : Number(digits);
  try {
    if (scheme.endsWith("s") || transport === "tcp") return await accepts(name, port, scheme.endsWith("s"));
    const { address } = await lookup(name);
    return await answers(address, port, scheme === "turn" ? "turn" : "stun");
  } catch {
    return false;
  }
}

async function answers(address: string, port: number, method: keyof typeof REQUESTS): Promise<boolean> {
  const id = randomBytes(TRANSACTION_ID_LENGTH);
  const attributes = method === "turn" ? REQUESTED_UDP : Buffer.alloc(0);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(REQUESTS[method], 0);
  head.writeUInt16BE(attributes.length, 2);
  head.writeUInt32BE(MAGIC_COOKIE, 4);
  const took = await exchange({
    address,
    port,
    datagram: Buffer.concat([head, id, attributes]),
    isAnswer: (datagram) => datagram.subarray(8, 20).equals(id),
    timeoutMs: ANSWER_MAX_MS,
  });
  return took !== undefined;
}

async function accepts(host: string, port: number, secure: boolean): Promise<boolean> {
  // A certificate that browsers refuse fails here too.
  const socket = secure ? connectSecure({ host, port, servername: host }) : connect({ host, port });
  socket.on("error", () => {});
  try {
    await once(socket, secure ? "secureConnect" : "connect", { signal: AbortSignal.timeout(ANSWER_MAX_MS) });
    return true;
  } finally {
    socket.destroy();
  }
}
