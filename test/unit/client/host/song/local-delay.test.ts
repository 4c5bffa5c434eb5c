import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { HostBroadcast } from "../../../../../client/host/broadcast/host-broadcast.ts";
import { LocalDelay } from "../../../../../client/host/song/local-delay.ts";
import type { SentFrame } from "../../../../../client/host/song/sent-time.ts";
import type { Song } from "../../../../../client/host/song/song.ts";

const WALL_DELAY_MS = 300;
/** The loudspeaker plays what the graph renders this much later; the browser says {@link LATENCY_MS}. */
const PLAYED_AFTER_MS = 40;
const LATENCY_MS = 32;
/** The wall clock when the page's clock is at 0, ms. */
const WALL_START_MS = 7_000;
/** RTP time of the first sample that the graph rendered, at the page's time 0. */
const FIRST = 123_456;
/** From a frame's encoding to its arrival at the server, ms. */
const NETWORK_MS = 5;

let workers: FakeWorker[];
let delays: number[];
let broadcast: ReturnType<typeof fakeBroadcast>;

class FakeWorker {
  onmessage: ((event: { data: SentFrame }) => void) | null = null;
  constructor() {
    workers.push(this);
  }
}

function fakeBroadcast() {
  return {
    onAir: signal("off"),
    clock: { at: (now: number) => now + WALL_START_MS, roundTrip: 2 * NETWORK_MS },
    timing: signal({
      delay: { from: WALL_DELAY_MS, to: WALL_DELAY_MS, at: 0, until: 0, auto: true },
      // The frame that begins at the page's time 0 is encoded at 20 ms.
      clock: { timestamp: FIRST, at: WALL_START_MS + 20 + NETWORK_MS },
    }),
    onSender: undefined as ((sender: { transform?: unknown }) => void) | undefined,
  };
}

/** By how much more the light would have to wait. */
const lackingMs = signal(0);

function open(soundTrimMs = 0): void {
  const output = {
    latencyMs: LATENCY_MS,
    get time() {
      return { rendered: performance.now() / 1_000, origin: PLAYED_AFTER_MS };
    },
    setLocalDelay: (delayMs: number) => delays.push(delayMs),
  };
  const song = { output, settings: { soundTrim: signal(soundTrimMs) }, lackingMs };
  broadcast = fakeBroadcast();
  new LocalDelay(song as unknown as Song, broadcast as unknown as HostBroadcast);
}

/** Lets frames be encoded until a time of the page. */
async function sendUntil(endMs: number, first = FIRST): Promise<void> {
  while (performance.now() < endMs) {
    await vi.advanceTimersByTimeAsync(20);
    const timestamp = first + (performance.now() - 20) * 48;
    for (const worker of workers) worker.onmessage?.({ data: { timestamp, samples: 960 } });
  }
}

/** A sound is sent when its packet is full, and heard 6.5 ms later in it: the encoder looks ahead. */
const MEASURED_MS = 20 + 6.5 + NETWORK_MS - PLAYED_AFTER_MS + WALL_DELAY_MS;
const USUAL_MS = 27 + NETWORK_MS - LATENCY_MS + WALL_DELAY_MS;

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ["setInterval", "clearInterval", "performance"] });
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("RTCRtpScriptTransform", class {});
  vi.stubGlobal("window", globalThis);
  [workers, delays] = [[], []];
});

afterEach(() => {
  broadcast.onAir.value = "off";
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("LocalDelay", () => {
  test("waits for the light, and as long as a sound takes to the server by the frames", async () => {
    open();
    broadcast.onAir.value = "live";
    await sendUntil(2_000);
    expect(delays.at(-1)).toBeCloseTo(MEASURED_MS, 3);
  });

  test("takes the usual time until enough frames are sent", async () => {
    open();
    broadcast.onAir.value = "live";
    await sendUntil(300);
    expect(delays.at(-1)).toBeCloseTo(USUAL_MS, 3);
  });

  test("takes the usual time in a browser that shows no frames", async () => {
    Reflect.deleteProperty(globalThis, "RTCRtpScriptTransform");
    open();
    broadcast.onAir.value = "live";
    await sendUntil(2_000);
    expect(workers).toEqual([]);
    expect(delays.at(-1)).toBeCloseTo(USUAL_MS, 3);
  });

  test("takes the usual time while the media clock belongs to the stream before", async () => {
    open();
    broadcast.onAir.value = "live";
    await sendUntil(2_000, 3_000_000_000);
    expect(delays.at(-1)).toBeCloseTo(USUAL_MS, 3);
  });

  test("adds the host's trim", async () => {
    open(-25);
    broadcast.onAir.value = "live";
    await sendUntil(2_000);
    expect(delays.at(-1)).toBeCloseTo(MEASURED_MS - 25, 3);
  });

  test("says how much longer the light must wait for sound that is too early", async () => {
    open(-1_000);
    broadcast.onAir.value = "live";
    await sendUntil(2_000);
    expect(delays.at(-1)).toBeCloseTo(MEASURED_MS - 1_000, 3);
    expect(lackingMs.value).toBe(Math.ceil((1_000 - MEASURED_MS) / 10) * 10);
    broadcast.onAir.value = "off";
    expect(lackingMs.value).toBe(0);
  });

  test("does not delay the sound off air", async () => {
    open();
    broadcast.onAir.value = "live";
    await sendUntil(1_000);
    broadcast.onAir.value = "off";
    expect(delays.at(-1)).toBe(0);
  });

  test("sees the frames of every connection", () => {
    open();
    const sender: { transform?: unknown } = {};
    broadcast.onSender!(sender);
    expect(sender.transform).toBeInstanceOf(RTCRtpScriptTransform);
  });
});
