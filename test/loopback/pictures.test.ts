import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import type { Counts } from "../../server/media/counters.ts";
import { writePli } from "../../server/media/wire/picture-feedback.ts";
import { writeNack, writeReceiverReport } from "../../server/media/wire/rtcp.ts";
import { MediaStage, THREADS } from "../support/media-stage.ts";
import { HOST_SSRCS } from "../support/picture-offers.ts";
import { RawPeer, rtpPacket } from "../support/raw-peer.ts";

const stage = new MediaStage();
const OPUS = 111;
const VP8 = 96;
const KEY = Buffer.from("1050", "hex");
const DELTA = Buffer.from("1051", "hex");

/** A host that sends packets by hand. */
class Host {
  readonly peer: RawPeer;
  readonly #sequences = { song: 1000, high: 60_000, low: 30 };
  #transport = 0;

  constructor(peer: RawPeer) {
    this.peer = peer;
  }

  /** Sends one packet of a layer, or of the song. Returns its text. */
  send(stream: "song" | "high" | "low", kind = DELTA, length = 0): string {
    const sequence = this.#sequences[stream]++;
    const text = `${stream} ${sequence}`;
    const isSong = stream === "song";
    const payload = isSong
      ? Buffer.from(text)
      : Buffer.concat([kind, Buffer.from(text), Buffer.alloc(length)]);
    const extension = isSong ? {} : { extension: this.#transport++ };
    const timestamp = sequence * (isSong ? 960 : 3_000);
    const payloadType = isSong ? OPUS : VP8;
    const packet = { ssrc: HOST_SSRCS[stream], payloadType, sequence, timestamp, payload, marker: !isSong };
    this.peer.sendRtp(rtpPacket({ ...packet, ...extension }));
    return text;
  }

  /** Leaves out a packet. Returns its sequence number. */
  skip(stream: "song" | "high" | "low"): number {
    this.#transport++;
    return this.#sequences[stream]++;
  }

  /** Times at which the server has asked for a key frame of a layer. */
  plis(layer: "high" | "low"): number {
    return this.peer.items.filter((item) => item.kind === "keyframe" && item.ssrc === HOST_SSRCS[layer])
      .length;
  }
}

async function join(role: "host" | "listener", options: Parameters<typeof RawPeer.connect>[2] = {}) {
  const peer = await RawPeer.connect(stage.engine, role, options);
  stage.open.push(peer);
  return peer;
}

const host = async () => new Host(await join("host"));

/** Texts of a stream's packets, without the two bytes of VP8. */
const texts = (peer: RawPeer, name: "song" | "high" | "low") =>
  peer.of(peer.ssrcOf(name)).map(({ payload }) => payload.subarray(name === "song" ? 0 : 2).toString());

const until = (check: () => boolean) => expect.poll(check, { timeout: 8_000, interval: 20 }).toBe(true);

/** Sends a key frame again and again until every listener has a packet of the layer. */
async function untilReceived(
  from: Host,
  layer: "high" | "low",
  listeners: readonly RawPeer[],
): Promise<void> {
  await until(() => {
    from.send(layer, KEY);
    return listeners.every((listener) => listener.of(listener.ssrcOf(layer)).length > 0);
  });
}

describe.each(THREADS)("pictures with %i media threads", (workers) => {
  beforeEach(() => stage.start(workers));

  test("reach every listener under its own SSRC, payload type and numbers, beside the song", async () => {
    const from = await host();
    const listeners = [await join("listener"), await join("listener")];
    await untilReceived(from, "low", listeners);
    const sent = { low: [] as string[], song: [] as string[] };
    for (let n = 0; n < 30; n++) {
      sent.low.push(from.send("low"));
      sent.song.push(from.send("song"));
      await delay(4);
    }
    for (const listener of listeners) {
      await until(() => texts(listener, "low").at(-1) === sent.low.at(-1));
      await until(() => texts(listener, "song").length === 30);
      expect(texts(listener, "low").slice(-30)).toEqual(sent.low);
      expect(texts(listener, "song")).toEqual(sent.song);
      const packets = listener.of(listener.ssrcOf("low"));
      expect(new Set(packets.map(({ payloadType }) => payloadType))).toEqual(new Set([VP8]));
      for (const [n, packet] of packets.entries()) {
        expect(packet.index - packets[0]!.index).toBe(n);
        expect((packet.timestamp - packets[0]!.timestamp) >>> 0).toBe(n * 3_000);
        expect(packet.marker).toBe(true);
      }
    }
    expect(listeners[0]!.ssrcOf("low")).not.toBe(listeners[1]!.ssrcOf("low"));
  });

  test("do not reach a listener without video sections", async () => {
    const from = await host();
    const [plain, other] = [await join("listener", { hasVideo: false }), await join("listener")];
    await untilReceived(from, "low", [other]);
    from.send("song");
    await until(() => plain.received.length > 0);
    expect(new Set(plain.received.map(({ payloadType }) => payloadType))).toEqual(new Set([OPUS]));
  });

  test("a listener that joins later causes one request for a key frame, and fifty few", async () => {
    const from = await host();
    const first = await join("listener");
    await untilReceived(from, "low", [first]);
    await delay(1_500);
    const playing = setInterval(() => from.send("low"), 20);
    const before = from.plis("low");
    await join("listener");
    await delay(700);
    expect(from.plis("low") - before).toBe(1);
    const late = from.plis("low");
    const begun = performance.now();
    const crowd = await Promise.all(Array.from({ length: 50 }, () => join("listener")));
    const seconds = (performance.now() - begun) / 1_000;
    await delay(500);
    expect(from.plis("low") - late).toBeLessThanOrEqual(3 * Math.ceil(seconds + 0.5));
    await untilReceived(from, "low", crowd);
    clearInterval(playing);
  });

  test("continue as one stream when another host publishes", async () => {
    const from = await host();
    const listener = await join("listener");
    await untilReceived(from, "low", [listener]);
    const next = await host();
    const before = listener.of(listener.ssrcOf("low")).length;
    for (let n = 0; n < 5; n++) {
      next.send("low", n === 0 ? KEY : DELTA);
      await delay(5);
    }
    await until(() => listener.of(listener.ssrcOf("low")).length === before + 5);
    const packets = listener.of(listener.ssrcOf("low"));
    for (const [n, { index }] of packets.entries()) expect(index - packets[0]!.index).toBe(n);
    const step = (packets[before]!.timestamp - packets[before - 1]!.timestamp) | 0;
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(90_000 * 10);
  });

  test("are reported when they begin and when none come for two seconds, with their time", async () => {
    const from = await host();
    const events: unknown[] = [];
    stage.engine.on("pictures", (...event) => events.push(event));
    const clock = once(stage.engine, "picture-clock");
    for (let n = 0; n < 10; n++) {
      from.send("high", n === 0 ? KEY : DELTA);
      await delay(20);
    }
    await until(() => events.length === 1);
    expect(events).toEqual([["WALL", { codec: "VP8" }]]);
    const [wall, layer, reading] = await clock;
    expect([wall, layer]).toEqual(["WALL", "high"]);
    expect(Math.abs(reading.at - Number(process.hrtime.bigint()) / 1e6)).toBeLessThan(1_000);
    await until(() => events.length === 2);
    expect(events[1]).toEqual(["WALL", undefined]);
  });
});

describe("a listener of pictures", () => {
  beforeEach(() => stage.start(1));

  test("gets lost packets again, byte for byte", async () => {
    const from = await host();
    const listener = await join("listener");
    await untilReceived(from, "low", [listener]);
    const ssrc = listener.ssrcOf("low");
    const packets = () => listener.datagrams.filter((datagram) => datagram.readUInt32BE(8) === ssrc);
    for (let n = 0; n < 5; n++) from.send("low");
    await until(() => packets().length >= 2);
    await delay(200);
    const count = packets().length;
    const wanted = packets().at(-2)!;
    listener.sendRtcp(writeNack(1, ssrc, [wanted.readUInt16BE(2)]));
    await until(() => packets().length > count);
    expect(packets().at(-1)).toEqual(wanted);
  });

  test("goes to the high layer by good reports, and to low when it loses packets; others stay", async () => {
    const from = await host();
    const [lossy, steady] = [await join("listener"), await join("listener")];
    const playing = setInterval(() => {
      from.send("low", KEY);
      from.send("high", KEY);
    }, 30);
    const report = (peer: RawPeer, name: "high" | "low", fractionLost: number) => {
      const rest = { lost: 0, highest: 0, jitter: 0, lastSenderReport: 0, delaySinceLast: 0 };
      peer.sendRtcp(writeReceiverReport(1, [{ ssrc: peer.ssrcOf(name), fractionLost, ...rest }]));
    };
    const layerOf = (peer: RawPeer) => (peer.received.at(-1)?.ssrc === peer.ssrcOf("high") ? "high" : "low");
    await until(() => [lossy, steady].every((peer) => texts(peer, "low").length > 0));
    const reporting = setInterval(() => {
      for (const peer of [lossy, steady]) report(peer, layerOf(peer), 0);
    }, 300);
    await expect.poll(() => [lossy, steady].map(layerOf), { timeout: 15_000 }).toEqual(["high", "high"]);
    await delay(3_000);
    report(lossy, "high", 60);
    await expect.poll(() => layerOf(lossy), { timeout: 5_000 }).toBe("low");
    expect(layerOf(steady)).toBe("high");
    clearInterval(playing);
    clearInterval(reporting);
  }, 40_000);

  test("asks for a key frame by PLI, and the host is asked once", async () => {
    const from = await host();
    const listener = await join("listener");
    await untilReceived(from, "low", [listener]);
    await delay(500);
    const before = from.plis("low");
    for (let n = 0; n < 20; n++) listener.sendRtcp(writePli(1, listener.ssrcOf("low")));
    await until(() => from.plis("low") > before);
    await delay(200);
    expect(from.plis("low") - before).toBe(1);
  });
});

describe("a host of pictures", () => {
  beforeEach(() => stage.start(1));

  test("hears what has arrived, what is missing, and the greatest rate", async () => {
    const from = await host();
    for (let n = 0; n < 20; n++) from.send("low", n === 0 ? KEY : DELTA);
    const missing = from.skip("low");
    from.send("low");
    await until(() => from.peer.items.some(({ kind }) => kind === "nack"));
    const nack = from.peer.items.find((item) => item.kind === "nack")!;
    expect([nack.ssrc, [...nack.losses]]).toEqual([HOST_SSRCS.low, [missing]]);
    await until(() => from.peer.items.some(({ kind }) => kind === "estimate"));
    const [rate] = from.peer.items.filter(({ kind }) => kind === "estimate");
    expect(rate).toMatchObject({ bitsPerSecond: 4_000_000 });
    await until(() =>
      from.peer.reports.some((report) => report.readUInt16BE(0) === 0x8fcd || report[0] === 0xaf),
    );
  });

  test("packets of a foreign SSRC or payload type, or too long ones, are dropped and counted", async () => {
    const from = await host();
    const listener = await join("listener");
    await untilReceived(from, "low", [listener]);
    await delay(100);
    const seen: Counts[] = [];
    stage.engine.on("counted", (counts) => seen.push(counts));
    const before = listener.received.length;
    const packet = { sequence: 5_000, timestamp: 1, payload: KEY };
    from.peer.sendRtp(rtpPacket({ ...packet, ssrc: 77, payloadType: VP8 }));
    from.peer.sendRtp(rtpPacket({ ...packet, ssrc: HOST_SSRCS.high, payloadType: 97 }));
    from.send("low", KEY, 1_281);
    await until(() => seen.reduce((sum, { picturesDropped }) => sum + picturesDropped, 0) === 2);
    expect(listener.received.length).toBe(before);
    const next = from.send("low");
    await until(() => texts(listener, "low").at(-1) === next);
  });

  test("a flood of pictures takes nothing from the song", async () => {
    await stage.engine.close();
    await stage.start(1, "127.0.0.1", ["127.0.0.1"], { pictureRateMax: 20_000 });
    const from = await host();
    const listener = await join("listener");
    await untilReceived(from, "low", [listener]);
    const sent: string[] = [];
    for (let n = 0; n < 50; n++) {
      for (let m = 0; m < 20; m++) from.send("low", KEY, 1_000);
      sent.push(from.send("song"));
      await delay(5);
    }
    await until(() => texts(listener, "song").length === 50);
    expect(texts(listener, "song")).toEqual(sent);
    expect(texts(listener, "low").length).toBeLessThan(100);
  });
});

test("where pictures are off, their sections are declined", async () => {
  await stage.start(1, "127.0.0.1", ["127.0.0.1"], { pictureRateMax: 0 });
  const [from, listener] = [await join("host"), await join("listener")];
  for (const { answer } of [from, listener]) expect(answer.match(/^a=inactive/gm)).toHaveLength(2);
});
