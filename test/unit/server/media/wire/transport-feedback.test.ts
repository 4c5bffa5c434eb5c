import { expect, test } from "vitest";
import { RtcpPacketConverter, TransportWideCC } from "werift";
import {
  ArrivalRecorder,
  writeTransportFeedback,
} from "../../../../../server/media/wire/transport-feedback.ts";

/** Feedback for a list of arrivals, as hex. */
function hex(first: number, ticks: readonly (number | undefined)[], count = 0): string {
  return writeTransportFeedback(1, 2, count, { first, ticks }).toString("hex");
}

/** Header with sender and media SSRC 1 and 2; `length` in words less one. */
const head = (length: number, padded: boolean) =>
  `${padded ? "af" : "8f"}cd${length.toString(16).padStart(4, "0")}0000000100000002`;

test("packets that all come in time are one run with deltas of a byte", () => {
  // Reference 1 (64 ms), deltas of 0, 1 ms and 63.75 ms.
  expect(hex(0xffff, [256, 260, 515], 7)).toBe(`${head(6, true)}ffff0003000001072003${"0004ff"}000003`);
});

test("lost packets, negative deltas and long deltas are told apart", () => {
  // Five symbols: small, lost, large (−1 ms), lost, large (100 ms); as a vector, 2 bits each.
  const chunk = (0xc000 | (1 << 12) | (0 << 10) | (2 << 8) | (0 << 6) | (2 << 4)).toString(16);
  expect(hex(10, [4, undefined, 0, undefined, 400])).toBe(
    `${head(6, true)}000a000500000000${chunk}04${"fffc"}${"0190"}01`,
  );
});

test("a run is used for seven equal symbols or more, and a vector for fewer", () => {
  const lost = Array.from({ length: 7 }, () => undefined);
  // One vector of one arrival and six lost packets, then a run of one lost and the last.
  const data = writeTransportFeedback(1, 2, 0, { first: 0, ticks: [0, ...lost, 0] });
  expect(data.subarray(20, 24).toString("hex")).toBe("d000c400");
  const long = writeTransportFeedback(1, 2, 0, { first: 0, ticks: [0, 0, 0, 0, 0, 0, 0, 0, ...lost, 0] });
  expect(long.subarray(20, 26).toString("hex")).toBe("200800072001");
});

test("an arrival that no delta can express counts as lost", () => {
  const data = writeTransportFeedback(1, 2, 0, { first: 0, ticks: [0, 40_000, 1] });
  // Small, lost, small.
  expect(data.readUInt16BE(20)).toBe(0xc000 | (1 << 12) | (1 << 8));
});

test("werift reads what was written", () => {
  const ticks = [300, 301, undefined, undefined, 290, 900, ...Array.from({ length: 20 }, (_, n) => 901 + n)];
  const data = writeTransportFeedback(5, 6, 300, { first: 65_530, ticks });
  const [packet] = RtcpPacketConverter.deSerialize(data) as unknown as [{ feedback: TransportWideCC }];
  expect(packet.feedback).toBeInstanceOf(TransportWideCC);
  const { feedback } = packet;
  expect(feedback.baseSequenceNumber).toBe(65_530);
  expect(feedback.packetStatusCount).toBe(ticks.length);
  expect(feedback.referenceTime).toBe(1);
  expect(feedback.fbPktCount).toBe(300 & 0xff);
  // In units of 250 µs, from the reference time on.
  const deltas = feedback.recvDeltas.map(({ delta }) => delta / 250);
  expect(deltas).toEqual([44, 1, -11, 610, ...Array.from({ length: 20 }, () => 1)]);
});

test("arrivals are taken once, with the lost packets between them, across the rollover", () => {
  const recorder = new ArrivalRecorder();
  expect(recorder.take()).toBeUndefined();
  recorder.add(65_534, 10);
  recorder.add(0, 12);
  expect(recorder.take()).toEqual({ first: 65_534, ticks: [40, undefined, 48] });
  expect(recorder.take()).toBeUndefined();
  recorder.add(3, 20);
  expect(recorder.take()).toEqual({ first: 1, ticks: [undefined, undefined, 80] });
});

test("a packet that comes late is told later, and one that is repeated once", () => {
  const recorder = new ArrivalRecorder();
  recorder.add(5, 1);
  recorder.add(7, 2);
  recorder.take();
  recorder.add(6, 3);
  recorder.add(6, 4);
  expect(recorder.take()).toEqual({ first: 6, ticks: [12] });
  recorder.add(8, 5);
  expect(recorder.take()).toEqual({ first: 8, ticks: [20] });
});

test("whatever numbers come, a feedback is bounded", () => {
  const recorder = new ArrivalRecorder();
  for (let n = 0; n < 5_000; n++) recorder.add((n * 7_919) & 0xffff, n);
  const arrivals = recorder.take()!;
  expect(arrivals.ticks.length).toBeLessThanOrEqual(512);
  expect(writeTransportFeedback(1, 2, 0, arrivals).length).toBeLessThan(1_400);
  recorder.add(1, 9_000);
  recorder.add(30_000, 9_000);
  expect(recorder.take()!.ticks.length).toBeLessThanOrEqual(512);
});
