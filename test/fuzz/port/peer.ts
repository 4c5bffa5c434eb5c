import { randomBytes, X509Certificate } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { HmacSha1 } from "../../../server/media/kernel/hmac.ts";
import type { MediaEngine } from "../../../server/media/media-engine.ts";
import type { BroadcastId, PeerId } from "../../../server/media/model.ts";
import type { Identity } from "../../../server/media/secure/dtls/flight.ts";
import { RecordWriter } from "../../../server/media/secure/dtls/record.ts";
import { bindingSuccess, readBindingRequest } from "../../../server/media/wire/stun.ts";
import { ICE_PASSWORD, offerSdp } from "../../support/offers.ts";
import { Client, freshHello } from "../dtls/client.ts";
import { HostileSrtp } from "../srtp.ts";
import * as stun from "../stun.ts";
import { Fault } from "../watch.ts";

const BINDING_REQUEST = 0x0001;
const ownPassword = new HmacSha1(Buffer.from(ICE_PASSWORD));

/** How long the server may take to answer a check, unless it closes the peer. */
const ANSWER_TIMEOUT_MS = 10_000;
/** How long a handshake may take. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Time before a flight is repeated. */
const REPEAT_MS = 300;

export interface PeerOptions {
  engine: MediaEngine;
  purpose: "publish" | "subscribe";
  wall: string;
  identity: Identity;
  /** Body of its ClientHello. */
  hello: Buffer;
}

/** A peer of the server that can send any datagram. The server has answered its connectivity check. */
export class FuzzPeer {
  readonly id: PeerId;
  /** The server's SSRC towards the peer. */
  readonly ssrc: number;
  /** USERNAME of its checks. */
  readonly name: string;
  /** The password that its checks are signed with. */
  readonly password: string;
  readonly client: Client;
  /** Writes the records of its handshake. */
  readonly writer = new RecordWriter();
  readonly #options: PeerOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, () => void>();
  #isClosed = false;
  readonly #closed = Promise.withResolvers<void>();
  /** Its next packet's sequence number. */
  sequence = 0;
  #srtp: HostileSrtp | undefined;
  /** Receives media. */
  onMedia: (datagram: Buffer) => void = () => {};
  /** Returns the response to a check of the server, if any; by default, the correct one. */
  onCheck: (check: Buffer) => Buffer | undefined = responseTo;

  private constructor(options: PeerOptions, socket: Socket, id: PeerId, answer: string) {
    const part = (pattern: RegExp) => pattern.exec(answer)?.[1] ?? "";
    this.#options = options;
    this.#socket = socket;
    this.id = id;
    this.name = `${part(/a=ice-ufrag:(\S+)/)}:Wx1y`;
    this.password = part(/a=ice-pwd:(\S+)/);
    this.ssrc = Number(part(/a=ssrc:(\d+)/));
    this.client = new Client(freshHello(options.hello), options.identity);
    socket.on("message", (datagram) => this.#receive(datagram));
    socket.on("error", () => {});
    options.engine.on("peer-closed", this.#onClosed);
  }

  /** Resolves when the server has answered a check. */
  static async open(options: PeerOptions): Promise<FuzzPeer> {
    const { engine, purpose, wall, identity } = options;
    const fingerprint = `sha-256 ${new X509Certificate(identity.certificate).fingerprint256}`;
    const direction = purpose === "publish" ? "sendonly" : "recvonly";
    const offer = offerSdp({ direction, fingerprint });
    const { peer, answer } =
      purpose === "publish" ? engine.publish(wall, { offer }, 20) : engine.subscribe(wall, { offer });
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const made = new FuzzPeer(options, socket, peer, answer);
    // The first checks may arrive before the media thread knows the peer.
    while (!(await made.#check(50))) if (made.#isClosed) throw new Fault("a new peer is closed");
    return made;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Protects its packets; only after {@link connect}. */
  get srtp(): HostileSrtp {
    this.#srtp ??= new HostileSrtp(this.client.srtp!.client);
    return this.#srtp;
  }

  /** Performs the handshake. */
  async connect(): Promise<void> {
    const { client, writer } = this;
    const send = (contents: readonly Buffer[], epoch: 0 | 1 = 0) => {
      for (const content of contents) this.send(writer.write(22, epoch, content));
    };
    const end = performance.now() + CONNECT_TIMEOUT_MS;
    for (let sentAt = Number.NEGATIVE_INFINITY, answered = false; !client.isConnected; await delay(1)) {
      const isAnswered: boolean = !answered && client.messages.length > 0;
      if (performance.now() > end) throw new Fault("a peer cannot connect");
      if (!isAnswered && performance.now() - sentAt < REPEAT_MS) continue;
      answered ||= isAnswered;
      sentAt = performance.now();
      send(answered ? client.messages : [client.hello]);
      if (!client.recordKeys) continue;
      writer.protectWith(client.recordKeys);
      send([client.finished!], 1);
    }
  }

  send(datagram: Buffer): void {
    this.#socket.send(datagram, this.#options.engine.port, "127.0.0.1");
  }

  /**
   * Resolves when the server has read all earlier datagrams of this peer.
   * @returns whether the peer is still open
   * @throws Fault if the server does not answer
   */
  async barrier(): Promise<boolean> {
    // The system may lose one datagram, but not three.
    for (let times = 0; times < 3; times++) if (await this.#check(ANSWER_TIMEOUT_MS / 3)) return true;
    if (this.#isClosed) return false;
    throw new Fault("the server no longer answers");
  }

  close(): void {
    const { engine } = this.#options;
    engine.off("peer-closed", this.#onClosed);
    engine.closePeer(this.id, "fuzzed");
    this.#socket.close();
  }

  /** Sends a check, and resolves to whether the server has answered it. */
  async #check(timeoutMs: number): Promise<boolean> {
    const id = randomBytes(12);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.set(id.toString("hex"), () => resolve(true));
    this.send(stun.sign(stun.message(BINDING_REQUEST, id, stun.username(this.name)), this.password));
    const timer = setTimeout(() => resolve(false), timeoutMs);
    void this.#closed.promise.then(() => resolve(false));
    const isAnswered = await promise;
    clearTimeout(timer);
    this.#waiting.delete(id.toString("hex"));
    return isAnswered;
  }

  readonly #onClosed = (_broadcast: BroadcastId, peer: PeerId): void => {
    if (peer !== this.id) return;
    this.#isClosed = true;
    this.#closed.resolve();
  };

  #receive(datagram: Buffer): void {
    if (datagram[0]! >= 128) this.onMedia(datagram);
    else if (datagram[0]! >= 20) this.client.receive(datagram);
    else if (datagram[0] === 1) this.#waiting.get(datagram.toString("hex", 8, 20))?.();
    else {
      const response = this.onCheck(datagram);
      if (response) this.send(response);
    }
  }
}

/** A browser's response to a check of the server. */
export function responseTo(check: Buffer): Buffer | undefined {
  const request = readBindingRequest(check);
  return request && bindingSuccess(request, ownPassword, { address: "127.0.0.1", port: 9 });
}
