import { isIPv4 } from "node:net";
import { crc32 } from "node:zlib";
import type { HmacSha1 } from "../kernel/hmac.ts";

// STUN as far as an ICE-lite server needs it (RFC 8489, RFC 8445): every listener checks every few
// seconds, so this is on the way of every listener, and made of plain buffers.

const HEADER_LENGTH = 20;
const COOKIE = 0x2112_a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const XOR_MAPPED_ADDRESS = 0x0020;
const PRIORITY = 0x0024;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const ICE_CONTROLLED = 0x8029;
const INTEGRITY_LENGTH = 24;
const FINGERPRINT_LENGTH = 8;
/** RFC 8489 §14.7. */
const FINGERPRINT_XOR = 0x5354_554e;
const TRANSACTION_ID_AT = 8;
/** Bytes of a transaction id (RFC 8489 §5). */
export const TRANSACTION_ID_LENGTH = 12;
/** Of a peer-reflexive candidate, as RFC 8445 §7.1.1 asks; the browser knows the server's address already. */
const PEER_REFLEXIVE = (110 << 24) | (0xffff << 8) | 255;

/** A message as read, up to its MESSAGE-INTEGRITY; whether it is authentic is still open. */
interface Signed {
  data: Buffer;
  /** Where MESSAGE-INTEGRITY starts. */
  integrityAt: number;
}

/** A browser's answer to a request of the server's own. */
export type BindingSuccess = Signed;

/** A browser's connectivity check. */
export interface BindingRequest extends Signed {
  /** The server's part of USERNAME: which peer is meant (RFC 8445 §7.2.2). */
  localUfrag: string;
  /** The browser's part, as in its offer. */
  remoteUfrag: string;
  /** The browser, always the controlling side here, has chosen this address (RFC 8445 §7.3.1.5). */
  nominates: boolean;
}

/** Reads a binding request; anything else, or one without the attributes ICE asks for, is undefined. */
export function readBindingRequest(data: Buffer): BindingRequest | undefined {
  let username: string | undefined;
  let nominates = false;
  const integrityAt = readSigned(data, BINDING_REQUEST, (type, at, end) => {
    // Of an attribute that comes twice, the first counts (RFC 8489 §14).
    if (type === USERNAME) username ??= data.toString("latin1", at, end);
    else if (type === USE_CANDIDATE) nominates = true;
  });
  const [localUfrag, remoteUfrag, ...rest] = username?.split(":") ?? [];
  if (integrityAt === undefined || !localUfrag || !remoteUfrag || rest.length > 0) return;
  return { localUfrag, remoteUfrag, nominates, data, integrityAt };
}

/** Reads the success response to a binding request; anything else is undefined. */
export function readBindingSuccess(data: Buffer): BindingSuccess | undefined {
  const integrityAt = readSigned(data, BINDING_SUCCESS, () => {});
  return integrityAt === undefined ? undefined : { data, integrityAt };
}

/**
 * Reads a message of one type up to its MESSAGE-INTEGRITY: what follows that is not covered by it and is
 * ignored (RFC 8489 §14.5).
 * @param see is told where the value of each attribute is
 * @returns where MESSAGE-INTEGRITY starts; undefined if there is none, or the message is of another type or
 * malformed
 */
function readSigned(
  data: Buffer,
  wanted: number,
  see: (type: number, at: number, end: number) => void,
): number | undefined {
  if (data.length < HEADER_LENGTH || data.readUInt16BE(0) !== wanted) return;
  if (data.readUInt32BE(4) !== COOKIE || data.readUInt16BE(2) !== data.length - HEADER_LENGTH) return;
  for (let at = HEADER_LENGTH; at + 4 <= data.length; ) {
    const type = data.readUInt16BE(at);
    const end = at + 4 + data.readUInt16BE(at + 2);
    if (end > data.length) return;
    if (type === MESSAGE_INTEGRITY) return end === at + INTEGRITY_LENGTH ? at : undefined;
    see(type, at + 4, end);
    at = padded(end);
  }
}

