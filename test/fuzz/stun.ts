import { createHmac } from "node:crypto";
import { crc32 } from "node:zlib";
import type { SeededRandom } from "../support/seeded-random.ts";
import { mutate } from "./mutate.ts";

const HEADER_LENGTH = 20;
const INTEGRITY = 0x0008;
const USERNAME = 0x0006;
const FINGERPRINT = 0x8028;
/** Attributes of ICE (RFC 8445 §16.1) and STUN, and an unknown one. */
const TYPES = [
  USERNAME,
  0x0001,
  0x0020,
  0x0024,
  0x0025,
  0x8029,
  0x802a,
  0x000a,
  0x8022,
  0xc057,
  0x7777,
  INTEGRITY,
];

/** A message without MESSAGE-INTEGRITY, for {@link sign}. */
export function message(type: number, id: Buffer, ...attributes: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(type, 0);
  head.writeUInt32BE(0x2112a442, 4);
  return Buffer.concat([head, id, ...attributes]);
}

export function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

export const username = (name: string) => attribute(USERNAME, Buffer.from(name, "latin1"));

/** Adds MESSAGE-INTEGRITY (RFC 8489 §14.5) and, unless `fingerprints` is false, FINGERPRINT (§14.7). */
export function sign(unsigned: Buffer, password: string, fingerprints = true): Buffer {
  const covered = Buffer.from(unsigned);
  covered.writeUInt16BE((unsigned.length - HEADER_LENGTH + 24) & 0xffff, 2);
  const tag = createHmac("sha1", password).update(covered).digest();
  const signed = Buffer.concat([covered, attribute(INTEGRITY, tag)]);
  if (!fingerprints) return signed;
  signed.writeUInt16BE((signed.length - HEADER_LENGTH + 8) & 0xffff, 2);
  const crc = Buffer.alloc(4);
  crc.writeInt32BE(crc32(signed) ^ 0x5354554e);
  return Buffer.concat([signed, attribute(FINGERPRINT, crc)]);
}

/** The attributes before a message's MESSAGE-INTEGRITY, without USERNAME. */
function attributesOf(message: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = HEADER_LENGTH; at + 4 <= message.length; ) {
    const type = message.readUInt16BE(at);
    const end = at + 4 + ((message.readUInt16BE(at + 2) + 3) & ~3);
    if (type === INTEGRITY || end > message.length) break;
    if (type !== USERNAME) found.push(message.subarray(at, end));
    at = end;
  }
  return found;
}

/** The values that the server expects in a message. */
export interface ExpectedMessage {
  type: number;
  id: Buffer;
  /** The value of USERNAME; undefined for a response, which has none. */
  name: string | undefined;
  password: string;
}

/** An authentic message of a peer with invalid attributes. */
export function hostileMessage(
  random: SeededRandom,
  corpus: readonly Buffer[],
  { type, id, name, password }: ExpectedMessage,
): Buffer {
  const model = random.pick(corpus);
  let attributes = attributesOf(model).flatMap((one) => {
    switch (random.below(5)) {
      case 0:
        return [mutate(random, one, corpus).subarray(0, 2_000)];
      case 1:
        return [one, one];
      case 2:
        return [];
      case 3:
        return [attribute(random.pick(TYPES), random.bytes(random.below(70)))];
      default:
        return [one];
    }
  });
  // USERNAME mostly comes first. Otherwise the server rejects most messages before it reads the rest.
  if (name !== undefined) {
    const at = random.below(4) === 0 ? random.below(attributes.length + 1) : 0;
    attributes = attributes.toSpliced(at, 0, username(name));
  }
  if (random.below(20) === 0)
    attributes = Array(1 + random.below(400))
      .fill(attributes[0] ?? username("x"))
      .flat();
  const unsigned = message(random.below(16) === 0 ? random.below(0x4000) : type, id, ...attributes);
  const signed = sign(unsigned.subarray(0, 40_000), password, random.below(3) > 0);
  return random.below(8) === 0 ? mutate(random, signed, corpus) : signed;
}
