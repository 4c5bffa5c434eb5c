import { createCipheriv, createDecipheriv } from "node:crypto";
import { uint } from "./bytes.ts";
import type { DirectionKeys } from "./key-schedule.ts";

// Record types (RFC 5246 §6.2.1).
export const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;

/** The version number of DTLS 1.2 (RFC 6347 §4.1). */
export const DTLS_1_2 = 0xfefd;

/** Bytes of a record's header: type, version, epoch, sequence number, length (RFC 6347 §4.1). */
export const RECORD_HEADER_LENGTH = 13;
// Offsets in a record's header.
const EPOCH_AT = 3;
const SEQUENCE_AT = 5;
const LENGTH_AT = 11;

/** Bytes of the part of AES-GCM's nonce that each record carries (RFC 5288 §3). */
const EXPLICIT_NONCE_LENGTH = 8;
/** Bytes of AES-GCM's tag (RFC 5288 §3). */
const GCM_TAG_LENGTH = 16;

/**
 * Longest datagram: every IPv6 link carries packets of 1,280 bytes (RFC 8200 §5), including IP and UDP
 * headers.
 */
const DATAGRAM_BYTES_MAX = 1200;

/** One record of a datagram. Records of epoch 0 are not authenticated: anyone can forge them. */
export interface DtlsRecord {
  type: number;
  epoch: number;
  header: Buffer;
  /** The bytes after the header, as received. */
  fragment: Buffer;
}

/** The records of a datagram, up to the first that is cut short or is not DTLS (RFC 6347 §4.1.2.7). */
export function* readRecords(datagram: Buffer): Generator<DtlsRecord> {
  for (let at = 0; at + RECORD_HEADER_LENGTH <= datagram.length; ) {
    const header = datagram.subarray(at, at + RECORD_HEADER_LENGTH);
    const end = at + RECORD_HEADER_LENGTH + header.readUInt16BE(LENGTH_AT);
    // A ClientHello's record may have version DTLS 1.0 (RFC 6347 §4.2.1). All versions share the first byte.
    if (end > datagram.length || header[1] !== DTLS_1_2 >> 8) return;
    yield {
      type: header[0]!,
      epoch: header.readUInt16BE(EPOCH_AT),
      header,
      fragment: datagram.subarray(at + RECORD_HEADER_LENGTH, end),
    };
    at = end;
  }
}

/** Writes one side's records: in the clear in epoch 0, protected with AES-128-GCM in epoch 1. */
export class RecordWriter {
  readonly #sequences = [0, 0];
  #keys: DirectionKeys | undefined;

  /** Sets the keys of epoch 1; must be called before the first record of epoch 1. */
  protectWith(keys: DirectionKeys): void {
    this.#keys = keys;
  }

  write(type: number, epoch: 0 | 1, content: Buffer): Buffer {
    const header = Buffer.alloc(RECORD_HEADER_LENGTH);
    header[0] = type;
    header.writeUInt16BE(DTLS_1_2, 1);
    header.writeUInt16BE(epoch, EPOCH_AT);
    header.writeUIntBE(this.#sequences[epoch]!++, SEQUENCE_AT, 6);
    const fragment = epoch === 0 ? content : this.#protect(header, content);
    header.writeUInt16BE(fragment.length, LENGTH_AT);
    return Buffer.concat([header, fragment]);
  }

  #protect(header: Buffer, content: Buffer): Buffer {
    const { key, iv } = this.#keys!;
    // Epoch and sequence number are unique under one key, so they can be the nonce (RFC 5288 §3).
    const explicit = header.subarray(EPOCH_AT, LENGTH_AT);
    const cipher = createCipheriv("aes-128-gcm", key, Buffer.concat([iv, explicit]));
    cipher.setAAD(additionalData(header, content.length));
    const secret = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([explicit, secret, cipher.getAuthTag()]);
  }
}

/** Packs records into datagrams, in order: each datagram takes as many as fit into it. */
export function toDatagrams(records: readonly Buffer[]): Buffer[] {
  const datagrams: Buffer[][] = [];
  let free = 0;
  for (const record of records) {
    if (record.length > free) {
      datagrams.push([]);
      free = DATAGRAM_BYTES_MAX;
    }
    datagrams.at(-1)!.push(record);
    free -= record.length;
  }
  return datagrams.map((parts) => Buffer.concat(parts));
}

/** The content of a record of epoch 1; undefined if the record is not authentic. */
export function openRecord({ header, fragment }: DtlsRecord, { key, iv }: DirectionKeys): Buffer | undefined {
  const length = fragment.length - EXPLICIT_NONCE_LENGTH - GCM_TAG_LENGTH;
  if (length < 0) return;
  const nonce = Buffer.concat([iv, fragment.subarray(0, EXPLICIT_NONCE_LENGTH)]);
  const secret = fragment.subarray(EXPLICIT_NONCE_LENGTH, EXPLICIT_NONCE_LENGTH + length);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce);
  decipher.setAAD(additionalData(header, length));
  decipher.setAuthTag(fragment.subarray(EXPLICIT_NONCE_LENGTH + length));
  try {
    return Buffer.concat([decipher.update(secret), decipher.final()]);
  } catch {
    return;
  }
}

/**
 * The data that a record's tag authenticates besides its content: epoch, sequence number, type, version and
 * content length (RFC 5246 §6.2.3.3, RFC 6347 §4.1.2.1).
 */
function additionalData(header: Buffer, length: number): Buffer {
  return Buffer.concat([header.subarray(EPOCH_AT, LENGTH_AT), header.subarray(0, EPOCH_AT), uint(length, 2)]);
}
