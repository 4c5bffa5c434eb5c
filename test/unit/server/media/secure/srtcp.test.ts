import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SrtcpSession } from "werift";
import { SrtcpOpener, SrtcpProtector } from "../../../../../server/media/secure/srtcp.ts";
import type { MasterKey } from "../../../../../server/media/secure/srtp-keys.ts";

const newMaster = (): MasterKey => ({ key: randomBytes(16), salt: randomBytes(14) });

/** An independent implementation: werift's own SRTCP session with the same keys. */
function weriftSession({ key, salt }: MasterKey): SrtcpSession {
  const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
  return new SrtcpSession({ profile: 1, keys });
}

const report = Buffer.from("80c9000100000007".repeat(2), "hex");

describe("SRTCP", () => {
  test("that the server protects is opened by werift", () => {
    const master = newMaster();
    expect(weriftSession(master).decrypt(new SrtcpProtector(master).protect(report))).toEqual(report);
  });

  test("of werift is opened by the server once, and rejected the second time", () => {
    const master = newMaster();
    const opener = new SrtcpOpener(master);
    const packet = weriftSession(master).encrypt(report);
    expect(opener.open(packet)).toEqual(report);
    expect(opener.open(packet)).toBeUndefined();
  });

  test("of several senders of a browser, each of which counts its packets on its own, is opened", () => {
    const master = newMaster();
    const opener = new SrtcpOpener(master);
    const reportOf = (ssrc: number) => Buffer.from(`80c90001${ssrc.toString(16).padStart(8, "0")}`, "hex");
    // A session counts from the beginning.
    const packets = [1, 2, 3].map((ssrc) => weriftSession(master).encrypt(reportOf(ssrc)));
    expect(packets.map((packet) => opener.open(packet))).toEqual([1, 2, 3].map(reportOf));
    expect(packets.map((packet) => opener.open(packet))).toEqual([undefined, undefined, undefined]);
  });

  test("of more senders than a browser has is rejected", () => {
    const master = newMaster();
    const opener = new SrtcpOpener(master);
    const opened = Array.from({ length: 20 }, (_, n) =>
      opener.open(
        weriftSession(master).encrypt(Buffer.from(`80c9000100000${(256 + n).toString(16)}`, "hex")),
      ),
    );
    expect(opened.filter((packet) => packet !== undefined)).toHaveLength(8);
  });

  test("of random bytes is rejected without an exception", () => {
    const opener = new SrtcpOpener(newMaster());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(opener.open(Buffer.from(bytes))).toBeUndefined();
      }),
    );
  });
});
