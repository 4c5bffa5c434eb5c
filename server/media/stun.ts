import { isIPv4 } from "node:net";
import { crc32 } from "node:zlib";
import type { HmacSha1 } from "./hmac.ts";

// STUN as far as an ICE-lite server needs it (RFC 8489, RFC 8445): every listener checks every few
// seconds, so this is on the way of every listener, and made of plain buffers.

const HEADER_LENGTH = 20;
const COOKIE = 0x2112_a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const XOR_MAPPED_ADDRESS = 0x0020;
const USE_CANDIDATE = 0x0025;
const FINGERPRINT = 0x8028;
const INTEGRITY_LENGTH = 24;
const FINGERPRINT_LENGTH = 8;
/** RFC 8489 §14.7. */
const FINGERPRINT_XOR = 0x5354_554e;

/** A browser's connectivity check, as read; whether it is authentic is still open. */
export interface BindingRequest {
  /** The server's part of USERNAME: which peer is meant (RFC 8445 §7.2.2). */
  localUfrag: string;
  /** The browser's part, as in its offer. */
  remoteUfrag: string;
  /** The browser, always the controlling side here, has chosen this address (RFC 8445 §7.3.1.5). */
  nominates: boolean;
  data: Buffer;
  /** Where MESSAGE-INTEGRITY starts. */
  integrityAt: number;
}

/** Reads a binding request; anything else, or one without the attributes ICE asks for, is undefined. */
export function readBindingRequest(data: Buffer): BindingRequest | undefined {
  if (data.length < HEADER_LENGTH || data.readUInt16BE(0) !== BINDING_REQUEST) return;
  if (data.readUInt32BE(4) !== COOKIE || data.readUInt16BE(2) !== data.length - HEADER_LENGTH) return;
  let username: string | undefined;
  let nominates = false;
  for (let at = HEADER_LENGTH; at + 4 <= data.length; ) {
    const type = data.readUInt16BE(at);
    const end = at + 4 + data.readUInt16BE(at + 2);
    if (end > data.length) return;
    if (type === USERNAME) username = data.toString("latin1", at + 4, end);
    else if (type === USE_CANDIDATE) nominates = true;
    else if (type === MESSAGE_INTEGRITY) {
      // What follows the integrity is not covered by it and is ignored (RFC 8489 §14.5).
      const [localUfrag, remoteUfrag] = username?.split(":") ?? [];
      if (end !== at + INTEGRITY_LENGTH || !localUfrag || !remoteUfrag) return;
      return { localUfrag, remoteUfrag, nominates, data, integrityAt: at };
    }
    at = (end + 3) & ~3;
  }
}

/** Whether a request's MESSAGE-INTEGRITY is made with this password. */
export function isAuthentic({ data, integrityAt }: BindingRequest, password: HmacSha1): boolean {
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
  const integrityAt = HEADER_LENGTH + 8 + address.length;
  const response = Buffer.alloc(integrityAt + INTEGRITY_LENGTH + FINGERPRINT_LENGTH);
  response.writeUInt16BE(BINDING_SUCCESS, 0);
  data.copy(response, 4, 4, HEADER_LENGTH);
  response.writeUInt16BE(XOR_MAPPED_ADDRESS, HEADER_LENGTH);
  response.writeUInt16BE(4 + address.length, HEADER_LENGTH + 2);
  response[HEADER_LENGTH + 5] = address.length === 4 ? 1 : 2;
  response.writeUInt16BE(from.port ^ (COOKIE >>> 16), HEADER_LENGTH + 6);
  // The address is masked with the cookie and, for IPv6, the transaction id after it (RFC 8489 §14.2).
  address.forEach((byte, n) => {
    response[HEADER_LENGTH + 8 + n] = byte ^ response[4 + n]!;
  });
  response.writeUInt16BE(MESSAGE_INTEGRITY, integrityAt);
  response.writeUInt16BE(INTEGRITY_LENGTH - 4, integrityAt + 2);
  password
    .digest(headOf(response, integrityAt), response.subarray(4, integrityAt))
    .copy(response, integrityAt + 4);
  const fingerprintAt = integrityAt + INTEGRITY_LENGTH;
  response.writeUInt16BE(response.length - HEADER_LENGTH, 2);
  response.writeUInt16BE(FINGERPRINT, fingerprintAt);
  response.writeUInt16BE(FINGERPRINT_LENGTH - 4, fingerprintAt + 2);
  response.writeInt32BE(crc32(response.subarray(0, fingerprintAt)) ^ FINGERPRINT_XOR, fingerprintAt + 4);
  return response;
}

/**
 * The first four bytes of what MESSAGE-INTEGRITY covers: all before it, with the length field set as if the message
 * ended with it (RFC 8489 §14.5).
 */
function headOf(message: Buffer, integrityAt: number): Buffer {
  HEAD.writeUInt16BE(message.readUInt16BE(0), 0);
  HEAD.writeUInt16BE(integrityAt - HEADER_LENGTH + INTEGRITY_LENGTH, 2);
  return HEAD;
}

const HEAD = Buffer.alloc(4);

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  // "::" stands for as many zero groups as are missing; an embedded IPv4 address does not occur on an IPv6-only socket.
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
