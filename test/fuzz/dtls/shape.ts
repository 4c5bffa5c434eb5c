import {
  ALERT,
  CHANGE_CIPHER_SPEC,
  HANDSHAKE,
  type RecordWriter,
} from "../../../server/media/secure/dtls/record.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { mutate } from "../mutate.ts";
import type { Client } from "./client.ts";

const HEADER_LENGTH = 12;

/** Boundary values for lengths and offsets of 24 bits. */
const EDGES = [
  0, 1, 2, 12, 255, 256, 1023, 1024, 1025, 4095, 4096, 4097, 0xffff, 0x10000, 0xfffffe, 0xffffff,
];
const TYPES = [0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 20, 24, 255];

/** Fragments of a message, of random lengths, some overlapping (RFC 6347 §4.2.3). */
export function fragmentsOf(random: SeededRandom, message: Buffer): Buffer[] {
  const length = message.length - HEADER_LENGTH;
  const most = random.pick([length, length, 16, 100, 300]);
  const made: Buffer[] = [];
  for (let offset = 0; offset < length; ) {
    const size = Math.min(
      length - offset,
      Math.max(1, random.below(2) === 0 ? most : 1 + random.below(most)),
    );
    const header = Buffer.from(message.subarray(0, HEADER_LENGTH));
    header.writeUIntBE(offset, 6, 3);
    header.writeUIntBE(size, 9, 3);
    const at = HEADER_LENGTH + offset;
    made.push(Buffer.concat([header, message.subarray(at, at + size)]));
    // Some fragments overlap the one before.
    offset += random.below(6) === 0 ? Math.ceil(size / 2) : size;
  }
  return made;
}

/** A fragment whose header makes it the end of a message of another length. */
function withOtherLength(random: SeededRandom, fragment: Buffer): Buffer {
  const size = Math.min(fragment.length - HEADER_LENGTH, 1 + random.below(4));
  if (size <= 0) return fragment;
  const changed = Buffer.from(fragment.subarray(0, HEADER_LENGTH + size));
  const length = Math.max(size, random.pick(EDGES));
  changed.writeUIntBE(length, 1, 3);
  changed.writeUIntBE(length - size, 6, 3);
  changed.writeUIntBE(size, 9, 3);
  return changed;
}

/** A fragment with one random field in its header. */
export function withWrongHeader(random: SeededRandom, fragment: Buffer): Buffer {
  const changed = Buffer.from(fragment);
  if (changed.length < HEADER_LENGTH) return changed;
  switch (random.below(5)) {
    case 0:
      changed[0] = random.pick(TYPES);
      break;
    case 1:
      changed.writeUIntBE(random.pick(EDGES), 1, 3);
      break;
    case 2:
      changed.writeUInt16BE(random.pick([0, 1, 2, 3, 4, 5, 0xffff]), 4);
      break;
    case 3:
      changed.writeUIntBE(random.pick(EDGES), 6, 3);
      break;
    default:
      changed.writeUIntBE(random.pick(EDGES), 9, 3);
  }
  return changed;
}

/** Puts up to three contents into each record, and one or more records into each datagram. */
export function datagrams(
  random: SeededRandom,
  writer: RecordWriter,
  contents: readonly Buffer[],
  epoch: 0 | 1 = 0,
  type = HANDSHAKE,
): Buffer[] {
  const made: Buffer[] = [];
  for (let at = 0; at < contents.length; ) {
    const count = 1 + random.below(3);
    const record = writer.write(type, epoch, Buffer.concat(contents.slice(at, at + count)));
    at += count;
    if (made.length > 0 && random.below(2) === 0) made.push(Buffer.concat([made.pop()!, record]));
    else made.push(record);
  }
  return made;
}

/** Loses, repeats and reorders datagrams, as networks do. */
export function lossy(random: SeededRandom, list: readonly Buffer[]): Buffer[] {
  const made: Buffer[] = [];
  for (const one of list) {
    if (random.below(8) === 0) continue;
    const at = random.below(4) === 0 ? random.below(made.length + 1) : made.length;
    made.splice(at, 0, one);
    if (random.below(8) === 0) made.push(one);
  }
  return made;
}

/** Changes bodies and headers, and inserts parts of other handshakes. */
export function tampered(random: SeededRandom, list: readonly Buffer[], others: readonly Buffer[]): Buffer[] {
  return list.flatMap((one) => {
    switch (random.below(9)) {
      case 0:
        return [mutate(random, one, others)];
      case 4:
        return Array<Buffer>(1 + random.below(4)).fill(withOtherLength(random, one));
      case 1:
        return [withWrongHeader(random, one)];
      case 2:
        return [one, withWrongHeader(random, one)];
      case 3:
        return [random.pick(others), one];
      default:
        return [one];
    }
  });
}

/** Records under a client's keys with any content, most of them made from its Finished. */
export function protectedRecords(
  random: SeededRandom,
  client: Client,
  writer: RecordWriter,
  others: readonly Buffer[],
): Buffer[] {
  const { finished } = client;
  if (!finished) return [];
  const kinds = [HANDSHAKE, HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC, 23, 24, 0];
  return Array.from({ length: random.below(5) }, () => {
    const type = random.pick(kinds);
    const alert = Buffer.from([random.below(3), random.pick([0, 0, 10, 40, 255])]);
    const base = type === ALERT ? alert : random.pick([finished, withWrongHeader(random, finished)]);
    const content = random.below(2) === 0 ? base : mutate(random, base, others);
    return writer.write(type, 1, content.subarray(0, 16_384));
  });
}
