import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Bank } from "../../server/media/fanout/bank.ts";
import { Broadcast } from "../../server/media/fanout/broadcast.ts";
import type { KernelKind } from "../../server/media/kernel/kernel.ts";
import { deriveSessionKeys, type MasterKey } from "../../server/media/secure/srtp-keys.ts";
import { type RtpPacket, readRtp } from "../../server/media/wire/rtp.ts";
import { Catcher } from "../support/catcher.ts";

const OPENER = fileURLToPath(new URL("../support/libsrtp-open.py", import.meta.url));

/** Debian's own Python, which finds Debian's libsrtp even if another Python comes first in PATH. */
const python = ["/usr/bin/python3", "python3"].find((name) => {
  try {
    execFileSync(name, ["-c", "import pylibsrtp"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

const MISSING = "libsrtp is not installed: Debian's python3-pylibsrtp";

/** Indexes across two rollovers: consecutive near each, and between them gaps that a receiver can follow. */
function* indexes(): Generator<number> {
  for (const rollover of [65_536, 131_072]) {
    yield rollover - 30_000;
    for (let index = rollover - 600; index < rollover + 620; index++) yield index;
    yield rollover + 16_000;
  }
}

/** Opens packets with libsrtp; undefined for each that it rejects. */
function openAll({ key, salt }: MasterKey, packets: readonly Buffer[]): (RtpPacket | undefined)[] {
  const lines = [Buffer.concat([key, salt]), ...packets].map((bytes) => bytes.toString("hex"));
  const opened = execFileSync(python!, [OPENER], {
    input: lines.join("\n"),
    encoding: "latin1",
    maxBuffer: 64 * 1024 * 1024,
  });
  const clear = opened.split("\n").slice(0, packets.length);
  return clear.map((line) => (line === "" ? undefined : readRtp(Buffer.from(line, "hex"))));
}

const newMaster = (): MasterKey => ({ key: randomBytes(16), salt: randomBytes(14) });

test.for<KernelKind>(["simd", "plain"])(
  "libsrtp opens the bank's packets (%s), across rollovers and with payloads of 1 to 1,200 bytes",
  (kind, { skip }) => {
    skip(!python, MISSING);
    const master = newMaster();
    const sent: Buffer[] = [];
    const bank = new Bank(kind);
    bank.add({
      keys: deriveSessionKeys(master, "rtp"),
      ssrc: 0xfedc_ba98,
      payloadType: 111,
      nextIndex: 0,
      firstSequence: 0,
      destination: new Catcher(sent),
    });
    const packets = [...indexes()].map((index, n) => ({
      index,
      timestamp: (index * 960) >>> 0,
      marker: n % 50 === 0,
      payload: randomBytes(1 + (n % 1200)),
    }));
    for (const packet of packets) bank.forward(packet);
    const clear = openAll(master, sent).map((packet) => packet!);
    expect(clear.map(({ sequence, timestamp, marker }) => ({ sequence, timestamp, marker }))).toEqual(
      packets.map(({ index, timestamp, marker }) => ({ sequence: index & 0xffff, timestamp, marker })),
    );
    expect(clear.map(({ payload }) => payload.toString("hex"))).toEqual(
      packets.map(({ payload }) => payload.toString("hex")),
    );
  },
);

test.for([
  { newest: 65_535, lost: 0 },
  { newest: 65_530, lost: 10 },
  { newest: 131_071, lost: 3 },
  { newest: 100, lost: 49_000 },
])(
  "libsrtp opens all packets for a listener that joins after packet $newest and loses the first $lost",
  ({ newest, lost }, { skip }) => {
    skip(!python, MISSING);
    const broadcast = new Broadcast("WALL", undefined, () => {});
    const play = (first: number, last: number) => {
      for (let index = first; index <= last; index++) {
        const [sequence, timestamp] = [index & 0xffff, (index * 960) >>> 0];
        const rest = { marker: false, payloadType: 111, padded: false, payload: Buffer.from([index & 0xff]) };
        broadcast.forward({ ssrc: 1, index, sequence, timestamp, ...rest }, 1);
      }
    };
    play(0, newest);
    const master = newMaster();
    const sent: Buffer[] = [];
    broadcast.add({
      keys: deriveSessionKeys(master, "rtp"),
      ssrc: 7,
      payloadType: 111,
      destination: new Catcher(sent),
    });
    play(newest + 1, newest + 70_000);
    broadcast.close();
    const opened = openAll(master, sent.slice(lost));
    const wrong = opened.filter((packet, n) => packet?.payload[0] !== ((newest + 1 + lost + n) & 0xff));
    expect({ packets: opened.length, wrong: wrong.length }).toEqual({ packets: 70_000 - lost, wrong: 0 });
  },
);
