import { describe, expect, test } from "vitest";
import {
  decodeGap,
  decodePacket,
  encodeGap,
  encodePacket,
  GAP_MAX,
  PAYLOAD_MAX,
} from "../../../../server/relay/packets.ts";
import type { RelayedPacket } from "../../../../server/relay/relay.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";

const PACKET: RelayedPacket = {
  publisher: 7 * 2 ** 32 + 5,
  ssrc: 0xfedc_ba98,
  index: 2 ** 40 + 3,
  timestamp: 0xffff_fff0,
  marker: true,
  payload: Buffer.from("a frame of sound"),
};

describe("a packet between machines", () => {
  test("arrives as it was sent", () => {
    expect(decodePacket(encodePacket(PACKET))).toEqual(PACKET);
    const plain = { ...PACKET, marker: false, publisher: 0, index: 0, ssrc: 0, timestamp: 0 };
    expect(decodePacket(encodePacket(plain))).toEqual(plain);
  });

  test("with 1,500 bytes is accepted; with none or more it is refused", () => {
    const withPayload = (bytes: number) => ({ ...PACKET, payload: Buffer.alloc(bytes, 1) });
    expect(decodePacket(encodePacket(withPayload(PAYLOAD_MAX)))).toEqual(withPayload(PAYLOAD_MAX));
    expect(decodePacket(encodePacket(withPayload(PAYLOAD_MAX + 1)))).toBeUndefined();
    expect(decodePacket(encodePacket(withPayload(0)))).toBeUndefined();
  });

  test("of a picture keeps its codec, and may be empty", () => {
    for (const codec of ["VP8", "H264"] as const) {
      for (const marker of [true, false]) {
        const picture = { ...PACKET, codec, marker };
        expect(decodePacket(encodePacket(picture))).toEqual(picture);
        const empty = { ...picture, payload: Buffer.alloc(0) };
        expect(decodePacket(encodePacket(empty))).toEqual(empty);
      }
    }
  });

  test("of another version, cut off, or with more behind it is refused", () => {
    const bytes = encodePacket(PACKET);
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(bytes);
      copy[at] = value;
      return copy;
    };
    expect(decodePacket(changed(0, 2))).toBeUndefined();
    expect(decodePacket(changed(1, 6))).toBeUndefined();
    expect(decodePacket(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeUndefined();
    for (let length = 0; length < bytes.length; length++) {
      expect(decodePacket(bytes.subarray(0, length))).toBeUndefined();
    }
  });

  test("whose numbers JavaScript cannot hold is refused", () => {
    for (const at of [2, 14]) {
      const bytes = encodePacket(PACKET);
      bytes.writeBigUInt64BE(2n ** 53n, at);
      expect(decodePacket(bytes)).toBeUndefined();
    }
  });
});

describe("a request for missing packets", () => {
  const gap = { publisher: 9, ssrc: 77, first: 100, last: 104 };

  test("arrives as it was sent", () => {
    expect(decodeGap(encodeGap(gap))).toEqual(gap);
    expect(decodeGap(encodeGap({ ...gap, last: gap.first }))).toEqual({ ...gap, last: gap.first });
  });

  test("for more than 64 packets or for none is refused", () => {
    expect(decodeGap(encodeGap({ ...gap, last: gap.first + GAP_MAX - 1 }))).toBeDefined();
    expect(decodeGap(encodeGap({ ...gap, last: gap.first + GAP_MAX }))).toBeUndefined();
    expect(decodeGap(encodeGap({ ...gap, last: gap.first - 1 }))).toBeUndefined();
  });
});

test("any bytes are decoded or refused, and nothing is thrown", () => {
  const random = new SeededRandom(21);
  const packet = encodePacket(PACKET);
  for (let n = 0; n < 100_000; n++) {
    const bytes = n % 2 === 0 ? Buffer.from(packet) : Buffer.alloc(random.below(64));
    for (let change = 0; change < 4 && bytes.length > 0; change++) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    const decoded = decodePacket(bytes);
    if (decoded) expect(decoded.payload.length).toBe(bytes.length - 28);
    decodeGap(bytes);
  }
});
