import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import {
  HANDSHAKE,
  openRecord,
  RecordWriter,
  readRecords,
  toDatagrams,
} from "../../../../../../server/media/secure/dtls/record.ts";

const keys = { key: randomBytes(16), iv: randomBytes(4) };

function written(count: number, epoch: 0 | 1): Buffer[] {
  const writer = new RecordWriter();
  writer.protectWith(keys);
  return Array.from({ length: count }, (_, n) => writer.write(HANDSHAKE, epoch, Buffer.from(`record ${n}`)));
}

const read = (datagram: Buffer) => [...readRecords(datagram)];

test("several records in one datagram are read as they were written", () => {
  const records = read(Buffer.concat(written(3, 0)));
  expect(records.map(({ type, epoch, fragment }) => [type, epoch, fragment.toString()])).toEqual(
    [0, 1, 2].map((n) => [HANDSHAKE, 0, `record ${n}`]),
  );
});

test("no two records under one key have the same nonce", () => {
  const nonces = written(100, 1).map((record) => record.toString("hex", 13, 21));
  expect(new Set(nonces).size).toBe(100);
});

test("a protected record opens with its keys only, and not if any bit of it is flipped", () => {
  const [record] = written(1, 1);
  expect(openRecord(read(record!)[0]!, keys)?.toString()).toBe("record 0");
  const other = { key: randomBytes(16), iv: keys.iv };
  expect(openRecord(read(record!)[0]!, other)).toBeUndefined();
  for (let bit = 0; bit < record!.length * 8; bit++) {
    const flipped = Buffer.from(record!);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    for (const changed of read(flipped)) expect(openRecord(changed, keys)).toBeUndefined();
  }
});

test("a record too short for its own tag does not open", () => {
  const [record] = read(written(1, 1)[0]!);
  for (let length = 0; length < 24; length++) {
    expect(openRecord({ ...record!, fragment: record!.fragment.subarray(0, length) }, keys)).toBeUndefined();
  }
});

test("reading ends at a record that is cut short or is not DTLS", () => {
  const [one, two] = written(2, 0);
  expect(read(Buffer.concat([one!, two!.subarray(0, -1)]))).toHaveLength(1);
  two![1] = 3;
  expect(read(Buffer.concat([one!, two!]))).toHaveLength(1);
  expect(read(Buffer.alloc(12, 22))).toHaveLength(0);
});

test("records share datagrams of up to 1,200 bytes, and a longer record gets a datagram of its own", () => {
  const sizes = [400, 700, 200, 1300, 10].map((length) => Buffer.alloc(length));
  expect(toDatagrams(sizes).map(({ length }) => length)).toEqual([1100, 200, 1300, 10]);
});
