import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Broadcast } from "../../server/media/broadcast.ts";
import { SrtpOpener } from "../../server/media/srtp.ts";
import { deriveSessionKeys } from "../../server/media/srtp-keys.ts";
import { Catcher } from "../support/catcher.ts";

/** A broadcast with one listener, who opens what comes. */
function listening() {
  const broadcast = new Broadcast("WALL", undefined, () => {});
  const master = { key: randomBytes(16), salt: randomBytes(14) };
  const caught: Buffer[] = [];
  broadcast.add({
    keys: deriveSessionKeys(master, "rtp"),
    ssrc: 77,
    payloadType: 111,
    destination: new Catcher(caught),
  });
  const opener = new SrtpOpener(master);
  const heard = () => caught.splice(0).map((packet) => opener.open(packet)!);
  return { broadcast, heard };
}

/** One stretch of a host's stream. */
function play(
  broadcast: Broadcast,
  from: { ssrc: number; index: number; timestamp: number },
  count: number,
): void {
  for (let n = 0; n < count; n++) {
    broadcast.forward({
      ssrc: from.ssrc,
      index: from.index + n,
      sequence: (from.index + n) & 0xffff,
      timestamp: (from.timestamp + n * 960) >>> 0,
      marker: false,
      payloadType: 111,
      padded: false,
      payload: Buffer.from([n]),
    });
  }
}

test("a listener hears one stream, over hosts that come and go and a rollover in the midst of them", () => {
  const { broadcast, heard } = listening();
  play(broadcast, { ssrc: 1, index: 65_530, timestamp: 2 ** 32 - 2000 }, 4);
  play(broadcast, { ssrc: 2, index: 40_000, timestamp: 5 }, 4);
  broadcast.endStream();
  play(broadcast, { ssrc: 2, index: 7, timestamp: 3_000_000_000 }, 4);
  const packets = heard();
  expect(packets.map(({ index }) => index)).toEqual(Array.from({ length: 12 }, (_, n) => 65_530 + n));
  expect(new Set(packets.map(({ ssrc }) => ssrc))).toEqual(new Set([77]));
  const steps = packets.slice(1).map(({ timestamp }, n) => (timestamp - packets[n]!.timestamp) | 0);
  for (const step of steps) expect(step).toBeGreaterThanOrEqual(0);
  expect(packets.map(({ marker }) => marker)).toEqual(packets.map((_, n) => n % 4 === 0));
  broadcast.close();
});

test("what belongs to a stream that was replaced, and what comes twice, is not sent on", () => {
  const { broadcast, heard } = listening();
  play(broadcast, { ssrc: 1, index: 100, timestamp: 0 }, 3);
  play(broadcast, { ssrc: 2, index: 500, timestamp: 0 }, 2);
  play(broadcast, { ssrc: 2, index: 498, timestamp: 0 }, 3);
  expect(heard().map(({ index }) => index)).toEqual([100, 101, 102, 103, 104]);
  broadcast.close();
});
