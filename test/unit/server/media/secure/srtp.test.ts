import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RtpHeader, RtpPacket, SrtpSession } from "werift";
import { Bank } from "../../../../../server/media/fanout/bank.ts";
import { SrtpOpener } from "../../../../../server/media/secure/srtp.ts";
import { deriveSessionKeys, type MasterKey } from "../../../../../server/media/secure/srtp-keys.ts";
import { Catcher } from "../../../../support/catcher.ts";

/** An independent implementation: werift's own SRTP session with the same keys. */
function weriftSession({ key, salt }: MasterKey): SrtpSession {
  const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
  return new SrtpSession({ profile: 1, keys });
}

const newMaster = (): MasterKey => ({ key: randomBytes(16), salt: randomBytes(14) });

/** Protects payloads as the server does for a listener with this key. */
function protector(master: MasterKey): (index: number, payload: Buffer) => Buffer {
  const bank = new Bank();
  const sent: Buffer[] = [];
  bank.add({
    keys: deriveSessionKeys(master, "rtp"),
    ssrc: 7,
    payloadType: 111,
    nextIndex: 0,
    firstSequence: 0,
    destination: new Catcher(sent),
  });
  return (index, payload) => {
    bank.forward({ index, timestamp: (index * 960) >>> 0, marker: false, payload });
    return sent.at(-1)!;
  };
}

describe("a packet that the server protects", () => {
  test("is opened by werift, across rollovers and with payloads of 1 to 1,200 bytes", () => {
    const master = newMaster();
    const protect = protector(master);
    const reader = weriftSession(master);
    for (let index = 65_500; index < 65_600; index++) {
      const payload = randomBytes(1 + ((index * 37) % 1200));
      expect(reader.decrypt(protect(index, payload)).subarray(12)).toEqual(payload);
    }
  });

  test("has the same bytes when it is sent again", () => {
    const protect = protector(newMaster());
    const payload = randomBytes(100);
    expect(protect(70_000, payload)).toEqual(protect(70_000, payload));
  });
});

describe("a packet of a browser", () => {
  test("is opened across rollovers, in order and out of order", () => {
    const master = newMaster();
    const sender = weriftSession(master);
    const opener = new SrtpOpener(master);
    for (const sequence of [65_533, 65_535, 65_534, 0, 2, 1, 3]) {
      const payload = randomBytes(50);
      const header = new RtpHeader({ sequenceNumber: sequence, timestamp: 1, payloadType: 111, ssrc: 9 });
      const opened = opener.open(sender.encrypt(payload, header));
      expect(opened?.payload).toEqual(payload);
      expect(opened?.index).toBe(sequence < 10 ? sequence + 65_536 : sequence);
    }
  });

  test("is rejected if it is replayed, forged or cut short", () => {
    const master = newMaster();
    const protect = protector(master);
    const opener = new SrtpOpener(master);
    const packet = protect(5, randomBytes(80));
    expect(opener.open(Buffer.from(packet))).toBeDefined();
    expect(opener.open(Buffer.from(packet))).toBeUndefined();
    const next = protect(6, randomBytes(80));
    for (let at = 0; at < next.length; at++) {
      const forged = Buffer.from(next);
      forged[at]! ^= 0x10;
      expect(opener.open(forged)).toBeUndefined();
    }
    expect(opener.open(next.subarray(0, 60))).toBeUndefined();
    expect(opener.open(next)).toBeDefined();
  });

  test("of random bytes is rejected without an exception", () => {
    const opener = new SrtpOpener(newMaster());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(opener.open(Buffer.from(bytes))).toBeUndefined();
      }),
    );
  });

  test("loses its contributing sources and header extensions", () => {
    const master = newMaster();
    const header = new RtpHeader({
      sequenceNumber: 1,
      timestamp: 1,
      payloadType: 111,
      ssrc: 9,
      csrc: [10, 11],
      csrcLength: 2,
      extension: true,
      extensionProfile: 0xbede,
      extensions: [
        { id: 1, payload: Buffer.from([0x42]) },
        { id: 3, payload: Buffer.from("0123456789") },
      ],
    });
    const packet = weriftSession(master).encrypt(Buffer.from("song"), header);
    expect(packet.length).toBeGreaterThan(12 + 8 + 4 + 14);
    expect(new SrtpOpener(master).open(packet)?.payload).toEqual(Buffer.from("song"));
  });

  test("loses its padding", () => {
    const master = newMaster();
    const sender = weriftSession(master);
    const header = new RtpHeader({
      sequenceNumber: 1,
      timestamp: 1,
      payloadType: 111,
      ssrc: 9,
      padding: true,
    });
    const plain = new RtpPacket(header, Buffer.from([1, 2, 3, 0, 2])).payload;
    const opened = new SrtpOpener(master).open(sender.encrypt(plain, header));
    expect(opened?.payload).toEqual(Buffer.from([1, 2, 3]));
  });
});
