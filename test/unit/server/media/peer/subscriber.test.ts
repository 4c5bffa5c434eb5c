import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Broadcast } from "../../../../../server/media/fanout/broadcast.ts";
import { Subscriber } from "../../../../../server/media/peer/subscriber.ts";
import { SrtcpOpener, SrtcpProtector } from "../../../../../server/media/secure/srtcp.ts";
import { readRtp } from "../../../../../server/media/wire/rtp.ts";
import { Catcher } from "../../../../support/catcher.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const SSRC = 5;

/** A subscriber whose listener has received a few packets, and `protect` to make SRTCP of the listener. */
function listener(packets = 20) {
  const broadcast = new Broadcast("WALL", undefined, () => {});
  const [inbound, outbound] = [0, 1].map(() => ({ key: randomBytes(16), salt: randomBytes(14) }));
  const caught: Buffer[] = [];
  const subscriber = new Subscriber({
    ssrc: SSRC,
    payloadType: 111,
    inbound: inbound!,
    outbound: outbound!,
    broadcast,
    destination: new Catcher(caught),
    send: () => {},
  });
  for (let index = 0; index < packets; index++) {
    const rest = { marker: false, payloadType: 111, padded: false, payload: Buffer.from([index]) };
    broadcast.forward({ ssrc: 1, index, sequence: index, timestamp: index * 960, ...rest }, 1);
  }
  const protector = new SrtcpProtector(inbound!);
  const first = readRtp(caught[0]!)!.sequence;
  const lookups = vi.spyOn(broadcast, "sent");
  const sent = caught.splice(0);
  return { subscriber, sent, caught, first, lookups, protect: (rtcp: Buffer) => protector.protect(rtcp) };
}

/** A generic NACK of pairs of a sequence number and a mask (RFC 4585 §6.2.1). */
function nack(pairs: readonly (readonly [sequence: number, mask: number])[]): Buffer {
  const data = Buffer.alloc(12 + pairs.length * 4);
  data.writeUInt16BE(0x81cd, 0);
  data.writeUInt16BE(data.length / 4 - 1, 2);
  data.writeUInt32BE(SSRC, 8);
  pairs.forEach(([sequence, mask], n) => {
    data.writeUInt16BE(sequence & 0xffff, 12 + n * 4);
    data.writeUInt16BE(mask, 14 + n * 4);
  });
  return data;
}

/** A NACK that fills a datagram: for 4,930 packets, none of which was sent. */
const LONGEST = nack(Array.from({ length: 290 }, (_, n) => [40_000 + n * 17, 0xffff] as const));

describe("a subscriber", () => {
  test("packets in a NACK are sent again, byte for byte", () => {
    const { subscriber, sent, caught, first, protect } = listener();
    subscriber.receiveRtcp(protect(nack([[first + 2, 0b101]])));
    expect(caught).toEqual([sent[2], sent[3], sent[5]]);
  });

  test("a flood of NACKs causes 500 lookups and 100 decryptions a second at most", () => {
    const { subscriber, lookups, protect } = listener();
    const opened = vi.spyOn(SrtcpOpener.prototype, "open");
    for (let n = 0; n < 4_000; n++) {
      subscriber.receiveRtcp(protect(LONGEST));
      vi.advanceTimersByTime(1);
    }
    expect(lookups.mock.calls.length).toBeGreaterThan(1_000);
    expect(lookups.mock.calls.length).toBeLessThanOrEqual(500 + 4 * 500);
    expect(opened.mock.calls.length).toBeLessThanOrEqual(100 + 4 * 100);
  });

  test("a hundred packets a second are sent again at most", () => {
    const { subscriber, caught, first, protect } = listener();
    for (let n = 0; n < 50; n++) subscriber.receiveRtcp(protect(nack([[first, 0xffff]])));
    expect(caught.length).toBe(100);
    vi.advanceTimersByTime(100);
    subscriber.receiveRtcp(protect(nack([[first, 0xffff]])));
    expect(caught.length).toBe(110);
  });

  test("every NACK is answered for a listener that loses all packets", () => {
    const { subscriber, caught, first, protect } = listener();
    for (let n = 0; n < 200; n++) {
      subscriber.receiveRtcp(protect(nack([[first + (n % 20), 0]])));
      vi.advanceTimersByTime(20);
    }
    expect(caught.length).toBe(200);
  });

  test("sixteen packets of a compound packet are read at most", () => {
    const { subscriber, caught, first, protect } = listener();
    const one = nack([[first, 0]]);
    subscriber.receiveRtcp(protect(Buffer.concat(Array.from({ length: 90 }, () => one))));
    expect(caught.length).toBe(16);
  });
});
