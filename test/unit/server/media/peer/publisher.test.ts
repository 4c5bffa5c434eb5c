import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Bank } from "../../../../../server/media/fanout/bank.ts";
import { Broadcast } from "../../../../../server/media/fanout/broadcast.ts";
import { Publisher } from "../../../../../server/media/peer/publisher.ts";
import { SrtcpOpener } from "../../../../../server/media/secure/srtcp.ts";
import { deriveSessionKeys } from "../../../../../server/media/secure/srtp-keys.ts";
import { readRtcp } from "../../../../../server/media/wire/rtcp.ts";
import { Catcher } from "../../../../support/catcher.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A publisher, `play` to send it a packet of its host, and the sequence numbers of its NACKs. */
function host(rateMax = 1e9) {
  const [inbound, outbound] = [0, 1].map(() => ({ key: randomBytes(16), salt: randomBytes(14) }));
  const opener = new SrtcpOpener(outbound!);
  const nacks: number[][] = [];
  const broadcast = new Broadcast("WALL", undefined, () => {});
  const publisher = new Publisher({
    number: 1,
    ssrc: 9,
    payloadType: 111,
    inbound: inbound!,
    outbound: outbound!,
    rateMax,
    broadcast,
    send: (datagram) => {
      for (const item of readRtcp(opener.open(datagram)!)) {
        if (item.kind === "nack") nacks.push([...item.losses]);
      }
    },
  });
  const sender = new Bank();
  const sent: Buffer[] = [];
  sender.add({
    keys: deriveSessionKeys(inbound!, "rtp"),
    ssrc: 1,
    payloadType: 111,
    nextIndex: 0,
    firstSequence: 0,
    destination: new Catcher(sent),
  });
  const play = (index: number) => {
    sender.forward({ index, timestamp: index * 960, marker: false, payload: Buffer.from([1]) });
    publisher.receiveRtp(sent.pop()!);
  };
  return { publisher, broadcast, play, nacks };
}

describe("a publisher", () => {
  test("a gap is NACKed at once, and four times at most", () => {
    const { play, nacks, publisher } = host();
    play(0);
    play(3);
    expect(nacks).toEqual([[1, 2]]);
    play(2);
    vi.advanceTimersByTime(1_000);
    expect(nacks).toEqual([[1, 2], [1], [1], [1]]);
    publisher.close();
  });

  test("a host with many gaps gets a NACK every 10 ms at most, for the latest 128 packets", () => {
    const { play, nacks, publisher } = host();
    for (let n = 0; n < 2_000; n++) {
      play(n * 65);
      if (n % 2 === 1) vi.advanceTimersByTime(1);
    }
    expect(nacks.length).toBeGreaterThan(50);
    expect(nacks.length).toBeLessThanOrEqual(1_000 / 10 + 1);
    for (const list of nacks) expect(list.length).toBeLessThanOrEqual(128);
    publisher.close();
  });

  test("of the smallest packets, 250 a second are forwarded at most", () => {
    const { broadcast, play } = host(125_000);
    for (let n = 0; n < 2_000; n++) {
      play(n);
      vi.advanceTimersByTime(1);
    }
    expect(broadcast.totals.packets).toBeGreaterThan(700);
    expect(broadcast.totals.packets).toBeLessThanOrEqual(250 + 2 * 250);
  });

  test("all packets are forwarded without a limit", () => {
    const { broadcast, play } = host(Number.MAX_SAFE_INTEGER);
    for (let n = 0; n < 2_000; n++) play(n);
    expect(broadcast.totals.packets).toBe(2_000);
  });
});
