import {
  ALERT,
  CHANGE_CIPHER_SPEC,
  HANDSHAKE,
  type RecordWriter,
} from "../../../server/media/secure/dtls/record.ts";
import type { Chance } from "../mutate.ts";
import { mutate } from "../mutate.ts";
import type { Client } from "./client.ts";

const HEADER_LENGTH = 12;

/** Lengths and offsets of 24 bits at which reassembly goes wrong. */
const EDGES = [
  0, 1, 2, 12, 255, 256, 1023, 1024, 1025, 4095, 4096, 4097, 0xffff, 0x10000, 0xfffffe, 0xffffff,
];
const TYPES = [0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 20, 24, 255];

/** A message in pieces of random lengths (RFC 6347 §4.2.3). */
export function pieces(chance: Chance, message: Buffer): Buffer[] {
  const length = message.length - HEADER_LENGTH;
  const most = chance.pick([length, length, 16, 100, 300]);
  const made: Buffer[] = [];
  for (let offset = 0; offset < length; ) {
    const size = Math.min(
      length - offset,
      Math.max(1, chance.below(2) === 0 ? most : 1 + chance.below(most)),
    );
    const header = Buffer.from(message.subarray(0, HEADER_LENGTH));
    header.writeUIntBE(offset, 6, 3);
    header.writeUIntBE(size, 9, 3);
    const at = HEADER_LENGTH + offset;
    made.push(Buffer.concat([header, message.subarray(at, at + size)]));
    // Some overlap what came before.
    offset += chance.below(6) === 0 ? Math.ceil(size / 2) : size;
  }
  return made;
}

/** A fragment that claims to be the end of a message of another length. */
function claiming(chance: Chance, fragment: Buffer): Buffer {
  const size = Math.min(fragment.length - HEADER_LENGTH, 1 + chance.below(4));
  if (size <= 0) return fragment;
  const changed = Buffer.from(fragment.subarray(0, HEADER_LENGTH + size));
  const length = Math.max(size, chance.pick(EDGES));
  changed.writeUIntBE(length, 1, 3);
  changed.writeUIntBE(length - size, 6, 3);
  changed.writeUIntBE(size, 9, 3);
  return changed;
}

/** A fragment whose header says something else. */
export function misheaded(chance: Chance, fragment: Buffer): Buffer {
  const changed = Buffer.from(fragment);
  if (changed.length < HEADER_LENGTH) return changed;
  switch (chance.below(5)) {
    case 0:
      changed[0] = chance.pick(TYPES);
      break;
    case 1:
      changed.writeUIntBE(chance.pick(EDGES), 1, 3);
      break;
    case 2:
      changed.writeUInt16BE(chance.pick([0, 1, 2, 3, 4, 5, 0xffff]), 4);
      break;
    case 3:
      changed.writeUIntBE(chance.pick(EDGES), 6, 3);
      break;
    default:
      changed.writeUIntBE(chance.pick(EDGES), 9, 3);
  }
  return changed;
}

/** Puts contents into records, one or a few in each, and records into datagrams. */
export function datagrams(
  chance: Chance,
  writer: RecordWriter,
  contents: readonly Buffer[],
  epoch: 0 | 1 = 0,
  type = HANDSHAKE,
): Buffer[] {
  const made: Buffer[] = [];
  for (let at = 0; at < contents.length; ) {
    const count = 1 + chance.below(3);
    const record = writer.write(type, epoch, Buffer.concat(contents.slice(at, at + count)));
    at += count;
    if (made.length > 0 && chance.below(2) === 0) made.push(Buffer.concat([made.pop()!, record]));
    else made.push(record);
  }
  return made;
}

/** What networks do: datagrams are lost, repeated and exchanged. */
export function shaken(chance: Chance, list: readonly Buffer[]): Buffer[] {
  const made: Buffer[] = [];
  for (const one of list) {
    if (chance.below(8) === 0) continue;
    const at = chance.below(4) === 0 ? chance.below(made.length + 1) : made.length;
    made.splice(at, 0, one);
    if (chance.below(8) === 0) made.push(one);
  }
  return made;
}

/** Bodies changed, headers changed, or pieces of other handshakes between. */
export function tampered(chance: Chance, list: readonly Buffer[], others: readonly Buffer[]): Buffer[] {
  return list.flatMap((one) => {
    switch (chance.below(9)) {
      case 0:
        return [mutate(chance, one, others)];
      case 4:
        return Array<Buffer>(1 + chance.below(4)).fill(claiming(chance, one));
      case 1:
        return [misheaded(chance, one)];
      case 2:
        return [one, misheaded(chance, one)];
      case 3:
        return [chance.pick(others), one];
      default:
        return [one];
    }
  });
}

/** What a client may say under its keys: its Finished, and then whatever it likes. */
export function secrets(
  chance: Chance,
  client: Client,
  writer: RecordWriter,
  others: readonly Buffer[],
): Buffer[] {
  const { finished } = client;
  if (!finished) return [];
  const kinds = [HANDSHAKE, HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC, 23, 24, 0];
  return Array.from({ length: chance.below(5) }, () => {
    const type = chance.pick(kinds);
    const alert = Buffer.from([chance.below(3), chance.pick([0, 0, 10, 40, 255])]);
    const base = type === ALERT ? alert : chance.pick([finished, misheaded(chance, finished)]);
    const content = chance.below(2) === 0 ? base : mutate(chance, base, others);
    return writer.write(type, 1, content.subarray(0, 16_384));
  });
}
