import type { ServerMessage } from "#protocol/messages.ts";
import { PROTOCOL_VERSION } from "#protocol/version.ts";
import { isPageRefused } from "../shared/refused-page.ts";
import { found } from "../words/en/check.ts";
import { durationText } from "../words/units.ts";
import type { Result } from "./result.ts";

/** How long a step may take, ms. */
const STEP_MAX_MS = 6_000;
/** How long the media connection may take, ms; browsers give up later. */
const CONNECT_MAX_MS = 8_000;
/** Messages there and back, of which the fastest counts. */
const PINGS = 5;
/** The header `Date` has whole seconds; with the way of the answer a clock may seem to be off by this, ms. */
const CLOCK_UNSURE_MS = 2_500;

/** The address of the site, whatever path a proxy serves it at. */
const SITE = new URL("..", location.href).href;

/** Asks the server for something small, and compares its clock with this device's. */
export async function checkServer(): Promise<Result[]> {
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), STEP_MAX_MS);
  const t = found();
  const sentAt = performance.now();
  try {
    const response = await fetch(`${SITE}healthz`, { cache: "no-store", signal: giving.signal });
    if (!response.ok) throw new Error(String(response.status));
    const took = performance.now() - sentAt;
    const date = Date.parse(response.headers.get("date") ?? "");
    const what = t.answers({ time: durationText(took) });
    return [{ name: "server", level: "ok", what }, clockResult(Date.now() - date)];
  } catch {
    return [{ name: "server", level: "bad", what: t.silent, advice: "silent" }, clockResult(Number.NaN)];
  } finally {
    clearTimeout(timer);
  }
}

function clockResult(aheadMs: number): Result {
  const t = found();
  if (Number.isNaN(aheadMs)) return { name: "clock", level: "note", what: t.unknown };
  const off = Math.abs(aheadMs);
  if (off <= CLOCK_UNSURE_MS) return { name: "clock", level: "ok", what: t.agrees };
  const time = durationText(off);
  return {
    name: "clock",
    level: "note",
    what: aheadMs > 0 ? t.ahead({ time }) : t.behind({ time }),
    advice: "clock",
  };
}

/** Opens a WebSocket as a screen does, and by it a media connection that belongs to no wall. */
export async function checkConnections(): Promise<Result[]> {
  const t = found();
  const line = new Line();
  try {
    await line.ask({ type: "hello", version: PROTOCOL_VERSION });
    const times: number[] = [];
    while (times.length < PINGS) {
      const sent = performance.now();
      await line.ask({ type: "ping", sent });
      times.push(performance.now() - sent);
    }
    const what = t.opens({ time: durationText(Math.min(...times)) });
    return [{ name: "socket", level: "ok", what }, await checkUdp(line)];
  } catch {
    return [await whyShut(), { name: "udp", level: "note", what: t.unknown }];
  } finally {
    line.close();
  }
}

/** What a refused WebSocket does not say: whether the server takes this page for one of another site. */
async function whyShut(): Promise<Result> {
  const t = found();
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), STEP_MAX_MS);
  const isRefused = await isPageRefused(giving.signal).catch(() => false);
  clearTimeout(timer);
  return isRefused
    ? { name: "socket", level: "bad", what: t.refused, advice: "refused" }
    : { name: "socket", level: "bad", what: t.shut, advice: "shut" };
}

async function checkUdp(line: Line): Promise<Result> {
  const t = found();
  const bad = (what: string, advice: "blocked" | "noWebRtc"): Result => {
    return { name: "udp", level: "bad", what, advice };
  };
  if (!("RTCPeerConnection" in window)) return bad(t.noWebRtc, "noWebRtc");
  const peer = new RTCPeerConnection();
  try {
    peer.addTransceiver("audio", { direction: "recvonly" });
    const offer = await peer.createOffer();
    await peer.setLocalDescription(offer);
    const began = performance.now();
    const answer = await line.ask({ type: "probe", sdp: offer.sdp ?? "" });
    if (answer.type !== "answer") return { name: "udp", level: "note", what: t.busy, advice: "busy" };
    await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    if (!(await connects(peer))) return bad(t.blocked, "blocked");
    const time = durationText(performance.now() - began);
    return { name: "udp", level: "ok", what: t.connects({ time }) };
  } catch {
    return bad(t.noWebRtc, "noWebRtc");
  } finally {
    peer.close();
  }
}

function connects(peer: RTCPeerConnection): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), CONNECT_MAX_MS);
    const look = () => {
      if (peer.connectionState === "connected") resolve(true);
      if (peer.connectionState === "failed") resolve(false);
    };
    peer.addEventListener("connectionstatechange", look);
    look();
  });
}

/** A WebSocket to the server, on which each message has one answer. */
class Line {
  readonly #socket: WebSocket;
  readonly #opened: Promise<void>;

  constructor() {
    this.#socket = new WebSocket(`${SITE}ws`.replace(/^http/, "ws"));
    this.#opened = this.#within((resolve) => {
      this.#socket.onopen = () => resolve();
    });
    // It is asked for later, if at all.
    this.#opened.catch(() => {});
  }

  /** Sends a message. Rejects if no answer comes. */
  async ask(message: object): Promise<ServerMessage> {
    await this.#opened;
    return this.#within((resolve) => {
      this.#socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)));
      this.#socket.send(JSON.stringify(message));
    });
  }

  close(): void {
    this.#socket.close();
  }

  #within<T>(begin: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no answer")), STEP_MAX_MS);
      this.#socket.addEventListener("close", () => reject(new Error("closed")));
      begin(resolve);
    });
  }
}