/** A message's transaction id. */
export function transactionId({ data }: Signed): Buffer {
  return data.subarray(TRANSACTION_ID_AT, HEADER_LENGTH);
}

/** Whether a message's MESSAGE-INTEGRITY is made with this password. */
export function isAuthentic({ data, integrityAt }: Signed, password: HmacSha1): boolean {
  const tag = data.subarray(integrityAt + 4, integrityAt + INTEGRITY_LENGTH);
  return password.verifies(tag, headOf(data, integrityAt), data.subarray(4, integrityAt));
}

/** The success response to a request: where it came from, signed with the same password. */
export function bindingSuccess(
  { data }: BindingRequest,
  password: HmacSha1,
  from: { address: string; port: number },
): Buffer {
  const address = addressBytes(from.address);
  const response = new Writer(
    BINDING_SUCCESS,
    data.subarray(TRANSACTION_ID_AT, HEADER_LENGTH),
    8 + address.length,
  );
  const value = response.add(XOR_MAPPED_ADDRESS, 4 + address.length);
  value[1] = address.length === 4 ? 1 : 2;
  value.writeUInt16BE(from.port ^ (COOKIE >>> 16), 2);
  // The address is masked with the cookie and, for IPv6, the transaction id after it (RFC 8489 §14.2).
  address.forEach((byte, n) => {
    value[4 + n] = byte ^ response.data[4 + n]!;
  });
  return response.sign(password);
}

/**
 * A binding request of the server, the controlled side (RFC 8445 §7.2.2), signed with the browser's password.
 */
export function bindingRequest(request: {
  id: Buffer;
  /** The browser's user name fragment, a colon, the server's. */
  username: string;
  /** 8 random bytes. */
  tieBreaker: Buffer;
  password: HmacSha1;
}): Buffer {
  const username = Buffer.from(request.username, "latin1");
  const message = new Writer(BINDING_REQUEST, request.id, 4 + padded(username.length) + 8 + 12);
  username.copy(message.add(USERNAME, username.length));
  message.add(PRIORITY, 4).writeUInt32BE(PEER_REFLEXIVE);
  request.tieBreaker.copy(message.add(ICE_CONTROLLED, 8));
  return message.sign(request.password);
}

/** A message in the making. */
class Writer {
  readonly data: Buffer;
  #at = HEADER_LENGTH;

  /** @param length bytes of all attributes before the integrity, with their headers and padding */
  constructor(type: number, id: Buffer, length: number) {
    this.data = Buffer.alloc(HEADER_LENGTH + length + INTEGRITY_LENGTH + FINGERPRINT_LENGTH);
    this.data.writeUInt16BE(type, 0);
    this.data.writeUInt32BE(COOKIE, 4);
    id.copy(this.data, TRANSACTION_ID_AT);
  }

  /** Adds an attribute, and returns its value to be filled in. */
  add(type: number, length: number): Buffer {
    const at = this.#at + 4;
    this.data.writeUInt16BE(type, this.#at);
    this.data.writeUInt16BE(length, this.#at + 2);
    this.#at = padded(at + length);
    return this.data.subarray(at, at + length);
  }

  /** Ends the message with its integrity and its fingerprint. */
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

/** Attributes start at whole words (RFC 8489 §14). */
function padded(length: number): number {
  return (length + 3) & ~3;
}

/**
 * The first four bytes of what MESSAGE-INTEGRITY covers: all before it, with the length field set as if the
 * message ended with it (RFC 8489 §14.5).
 */
function headOf(message: Buffer, integrityAt: number): Buffer {
  HEAD.writeUInt16BE(message.readUInt16BE(0), 0);
  HEAD.writeUInt16BE(integrityAt - HEADER_LENGTH + INTEGRITY_LENGTH, 2);
  return HEAD;
}

const HEAD = Buffer.alloc(4);

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  // "::" stands for as many zero groups as are missing; an embedded IPv4 address does not occur on an
  // IPv6-only socket.
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
