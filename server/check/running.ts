import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { json } from "node:stream/consumers";
import { WebSocket } from "ws";
import { HmacSha1 } from "../media/kernel/hmac.ts";
import {
  bindingRequest,
  isAuthentic,
  readBindingSuccess,
  TRANSACTION_ID_LENGTH,
  transactionId,
} from "../media/wire/stun.ts";
import { pageUrl } from "../net/address.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import { exchange } from "./udp.ts";

/** How long each step may take, ms. On one machine a step takes a few. */
const STEP_MAX_MS = 4_000;

/** How much of the address of a redirect is shown, in characters. */
const SHOWN_MAX = 100;

/** What a client at an address of a running server has found. */
export interface Reached {
  /** Whether pages are served; undefined if nothing listens there. */
  readonly http: "lightwall" | "other" | undefined;
  /** Time of a message to the server and back, ms; undefined if no WebSocket opens. */
  readonly socketMs?: number | undefined;
  /** Time of a connectivity check to the media port and back, ms; undefined if none came back. */
  readonly udpMs?: number | undefined;
}

export interface Target {
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Does at an address what a phone does: asks for a page, opens a WebSocket, checks the UDP port. */
export async function tryServer({ address, port, secure }: Target): Promise<Reached> {
  const site = pageUrl(address, port, secure);
  const http = await askHealth(site).catch(({ code }: NodeJS.ErrnoException) =>
    code === "ECONNREFUSED" ? undefined : "other",
  );
  if (http !== "lightwall") return { http };
  const probe = await openProbe(site).catch(() => undefined);
  if (!probe) return { http };
  try {
    return { http, socketMs: probe.socketMs, udpMs: await checkUdp(address, probe.answer) };
  } finally {
    probe.socket.terminate();
  }
}

/** What a client on this machine has found at the URL that people open. */
export interface ReachedSite {
  /** Whether pages are served; undefined if none comes. */
  readonly http: "lightwall" | "other" | undefined;
  /** Why no page comes: the code of the error, such as `ECONNREFUSED`, or `redirect to` and an address. */
  readonly code?: string | undefined;
  /** Time of a message to the server and back, ms; undefined if no WebSocket opens. */
  readonly socketMs?: number | undefined;
}

/**
 * Asks for a page at the URL that people open, and opens a WebSocket as that page does.
 * @param trusted whether its certificate must be one that this machine trusts
 */
export async function trySite(url: string, trusted = true): Promise<ReachedSite> {
  const site = url.replace(/\/+$/, "");
  try {
    const http = await askHealth(site, trusted);
    if (http === "other") return { http };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return { http: undefined, code: code ?? name };
  }
  const probe = await openProbe(site).catch(() => undefined);
  probe?.socket.terminate();
  return { http: "lightwall", socketMs: probe?.socketMs };
}

/**
 * Whether Lightwall answers at a site. Rejects with the system's error if nothing does.
 * @param trusted whether its certificate must be one that this machine trusts
 */
async function askHealth(site: string, trusted = false): Promise<"lightwall" | "other"> {
  const url = `${site}/healthz`;
  const options = { timeout: STEP_MAX_MS, signal: AbortSignal.timeout(STEP_MAX_MS) };
  // The server's own certificate is for browsers, whose users compare it; here nothing secret is sent.
  const request = url.startsWith("https:")
    ? getSecure(url, { ...options, rejectUnauthorized: trusted })
    : getPlain(url, options);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const { location } = response.headers;
  if (location !== undefined) {
    response.resume();
    throw Object.assign(new Error("redirected"), { code: `redirect to ${location.slice(0, SHOWN_MAX)}` });
  }
  const health: unknown = await json(response).catch(() => undefined);
  const isOurs = typeof health === "object" && health !== null && "listeners" in health;
  return isOurs ? "lightwall" : "other";
}

interface Probe {
  readonly socket: WebSocket;
  readonly socketMs: number;
  /** SDP. */
  readonly answer: string;
}

/** Opens a WebSocket as a page of this site does, and lets the server answer the offer of a probe. */
async function openProbe(site: string): Promise<Probe> {
  const signal = AbortSignal.timeout(STEP_MAX_MS);
  const { origin } = new URL(site);
  const socket = new WebSocket(`${site.replace(/^http/, "ws")}/ws`, { origin, rejectUnauthorized: false });
  socket.on("error", () => {});
  try {
    await once(socket, "open", { signal });
    const next = async () => {
      const [data] = await once(socket, "message", { signal });
      return JSON.parse(String(data)) as ServerMessage;
    };
    socket.send(JSON.stringify({ type: "hello", version: PROTOCOL_VERSION }));
    await next();
    const sentAt = performance.now();
    socket.send(JSON.stringify({ type: "ping", sent: 0 }));
    await next();
    const socketMs = performance.now() - sentAt;
    socket.send(JSON.stringify({ type: "probe", sdp: OFFER }));
    const answer = await next();
    if (answer.type !== "answer") throw new Error("The server answers no probe.");
    return { socket, socketMs, answer: answer.sdp };
  } catch (error) {
    socket.terminate();
    throw error;
  }
}

/** The name and password of this program's side in ICE. */
const [UFRAG, PASSWORD] = ["doctor", "p".repeat(24)];

/** A listener's offer. Its certificate is never shown: the connectivity check comes before the handshake. */
const OFFER = [
  "v=0",
  "o=- 1 1 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  `a=ice-ufrag:${UFRAG}`,
  `a=ice-pwd:${PASSWORD}`,
  `a=fingerprint:sha-256 ${Array(32).fill("00").join(":")}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=recvonly",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "",
].join("\r\n");

/**
 * Sends connectivity checks (RFC 8445 §7) to the media port at an address.
 * @param answer SDP
 */
function checkUdp(address: string, answer: string): Promise<number | undefined> {
  const part = (pattern: RegExp) => pattern.exec(answer)?.[1] ?? "";
  const key = new HmacSha1(Buffer.from(part(/^a=ice-pwd:(\S+)/m)));
  const id = randomBytes(TRANSACTION_ID_LENGTH);
  const username = `${part(/^a=ice-ufrag:(\S+)/m)}:${UFRAG}`;
  return exchange({
    address,
    port: Number(part(/^m=audio (\d+)/m)),
    datagram: bindingRequest({ id, username, tieBreaker: randomBytes(8), password: key }),
    isAnswer: (datagram) => {
      const success = readBindingSuccess(datagram);
      return success !== undefined && transactionId(success).equals(id) && isAuthentic(success, key);
    },
    timeoutMs: STEP_MAX_MS,
  });
}
