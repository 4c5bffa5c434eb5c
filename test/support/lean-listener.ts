import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { DtlsClient } from "werift";
import { HmacSha1 } from "../../server/media/kernel/hmac.ts";
import { bindingSuccess, readBindingRequest } from "../../server/media/wire/stun.ts";
import type { Screen } from "../../server/protocol/wall.ts";
import { checksFor } from "./ice-checks.ts";
import { ICE_PASSWORD, offerSdp } from "./offers.ts";
import { PEER_FINGERPRINT, startDtls } from "./peer-dtls.ts";
import { SignalClient } from "./signal-client.ts";

/** Interval of the connectivity checks that keep the connection. */
const CHECK_INTERVAL_MS = 5_000;
/** Interval of the connectivity checks until the first answer. */
const FIRST_CHECK_INTERVAL_MS = 100;
const CONNECT_TIMEOUT_MS = 8_000;

const ownKey = new HmacSha1(Buffer.from(ICE_PASSWORD));

/** How a listener joins. */
interface JoinOptions {
  /** Id of the screen that it was before. */
  screen?: string;
  /** Whether it waits if the wall does not exist yet. */
  waits?: boolean;
  /** The address of this machine that it sends from. */
  localAddress?: string;
}

/**
 * A listener without a browser, cheap enough for hundreds in one process. It has a real session, real checks
 * and a real handshake, but only records the arrival times of media packets.
 */
export class LeanListener {
  readonly signal: SignalClient;
  readonly socket: Socket;
  readonly #port: number;
  readonly #check: () => Buffer;
  readonly #checking: NodeJS.Timeout;
  #dtls: DtlsClient | undefined;
  #lastAt: number | undefined;
  /** Longest time between two packets since {@link resetGap}, ms. */
  #worstGap = 0;
  packets = 0;
  /** SSRC of the stream that it receives. */
  readonly ssrc: number;
  /** Its screen and place, as in the server's answer to the join. */
  readonly screen: Screen;

  private constructor(signal: SignalClient, screen: Screen, socket: Socket, answer: string) {
    this.signal = signal;
    this.screen = screen;
    this.socket = socket;
    this.ssrc = Number(/a=ssrc:(\d+)/.exec(answer)?.[1]);
    this.#port = Number(/a=candidate:\S+ 1 udp \d+ \S+ (\d+)/i.exec(answer)?.[1]);
    this.#check = checksFor(answer);
    this.#checking = setInterval(() => this.send(this.#check()), CHECK_INTERVAL_MS);
    // The server sends consent checks (RFC 7675).
    socket.on("message", (datagram) => {
      const request = datagram[0] === 0 ? readBindingRequest(datagram) : undefined;
      if (request) this.send(bindingSuccess(request, ownKey, { address: "127.0.0.1", port: this.#port }));
    });
  }

  /**
   * Joins a wall. Resolves when media can flow, or with `connects: false` when the first check is answered.
   * @throws Error if the server refuses, or the wall closes meanwhile
   */
  static async join(
    port: number,
    code: string,
    { connects = true, ...options }: { connects?: boolean } & JoinOptions = {},
  ): Promise<LeanListener> {
    const { localAddress = "127.0.0.1" } = options;
    const signal = await SignalClient.connect(port, { localAddress });
    const screen = await enter(signal, code, options);
    const sdp = offerSdp({ direction: "recvonly", fingerprint: `sha-256 ${PEER_FINGERPRINT}` });
    signal.send({ type: "offer", sdp });
    const answer = await signal.next("answer", "error");
    if (answer.type === "error") throw refused(signal, answer.message);
    const socket = createSocket("udp4").bind(0, localAddress);
    await once(socket, "listening");
    const listener = new LeanListener(signal, screen, socket, answer.sdp);
    try {
      await listener.#checked();
      if (connects) await listener.#connect();
      return listener;
    } catch (error) {
      listener.close();
      throw error;
    }
  }

  get worstGap(): number {
    return this.#worstGap;
  }

  /** The SRTP master key and salt of its own reports, once it is connected. */
  get outboundKeys(): { key: Buffer; salt: Buffer } {
    const { localKey, localSalt } = this.#dtls!.extractSessionKeys(16, 14);
    return { key: localKey, salt: localSalt };
  }

  /** Time since the last packet, ms. */
  get silence(): number {
    return performance.now() - (this.#lastAt ?? Number.NEGATIVE_INFINITY);
  }

  resetGap(): void {
    this.#worstGap = 0;
  }

  send(datagram: Buffer): void {
    this.socket.send(datagram, this.#port, "127.0.0.1");
  }

  close(): void {
    clearInterval(this.#checking);
    this.signal.close();
    this.socket.close();
  }

  /** A new connectivity check. */
  check(): Buffer {
    return this.#check();
  }

  /** Sends checks until one is answered: the first ones may arrive before the media thread knows the peer. */
  async #checked(): Promise<void> {
    const answered = once(this.socket, "message", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
    const asking = setInterval(() => this.send(this.#check()), FIRST_CHECK_INTERVAL_MS);
    this.send(this.#check());
    await answered.finally(() => clearInterval(asking));
  }

  async #connect(): Promise<void> {
    const { dtls, connected } = startDtls({
      ...{ socket: this.socket, port: this.#port },
      send: (datagram) => this.send(datagram),
      receive: (datagram) => this.#note(datagram),
    });
    this.#dtls = dtls;
    await connected;
  }

  #note(datagram: Buffer): void {
    const isRtcp = datagram[1]! >= 192 && datagram[1]! <= 223;
    if (isRtcp) return;
    const now = performance.now();
    if (this.#lastAt !== undefined) this.#worstGap = Math.max(this.#worstGap, now - this.#lastAt);
    this.#lastAt = now;
    this.packets += 1;
  }
}

/** Joins the wall. Resolves to the screen with its place. */
async function enter(
  signal: SignalClient,
  code: string,
  { screen, waits = false }: JoinOptions,
): Promise<Screen> {
  signal.send({ type: "join", code, ...(screen && { screen }) });
  for (;;) {
    const answer = await signal.next("place", "error");
    if (answer.type === "place") return answer.screen;
    if (!waits || answer.code !== "code-unknown") throw refused(signal, answer.message);
  }
}

function refused(signal: SignalClient, why: string): Error {
  signal.close();
  return new Error(why);
}
