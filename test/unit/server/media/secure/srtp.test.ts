import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RtpHeader, RtpPacket, SrtcpSession, SrtpSession } from "werift";
import { Bank } from "../../../../../server/media/fanout/bank.ts";
import { HmacSha1 } from "../../../../../server/media/kernel/hmac.ts";
import { ReplayWindow } from "../../../../../server/media/secure/replay.ts";
import { SrtcpOpener, SrtcpProtector } from "../../../../../server/media/secure/srtcp.ts";
import { nearestIndex, SrtpOpener } from "../../../../../server/media/secure/srtp.ts";
import { deriveSessionKeys, type MasterKey } from "../../../../../server/media/secure/srtp-keys.ts";
import { Catcher } from "../../../../support/catcher.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("key derivation", () => {
  test("gives the vectors of RFC 3711 B.3", () => {
    const master = {
      key: hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
      salt: hex("0EC675AD498AFEEBB6960B3AABE6"),
    };
    const keys = deriveSessionKeys(master, "rtp");
    expect(keys.cipher.export()).toEqual(hex("C61E7A93744F39EE10734AFE3FF7A087"));
    expect(keys.salt).toEqual(hex("30CBBC08863D8C85D49DB34A9AE1"));
    const auth = new HmacSha1(hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
    expect(keys.auth.states).toEqual(auth.states);
  });
});

/** An independent end: werift's own SRTP session with the same keys. */
function weriftOpener(master: MasterKey): SrtpSession {
  const keys = {
    localMasterKey: master.key,
    localMasterSalt: master.salt,
    remoteMasterKey: master.key,
    remoteMasterSalt: master.salt,
  };
  return new SrtpSession({ profile: 1, keys });
}

const master = (): MasterKey => ({ key: randomBytes(16), salt: randomBytes(14) });

/** The server's side: what it would send to one listener with this key. */
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

describe("what the server protects", () => {
  test("werift opens, over rollovers and payloads of 1 to 1,200 bytes", () => {
    const key = master();
    const protect = protector(key);
    const reader = weriftOpener(key);
    for (let index = 65_500; index < 65_600; index++) {
      const payload = randomBytes(1 + ((index * 37) % 1200));
      expect(reader.decrypt(protect(index, payload)).subarray(12)).toEqual(payload);
    }
  });

  test("is the same packet when it is sent again", () => {
    const protect = protector(master());
    const payload = randomBytes(100);
    expect(protect(70_000, payload)).toEqual(protect(70_000, payload));
  });
});

describe("what a browser sends", () => {
  test("is opened over rollovers, in order and not", () => {
    const key = master();
    const sender = weriftOpener(key);
    const opener = new SrtpOpener(key);
    for (const sequence of [65_533, 65_535, 65_534, 0, 2, 1, 3]) {
      const payload = randomBytes(50);
      const header = new RtpHeader({ sequenceNumber: sequence, timestamp: 1, payloadType: 111, ssrc: 9 });
      const opened = opener.open(sender.encrypt(payload, header));
      expect(opened?.payload).toEqual(payload);
      expect(opened?.index).toBe(sequence < 10 ? sequence + 65_536 : sequence);
    }
  });

  test("is refused when it comes twice, is forged, or is cut", () => {
    const key = master();
    const protect = protector(key);
    const opener = new SrtpOpener(key);
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

  test("of any bytes at all never throws", () => {
    const opener = new SrtpOpener(master());
    const control = new SrtcpOpener(master());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(opener.open(Buffer.from(bytes))).toBeUndefined();
        expect(control.open(Buffer.from(bytes))).toBeUndefined();
      }),
    );
  });

  test("loses its contributing sources and header extensions", () => {
    const key = master();
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
    const protected_ = weriftOpener(key).encrypt(Buffer.from("song"), header);
    expect(protected_.length).toBeGreaterThan(12 + 8 + 4 + 14);
    expect(new SrtpOpener(key).open(protected_)?.payload).toEqual(Buffer.from("song"));
  });

  test("loses its padding", () => {
    const key = master();
    const sender = weriftOpener(key);
    const header = new RtpHeader({
      sequenceNumber: 1,
      timestamp: 1,
      payloadType: 111,
      ssrc: 9,
      padding: true,
    });
    const plain = new RtpPacket(header, Buffer.from([1, 2, 3, 0, 2])).payload;
    expect(new SrtpOpener(key).open(sender.encrypt(plain, header))?.payload).toEqual(Buffer.from([1, 2, 3]));
  });
});

describe("RTCP", () => {
  const rtcp = hex("80c90001 00000007");

  test("is opened by werift, and werift's by the server, once", () => {
    const key = master();
    const config = {
      localMasterKey: key.key,
      localMasterSalt: key.salt,
      remoteMasterKey: key.key,
      remoteMasterSalt: key.salt,
    };
    const other = new SrtcpSession({ profile: 1, keys: config });
    const report = Buffer.concat([rtcp, rtcp]);
    expect(other.decrypt(new SrtcpProtector(key).protect(report))).toEqual(report);
    const opener = new SrtcpOpener(key);
    const packet = other.encrypt(report);
    expect(opener.open(packet)).toEqual(report);
    expect(opener.open(packet)).toBeUndefined();
  });
});

test("the nearest index is the one less than half a cycle away", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 40_000, max: 2 ** 40 }),
      fc.integer({ min: -32_000, max: 32_000 }),
      (newest, step) => {
        expect(nearestIndex((newest + step) & 0xffff, newest)).toBe(newest + step);
      },
    ),
    {
      examples: [
        [65_536, -1],
        [65_535, 1],
      ],
    },
  );
});

test("the replay window agrees with a plain set of what came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 300 }), (indexes) => {
      const window = new ReplayWindow();
      const came = new Set<number>();
      for (const index of indexes) {
        const newest = Math.max(-1, ...came);
        const fresh = !came.has(index) && index > newest - 128;
        expect(window.isNew(index)).toBe(fresh);
        if (!fresh) continue;
        window.accept(index);
        came.add(index);
      }
    }),
  );
});
