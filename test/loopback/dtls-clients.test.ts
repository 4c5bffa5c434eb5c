import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { RtpPacket, SrtpSession } from "werift";
import { python } from "../support/aiortc.ts";
import { DTLS_PROGRAMS, DtlsClientProcess, type DtlsProgram } from "../support/dtls-programs.ts";
import { checksFor } from "../support/ice-checks.ts";
import { MediaStage, play } from "../support/media-stage.ts";
import { offerSdp } from "../support/offers.ts";
import { randomOf } from "../support/random.ts";
import type { LinkQuality } from "../support/udp-relay.ts";

/** Makes the losses the same in every run: these clients wait 1, 2, 4 and 8 s before they repeat a flight. */
const SEED = 3;

/** How long a program may take to connect. */
const CONNECT_TIMEOUT_MS = 30_000;

const AIORTC_LISTENER = fileURLToPath(new URL("../support/aiortc-listener.py", import.meta.url));

/** Loses one datagram in five, and reorders many. */
const BAD: LinkQuality = { delay: 10, jitter: 10, loss: 0.2 };

/** An Opus packet with 20 ms of silence, in stereo at 48 kHz (RFC 6716 §3.1). */
const SILENCE = Buffer.from([0xfc, 0xff, 0xfe]);

const stage = new MediaStage();

beforeEach(() => stage.start(1));

/** Joins a program as a listener. Resolves to the texts of a song that its keys open. */
async function join(program: DtlsProgram, quality: LinkQuality | undefined): Promise<string[]> {
  const host = await stage.join("publish");
  const client = await DtlsClientProcess.prepare(program);
  stage.open.push(client);
  const relay = await stage.relay();
  const sdp = offerSdp({ direction: "recvonly", fingerprint: client.fingerprint });
  const { answer } = stage.engine.subscribe("WALL", { offer: sdp });
  relay.inject("to-server", checksFor(answer)());
  await delay(50);
  relay.quality = quality;
  relay.random = randomOf(SEED);
  const connected = once(stage.engine, "peer-connected", { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  const { key, salt } = await client.connect(relay.port);
  await connected;
  relay.quality = undefined;
  await play(host, 0, 5);
  await delay(200);
  const own = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
  const session = new SrtpSession({ keys: own, profile: 1 });
  return relay
    .passed("to-peer")
    .filter((datagram) => datagram[0]! >= 128 && (datagram[1]! & 0x7f) === 111)
    .map((datagram) => RtpPacket.deSerialize(session.decrypt(datagram)).payload.toString());
}

describe.each(DTLS_PROGRAMS)("$name", (program) => {
  test.for([
    ["a good network", undefined],
    ["a network that loses and reorders", BAD],
  ] as const)(
    "joins over %s, and has the keys of the media sent to it",
    { timeout: 60_000 },
    async ([, quality], { skip }) => {
      skip(!DtlsClientProcess.isInstalled(program), `${program.command} is not installed`);
      expect(await join(program, quality)).toEqual(Array.from({ length: 5 }, (_, n) => `packet ${n}`));
    },
  );
});

test("aiortc joins over a network that loses and reorders, and receives audio", { timeout: 60_000 }, async ({
  skip,
}) => {
  skip(!python, "aiortc is not installed: Debian's python3-aiortc");
  const host = await stage.join("publish");
  const relay = await stage.relay();
  relay.quality = BAD;
  relay.random = randomOf(SEED);
  const child = spawn(python!, [AIORTC_LISTENER], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  try {
    const { offer } = (await read()) as { offer: string };
    const { answer } = stage.engine.subscribe("WALL", { offer });
    const connected = once(stage.engine, "peer-connected", {
      signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS),
    });
    const { port } = stage.engine;
    const sdp = answer.replaceAll(` ${port} typ`, ` ${relay.port} typ`);
    child.stdin.write(`${JSON.stringify({ answer: sdp })}\n`);
    await connected;
    const received = read();
    for (let n = 0; n < 200 && child.exitCode === null; n++) {
      host.send(n, n * 960, SILENCE);
      await delay(20);
    }
    expect(await received).toEqual({ sampleRate: 48_000 });
  } finally {
    child.kill("SIGKILL");
  }
});
