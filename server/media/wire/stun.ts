import { isIPv4 } from "node:net";
import { crc32 } from "node:zlib";
import type { HmacSha1 } from "../kernel/hmac.ts";

// The part of STUN that an ICE-lite server needs (RFC 8489, RFC 8445). Every listener sends a check every few
// seconds, so this code is fast: it works on buffers and creates few objects.

const HEADER_LENGTH = 20;
export const MAGIC_COOKIE = 0x2112_a442;
// Message types: method Binding, classes request and success response.
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
// Attribute types (RFC 8489 §18.3, RFC 8445 §16.1).
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const XOR_MAPPED_ADDRESS = 0x0020;
const PRIORITY = 0x0024;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const ICE_CONTROLLED = 0x8029;
// Bytes of MESSAGE-INTEGRITY and FINGERPRINT, with their headers.
const INTEGRITY_LENGTH = 24;
const FINGERPRINT_LENGTH = 8;
/** The CRC-32 in FINGERPRINT is XORed with this number (RFC 8489 §14.7). */
const FINGERPRINT_XOR = 0x5354_554e;
const TRANSACTION_ID_AT = 8;
/** Bytes of a transaction id (RFC 8489 §5). */
export const TRANSACTION_ID_LENGTH = 12;
/** PRIORITY of a check: that of a peer-reflexive candidate, as RFC 8445 §7.1.1 requires. */
const PEER_REFLEXIVE_PRIORITY = (110 << 24) | (0xffff << 8) | 255;

/** A message that has a MESSAGE-INTEGRITY, which is not verified yet. */
interface Signed {
  data: Buffer;
  /** Offset of MESSAGE-INTEGRITY. */
  integrityAt: number;
}

/** A browser's response to a binding request of the server. */
export type BindingSuccess = Signed;

/** A browser's connectivity check. */
export interface BindingRequest extends Signed {
  /** The server's part of USERNAME, which identifies the peer (RFC 8445 §7.2.2). */
  localUfrag: string;
  /** The browser's part of USERNAME, which its offer contains too. */
  remoteUfrag: string;
  /**
   * Whether the browser nominates this address (RFC 8445 §7.3.1.5). It is always the controlling side here.
   */
  nominates: boolean;
}

/** Reads a binding request; undefined for other messages, and without the attributes that ICE requires. */
export function readBindingRequest(data: Buffer): BindingRequest | undefined {
  let username: string | undefined;
  let nominates = false;
  const integrityAt = readSigned(data, BINDING_REQUEST, (type, at, end) => {
    // If an attribute comes twice, only the first counts (RFC 8489 §14).
    if (type === USERNAME) username ??= data.toString("latin1", at, end);
    else if (type === USE_CANDIDATE) nominates = true;
  });
  const [localUfrag, remoteUfrag, ...rest] = username?.split(":") ?? [];
  if (integrityAt === undefined || !localUfrag || !remoteUfrag || rest.length > 0) return;
  return { localUfrag, remoteUfrag, nominates, data, integrityAt };
}

/** Reads the success response to a binding request; undefined for other messages. */
export function readBindingSuccess(data: Buffer): BindingSuccess | undefined {
  const integrityAt = readSigned(data, BINDING_SUCCESS, () => {});
  return integrityAt === undefined ? undefined : { data, integrityAt };
}

/**
 * Reads a message up to its MESSAGE-INTEGRITY. Later attributes are not authenticated, and are ignored (RFC
 * 8489 §14.5).
 * @param visit is called for each attribute, with the start and end of its value
 * @returns the offset of MESSAGE-INTEGRITY; undefined if there is none, or if the message is malformed or not
 * of the wanted type
 */
function readSigned(
  data: Buffer,
  wanted: number,
  visit: (type: number, at: number, end: number) => void,
): number | undefined {
  if (data.length < HEADER_LENGTH || data.readUInt16BE(0) !== wanted) return;
  if (data.readUInt32BE(4) !== MAGIC_COOKIE || data.readUInt16BE(2) !== data.length - HEADER_LENGTH) return;
  for (let at = HEADER_LENGTH; at + 4 <= data.length; ) {
    const type = data.readUInt16BE(at);
    const end = at + 4 + data.readUInt16BE(at + 2);
    if (end > data.length) return;
    if (type === MESSAGE_INTEGRITY) return end === at + INTEGRITY_LENGTH ? at : undefined;
    visit(type, at + 4, end);
    at = padded(end);
  }
}

/** A message's transaction id. */
export function transactionId({ data }: Signed): Buffer {
  return data.subarray(TRANSACTION_ID_AT, HEADER_LENGTH);
}

