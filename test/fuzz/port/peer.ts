import { randomBytes, X509Certificate } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { MediaEngine } from "../../../server/media/engine.ts";
import { HmacSha1 } from "../../../server/media/kernel/hmac.ts";
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

/** How long the server may take to answer a check, ms. A peer that is closed meanwhile gets no answer. */
const ANSWER_LIMIT = 10_000;
const CONNECT_LIMIT = 10_000;
const REPEAT = 300;

export interface PeerOptions {
  engine: MediaEngine;
  purpose: "publish" | "subscribe";
  wall: string;
  identity: Identity;
  /** Body of its ClientHello. */
  hello: Buffer;
}

/** A browser's place at the UDP port, from which anything can be sent: its address is checked. */
export class FuzzPeer {
  readonly id: PeerId;
  /** The server's SSRC towards it. */
  readonly ssrc: number;
  /** The name in its checks, and what they are signed with. */
  readonly name: string;
  readonly password: string;
  readonly client: Client;
  /** Writes the records of its handshake. */
  readonly writer = new RecordWriter();
  readonly #options: PeerOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, () => void>();
  #isGone = false;
  readonly #gone = Promise.withResolvers<void>();
  /** Its next packet's sequence number. */
  sequence = 0;
  #srtp: HostileSrtp | undefined;
  /** What comes of the song. */
  onMedia: (datagram: Buffer) => void = () => {};
  /** The server asks whether it is there. Without anything else it says yes. */
  onQuestion: (question: Buffer) => Buffer | undefined = answerTo;

  private constructor(options: PeerOptions, socket: Socket, id: PeerId, answer: string) {
    const part = (pattern: RegExp) => pattern.exec(answer)?.[1] ?? "";
    this.#options = options;
    this.#socket = socket;
    this.id = id;
    this.name = `${part(/a=ice-ufrag:(\S+)/)}:Wx1y`;
    this.password = part(/a=ice-pwd:(\S+)/);
    this.ssrc = Number(part(/a=ssrc:(\d+)/));
    this.client = new Client(freshHello(options.hello), options.identity);
    socket.on("message", (datagram) => this.#hear(datagram));
    socket.on("error", () => {});
    options.engine.on("peer-closed", this.#closed);
  }

  /** Resolves when its address is checked. */
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
    // The first may come before the thread has heard of the peer.
    while (!(await made.#check(50))) if (made.#isGone) throw new Fault("a peer is closed before it is there");
    return made;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Protects what it sends, once it is connected. */
  get srtp(): HostileSrtp {
    this.#srtp ??= new HostileSrtp(this.client.srtp!.client);
    return this.#srtp;
  }

  /** Finishes the handshake, so that it has keys. */
  async connect(): Promise<void> {
    const { client, writer } = this;
    const send = (contents: readonly Buffer[], epoch: 0 | 1 = 0) => {
      for (const content of contents) this.send(writer.write(22, epoch, content));
    };
    const end = performance.now() + CONNECT_LIMIT;
    for (let sentAt = Number.NEGATIVE_INFINITY, answered = false; !client.isConnected; await delay(1)) {
      const isNews: boolean = !answered && client.messages.length > 0;
      if (performance.now() > end) throw new Fault("a peer can not connect");
      if (!isNews && performance.now() - sentAt < REPEAT) continue;
      answered ||= isNews;
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
   * Resolves when the server has read all that was sent from here before.
   * @returns whether the peer is still there
   * @throws Fault when the server does not answer
   */
  async barrier(): Promise<boolean> {
    // A datagram of the system's may be lost; three are not.
    for (let times = 0; times < 3; times++) if (await this.#check(ANSWER_LIMIT / 3)) return true;
    if (this.#isGone) return false;
    throw new Fault("the server does not answer any more");
  }

  close(): void {
    const { engine } = this.#options;
    engine.off("peer-closed", this.#closed);
    engine.closePeer(this.id, "fuzzed");
    this.#socket.close();
  }

  async #check(limit: number): Promise<boolean> {
    const id = randomBytes(12);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.set(id.toString("hex"), () => resolve(true));
    this.send(stun.sign(stun.message(BINDING_REQUEST, id, stun.username(this.name)), this.password));
    const timer = setTimeout(() => resolve(false), limit);
    void this.#gone.promise.then(() => resolve(false));
    const isAnswered = await promise;
    clearTimeout(timer);
    this.#waiting.delete(id.toString("hex"));
    return isAnswered;
  }

  readonly #closed = (_broadcast: BroadcastId, peer: PeerId): void => {
    if (peer !== this.id) return;
    this.#isGone = true;
    this.#gone.resolve();
  };

  #hear(datagram: Buffer): void {
    if (datagram[0]! >= 128) this.onMedia(datagram);
    else if (datagram[0]! >= 20) this.client.receive(datagram);
    else if (datagram[0] === 1) this.#waiting.get(datagram.toString("hex", 8, 20))?.();
    else {
      const answer = this.onQuestion(datagram);
      if (answer) this.send(answer);
    }
  }
}

/** What a browser answers to a check of the server. */
export function answerTo(question: Buffer): Buffer | undefined {
  const request = readBindingRequest(question);
  return request && bindingSuccess(request, ownPassword, { address: "127.0.0.1", port: 9 });
}
