import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEngine, type MediaEngine } from "../../server/media/engine.ts";
import { StandIn } from "../support/browser-stand-in.ts";

let engine: MediaEngine;
const open: StandIn[] = [];

beforeEach(async () => {
  engine = await createEngine({
    host: "127.0.0.1",
    port: 0,
    announced: ["127.0.0.1"],
    log: pino({ level: "silent" }),
  });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((standIn) => standIn.close()));
  await engine.close();
});

async function join(purpose: "publish" | "subscribe"): Promise<StandIn & { peer: string }> {
  const standIn = new StandIn(purpose);
  open.push(standIn);
  const { peer, answer } = engine[purpose]("WALL", { offer: await standIn.offer() });
  await standIn.accept(answer);
  return Object.assign(standIn, { peer });
}

async function play(host: StandIn, first: number, count: number, timestamp = first * 960): Promise<void> {
  for (let n = 0; n < count; n++) {
    host.send((first + n) & 0xffff, (timestamp + n * 960) >>> 0, Buffer.from(`packet ${first + n}`));
    await delay(5);
  }
}

describe("a broadcast", () => {
  test("reaches every listener, each with its own SSRC", async () => {
    const host = await join("publish");
    const [one, two] = [await join("subscribe"), await join("subscribe")];
    await play(host, 100, 10);
    await Promise.all([one.receive(10), two.receive(10)]);
    for (const listener of [one, two]) {
      expect(listener.received.map((packet) => packet.payload.toString())).toEqual(
        Array.from({ length: 10 }, (_, n) => `packet ${100 + n}`),
      );
    }
    expect(one.received[0]!.header.ssrc).not.toBe(two.received[0]!.header.ssrc);
  });
});