/** Whether a message's MESSAGE-INTEGRITY was computed with this password. */
export function isAuthentic({ data, integrityAt }: Signed, password: HmacSha1): boolean {
  const tag = data.subarray(integrityAt + 4, integrityAt + INTEGRITY_LENGTH);
  return password.verifies(tag, headOf(data, integrityAt), data.subarray(4, integrityAt));
}

/** The success response to a request: contains the request's source, and is signed with the same password. */
export function bindingSuccess(
  { data }: BindingRequest,
  password: HmacSha1,
  from: { address: string; port: number },
): Buffer {
  const address = addressBytes(from.address);
  const response = new MessageWriter(
    BINDING_SUCCESS,
    data.subarray(TRANSACTION_ID_AT, HEADER_LENGTH),
    8 + address.length,
  );
  const value = response.add(XOR_MAPPED_ADDRESS, 4 + address.length);
  value[1] = address.length === 4 ? 1 : 2;
  value.writeUInt16BE(from.port ^ (MAGIC_COOKIE >>> 16), 2);
  // The address is XORed with the magic cookie and, for IPv6, the transaction id (RFC 8489 §14.2).
  address.forEach((byte, n) => {
    value[4 + n] = byte ^ response.data[4 + n]!;
  });
  return response.sign(password);
}

/** A check by the server, the controlled side (RFC 8445 §7.2.2), signed with the browser's password. */
export function bindingRequest(request: {
  id: Buffer;
  /** The browser's user name fragment, a colon, and the server's. */
  username: string;
  /** 8 random bytes. */
  tieBreaker: Buffer;
  password: HmacSha1;
}): Buffer {
  const username = Buffer.from(request.username, "latin1");
  const message = new MessageWriter(BINDING_REQUEST, request.id, 4 + padded(username.length) + 8 + 12);
  username.copy(message.add(USERNAME, username.length));
  message.add(PRIORITY, 4).writeUInt32BE(PEER_REFLEXIVE_PRIORITY);
  request.tieBreaker.copy(message.add(ICE_CONTROLLED, 8));
  return message.sign(request.password);
}

/** Writes one message. */
class MessageWriter {
  readonly data: Buffer;
  #at = HEADER_LENGTH;

  /** @param length bytes of all attributes before MESSAGE-INTEGRITY, with their headers and padding */
  constructor(type: number, id: Buffer, length: number) {
    this.data = Buffer.alloc(HEADER_LENGTH + length + INTEGRITY_LENGTH + FINGERPRINT_LENGTH);
    this.data.writeUInt16BE(type, 0);
    this.data.writeUInt32BE(MAGIC_COOKIE, 4);
    id.copy(this.data, TRANSACTION_ID_AT);
  }

  /** Adds an attribute, and returns the buffer for its value. */
  add(type: number, length: number): Buffer {
    const at = this.#at + 4;
    this.data.writeUInt16BE(type, this.#at);
    this.data.writeUInt16BE(length, this.#at + 2);
    this.#at = padded(at + length);
    return this.data.subarray(at, at + length);
  }

  /** Adds MESSAGE-INTEGRITY and FINGERPRINT, which end the message. */
  sign(password: HmacSha1): Buffer {
    const integrityAt = this.#at;
    const tag = this.add(MESSAGE_INTEGRITY, INTEGRITY_LENGTH - 4);
    password.digest(headOf(this.data, integrityAt), this.data.subarray(4, integrityAt)).copy(tag);
    const before = this.data.subarray(0, this.#at);
    const fingerprint = this.add(FINGERPRINT, FINGERPRINT_LENGTH - 4);
    this.data.writeUInt16BE(this.data.length - HEADER_LENGTH, 2);
    fingerprint.writeInt32BE(crc32(before) ^ FINGERPRINT_XOR);
    return this.data;
  }
}

/** A length, rounded up to whole words of 4 bytes, as attributes are padded (RFC 8489 §14). */
function padded(length: number): number {
  return (length + 3) & ~3;
}

/**
 * The first four bytes of the input of MESSAGE-INTEGRITY. The input is the message before it, with a length
 * field as if the message ended with MESSAGE-INTEGRITY (RFC 8489 §14.5).
 */
function headOf(message: Buffer, integrityAt: number): Buffer {
  HEAD.writeUInt16BE(message.readUInt16BE(0), 0);
  HEAD.writeUInt16BE(integrityAt - HEADER_LENGTH + INTEGRITY_LENGTH, 2);
  return HEAD;
}

const HEAD = Buffer.alloc(4);

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  // "::" stands for the missing groups, which are zero. Embedded IPv4 addresses do not occur, because the
  // IPv6 socket is IPv6-only.
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const groups = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = new Array<number>(tail === undefined ? 0 : 8 - first.length - last.length).fill(0);
  const bytes = Buffer.alloc(16);
  [...first, ...zeros, ...last].forEach((group, n) => {
    bytes.writeUInt16BE(group, n * 2);
  });
  return bytes;
}
