import { expect, test } from "vitest";
import { opusSamples } from "../../../../client/shared/opus-packet.ts";

/** A packet with this configuration and frame count code (RFC 6716 §3.1), stereo. */
function packet(configuration: number, code: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of((configuration << 3) | 0x04 | code, ...rest);
}

test.each([
  ["SILK of 10 ms", packet(0, 0), 480],
  ["SILK of 60 ms", packet(11, 0), 2_880],
  ["hybrid of 20 ms", packet(13, 0), 960],
  ["CELT of 2.5 ms", packet(16, 0), 120],
  ["CELT of 20 ms, as browsers send it", packet(31, 0), 960],
  ["two frames of equal size", packet(31, 1), 1_920],
  ["two frames of different size", packet(31, 2), 1_920],
  ["three frames by their count: 60 ms as Chromium sends it", packet(31, 3, 3), 2_880],
  ["six frames by their count, with padding: 120 ms", packet(31, 3, 0x46), 5_760],
])("the length of a packet is read from its first bytes: %s", (_, data, samples) => {
  expect(opusSamples(data)).toBe(samples);
});

test.each([
  ["an empty packet", Uint8Array.of()],
  ["a packet without its frame count", packet(31, 3)],
  ["a packet of no frames", packet(31, 3, 0)],
  ["a packet of more than 120 ms", packet(31, 3, 7)],
])("a malformed packet has no length: %s", (_, data) => {
  expect(opusSamples(data)).toBeUndefined();
});
