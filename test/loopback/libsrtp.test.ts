import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Bank } from "../../server/media/bank.ts";
import type { KernelKind } from "../../server/media/kernel/kernel.ts";
import { readRtp } from "../../server/media/rtp.ts";
import { deriveSessionKeys } from "../../server/media/srtp-keys.ts";
import { Catcher } from "../support/catcher.ts";

const OPENER = fileURLToPath(new URL("../support/libsrtp-open.py", import.meta.url));

/** Debian's own Python has Debian's libsrtp, also where another Python comes first. */
const python = ["/usr/bin/python3", "python3"].find((name) => {
  try {
    execFileSync(name, ["-c", "import pylibsrtp"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** Indexes over two rollovers, packet by packet around each, and with gaps between that a receiver can follow. */
function* indexes(): Generator<number> {
  for (const rollover of [65_536, 131_072]) {
    yield rollover - 30_000;
    for (let index = rollover - 600; index < rollover + 620; index++) yield index;
    yield rollover + 16_000;
  }
}

test.for<KernelKind>(["simd", "plain"])(
  "libsrtp opens what the bank makes (%s), over rollovers and payloads of 1 to 1,200 bytes",
  (kind, { skip }) => {
    skip(!python, "libsrtp is not installed: Debian's python3-pylibsrtp");
    const master = { key: randomBytes(16), salt: randomBytes(14) };
    const sent: Buffer[] = [];
    const bank = new Bank(kind);
    bank.add({
      keys: deriveSessionKeys(master, "rtp"),
      ssrc: 0xfedc_ba98,
      payloadType: 111,
      baseRollovers: 0,
      destination: new Catcher(sent),
    });
    const packets = [...indexes()].map((index, n) => ({
      index,
      timestamp: (index * 960) >>> 0,
      marker: n % 50 === 0,
      payload: randomBytes(1 + (n % 1200)),
    }));
    for (const packet of packets) bank.forward(packet);

    const lines = [Buffer.concat([master.key, master.salt]), ...sent].map((bytes) => bytes.toString("hex"));
    const opened = execFileSync(python!, [OPENER], {
      input: lines.join("\n"),
      encoding: "latin1",
      maxBuffer: 64 * 1024 * 1024,
    });
    const clear = opened
      .trim()
      .split("\n")
      .map((line) => readRtp(Buffer.from(line, "hex"))!);
    expect(clear.map(({ sequence, timestamp, marker }) => ({ sequence, timestamp, marker }))).toEqual(
      packets.map(({ index, timestamp, marker }) => ({ sequence: index & 0xffff, timestamp, marker })),
    );
    expect(clear.map(({ payload }) => payload.toString("hex"))).toEqual(
      packets.map(({ payload }) => payload.toString("hex")),
    );
  },
);
