import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type GenericNack,
  RtcpPacketConverter,
  type RtcpRrPacket,
  RtcpSrPacket,
  type RtcpTransportLayerFeedback,
} from "werift";
import {
  type Losses,
  readRtcp,
  writeNack,
  writeReceiverReport,
  writeSenderReport,
} from "../../../../../server/media/wire/rtcp.ts";

const block = {
  ssrc: 11,
  fractionLost: 64,
  lost: 1000,
  highest: 70_000,
  jitter: 480,
  lastSenderReport: 0x12345678,
  delaySinceLast: 65_536,
};

test("werift reads a sender report as it was written", () => {
  const data = writeSenderReport({
    ssrc: 5,
    ntp: { seconds: 3_900_000_000, fraction: 1 << 30 },
    rtpTime: 4_294_967_295,
    packets: 12,
    octets: 3400,
  });
  const [report, description] = RtcpPacketConverter.deSerialize(data);
  expect(report).toBeInstanceOf(RtcpSrPacket);
  const { ssrc, senderInfo } = report as RtcpSrPacket;
  expect(ssrc).toBe(5);
  expect(senderInfo.ntpTimestamp).toBe((3_900_000_000n << 32n) | (1n << 30n));
  expect(senderInfo).toMatchObject({ rtpTimestamp: 4_294_967_295, packetCount: 12, octetCount: 3400 });
  expect(JSON.stringify(description)).toContain("lightwall");
});

test("the server and werift read a receiver report as it was written", () => {
  const data = writeReceiverReport(5, [block]);
  expect(readRtcp(data)).toEqual([{ kind: "report", block }]);
  const [report] = RtcpPacketConverter.deSerialize(data);
  expect((report as RtcpRrPacket).reports[0]).toMatchObject({
    ssrc: 11,
    fractionLost: 64,
    packetsLost: 1000,
    jitter: 480,
  });
});

test("the server and werift read from a NACK exactly the sequence numbers that were written", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 60 }),
      (offsets) => {
        const sequences = offsets.sort((a, b) => a - b).map((offset) => (65_450 + offset) & 0xffff);
        const data = writeNack(5, 11, sequences);
        const [nack] = readRtcp(data);
        expect(nack).toMatchObject({ kind: "nack", ssrc: 11 });
        expect([...(nack as { losses: Losses }).losses]).toEqual(sequences);
        const [feedback] = RtcpPacketConverter.deSerialize(data);
        const { lost } = (feedback as RtcpTransportLayerFeedback).feedback as GenericNack;
        // werift does not wrap sequence numbers at 65,536.
        expect(lost.map((sequence) => sequence & 0xffff)).toEqual(sequences);
      },
    ),
  );
});

test("any bytes are read without an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readRtcp(Buffer.from(bytes));
    }),
  );
});
