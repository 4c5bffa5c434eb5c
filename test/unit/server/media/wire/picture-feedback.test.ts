import { expect, test } from "vitest";
import { PictureLossIndication, type ReceiverEstimatedMaxBitrate, RtcpPacketConverter } from "werift";
import { writePli, writeRemb } from "../../../../../server/media/wire/picture-feedback.ts";
import { readRtcp } from "../../../../../server/media/wire/rtcp.ts";

test("the server and werift read a PLI as it was written", () => {
  const data = writePli(5, 6);
  expect(readRtcp(data)).toEqual([{ kind: "keyframe", ssrc: 6 }]);
  const [packet] = RtcpPacketConverter.deSerialize(data) as unknown as [{ feedback: PictureLossIndication }];
  expect(packet.feedback).toMatchObject({ senderSsrc: 5, mediaSsrc: 6 });
  expect(packet.feedback).toBeInstanceOf(PictureLossIndication);
});

test("the server and werift read a REMB as it was written", () => {
  const data = writeRemb(5, 4_000_000, [7, 8]);
  expect(readRtcp(data)).toEqual([{ kind: "estimate", bitsPerSecond: 4_000_000 }]);
  const [packet] = RtcpPacketConverter.deSerialize(data) as unknown as [
    { feedback: ReceiverEstimatedMaxBitrate },
  ];
  expect(packet.feedback.ssrcFeedbacks).toEqual([7, 8]);
  expect(packet.feedback.bitrate).toBe(4_000_000n);
});

test.each([0, 1, 262_143, 262_144, 3_999_999, 1e9])("a REMB of %i bit/s is rounded down a little", (rate) => {
  const [item] = readRtcp(writeRemb(1, rate, []));
  const { bitsPerSecond } = item as { bitsPerSecond: number };
  expect(bitsPerSecond).toBeLessThanOrEqual(rate);
  expect(bitsPerSecond).toBeGreaterThan(rate * 0.9999 - 1);
});

test("a FIR is read by its entries, two at most", () => {
  const fir = Buffer.alloc(12 + 3 * 8);
  fir.writeUInt32BE(0x84ce0008);
  [11, 12, 13].forEach((ssrc, n) => {
    fir.writeUInt32BE(ssrc, 12 + n * 8);
  });
  expect(readRtcp(fir)).toEqual([
    { kind: "keyframe", ssrc: 11 },
    { kind: "keyframe", ssrc: 12 },
  ]);
});

test("other messages and ones that are cut short are ignored", () => {
  for (const hex of [
    "81ce000100000001",
    "8fce000200000001000000020000",
    "8fce00040000000100000000414243440104d2",
  ])
    expect(readRtcp(Buffer.from(hex.padEnd(40, "0"), "hex"))).toEqual([]);
});
