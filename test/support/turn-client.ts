import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";

const COOKIE = 0x2112a442;
// Methods and attributes of RFC 8489 and RFC 8656.
const ALLOCATE = 0x0003;
const CREATE_PERMISSION = 0x0008;
const SUCCESS = 0x0100;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const XOR_PEER_ADDRESS = 0x0012;
const REALM = 0x0014;
const NONCE = 0x0015;
const REQUESTED_ADDRESS_FAMILY = 0x0017;
const REQUESTED_TRANSPORT = 0x0019;
const UDP = 17;

export interface TurnCredentials {
  username: string;
  credential: string;
}

/**
 * A client of a TURN server on 127.0.0.1. It only tests what the server permits: each request resolves to 200
 * or to the server's error code.
 */
export class TurnClient {
  readonly #socket: Socket = createSocket("udp4");
  readonly #port: number;
  readonly #credentials: TurnCredentials;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  constructor(port: number, credentials: TurnCredentials) {
    this.#port = port;
    this.#credentials = credentials;
  }

  /** Requests a relayed address of a family. */
  async allocate(family: 4 | 6): Promise<number> {
    const wanted = [
      attribute(REQUESTED_TRANSPORT, Buffer.from([UDP, 0, 0, 0])),
      attribute(REQUESTED_ADDRESS_FAMILY, Buffer.from([family === 4 ? 1 : 2, 0, 0, 0])),
    ];
    // The response to the first request has the realm and the nonce for the second.
    await this.#request(ALLOCATE, wanted);
    return this.#request(ALLOCATE, wanted);
  }

  /** Requests permission to send to an address. */
  permit(address: string): Promise<number> {
    return this.#request(CREATE_PERMISSION, (id) => [attribute(XOR_PEER_ADDRESS, xorAddress(address, id))]);
  }

  close(): void {
    this.#socket.close();
  }

  async #request(method: number, make: Buffer[] | ((id: Buffer) => Buffer[])): Promise<number> {
    const id = randomBytes(12);
    const attributes = typeof make === "function" ? make(id) : make;
    const answer = await this.#exchange(this.#message(method, id, attributes));
    const read = attributesOf(answer);
    this.#realm = read.get(REALM) ?? this.#realm;
    this.#nonce = read.get(NONCE) ?? this.#nonce;
    if (answer.readUInt16BE(0) === method + SUCCESS) return 200;
    const error = read.get(ERROR_CODE)!;
    return error[2]! * 100 + error[3]!;
  }

  /** Repeats a request until it is answered, because coturn may open its UDP port late. */
  async #exchange(request: Buffer): Promise<Buffer> {
    const send = () => this.#socket.send(request, this.#port, "127.0.0.1");
    const sending = setInterval(send, 500);
    send();
    try {
      for (;;) {
        const signal = AbortSignal.timeout(10_000);
        const [answer] = (await once(this.#socket, "message", { signal })) as [Buffer];
        if (answer.subarray(8, 20).equals(request.subarray(8, 20))) return answer;
      }
    } finally {
      clearInterval(sending);
    }
  }

  #message(method: number, id: Buffer, attributes: readonly Buffer[]): Buffer {
    if (this.#realm.length === 0) return message(method, id, attributes);
    const { username, credential } = this.#credentials;
    const signed = [
      ...attributes,
      attribute(USERNAME, Buffer.from(username)),
      attribute(REALM, this.#realm),
      attribute(NONCE, this.#nonce),
    ];
    const key = createHash("md5").update(`${username}:${this.#realm}:${credential}`).digest();
    // The length field includes MESSAGE-INTEGRITY, which follows (RFC 8489 §14.5).
    const head = message(method, id, [...signed, Buffer.alloc(24)]).subarray(0, -24);
    const integrity = createHmac("sha1", key).update(head).digest();
    return message(method, id, [...signed, attribute(MESSAGE_INTEGRITY, integrity)]);
  }
}

function message(method: number, id: Buffer, attributes: readonly Buffer[]): Buffer {
  const body = Buffer.concat(attributes);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(method, 0);
  head.writeUInt16BE(body.length, 2);
  head.writeUInt32BE(COOKIE, 4);
  return Buffer.concat([head, id, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function attributesOf(answer: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= answer.length; ) {
    const length = answer.readUInt16BE(at + 2);
    found.set(answer.readUInt16BE(at), answer.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return found;
}

/** An address with port 9, in the XORed form of RFC 8489 §14.2. */
function xorAddress(address: string, id: Buffer): Buffer {
  const mask = Buffer.concat([Buffer.from("2112a442", "hex"), id]);
  const bytes = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split(".").map(Number));
  const port = 9 ^ (COOKIE >>> 16);
  const head = Buffer.from([0, isIPv6(address) ? 2 : 1, port >> 8, port & 255]);
  return Buffer.concat([head, bytes.map((byte, n) => byte ^ mask[n]!)]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const filled = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => "0");
  const all = [...groups(head), ...filled, ...groups(tail)];
  return Buffer.concat(all.map((group) => Buffer.from(group.padStart(4, "0"), "hex")));
}
