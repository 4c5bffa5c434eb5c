import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Signal } from "../../../../client/shared/signal.ts";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import { randomOf } from "../../../support/random.ts";

/** A WebSocket whose server is the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  readonly sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const welcome: ServerMessage = { type: "welcome", version: 1, session: "s" };
const last = () => FakeSocket.all.at(-1)!;
const page = { hidden: false };
let signal: Signal;
let happened: unknown[];
let asked: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), page));
  FakeSocket.all = [];
  happened = [];
  asked = [];
  signal = new Signal(
    {
      open: () => happened.push("open"),
      message: (message) => happened.push(message.type),
      down: (fatal) => happened.push(fatal ? "fatal" : "down"),
    },
    {
      url: "ws://wall/ws",
      WebSocket: FakeSocket as unknown as typeof WebSocket,
      askClock: () =>
        new Promise((resolve) => {
          const sent = performance.now();
          const sample = { sent, received: sent + 1_001, replied: sent + 1_001, arrived: sent + 2 };
          asked.push(() => resolve(sample));
        }),
    },
  );
});

afterEach(() => {
  signal.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("Signal", () => {
  it("says hello before the page says anything", () => {
    last().accept();
    signal.send({ type: "join", code: "ACDEF" });
    expect(last().sent).toEqual([
      { type: "hello", version: 1 },
      { type: "join", code: "ACDEF" },
    ]);
    expect(happened).toEqual(["open"]);
  });

  it("hands on what the server says", () => {
    last().accept();
    last().say(welcome);
    expect(happened).toEqual(["open", "welcome"]);
  });

  it("refuses to send while it is not connected", () => {
    expect(signal.send({ type: "stop" })).toBe(false);
    last().accept();
    expect(signal.send({ type: "stop" })).toBe(true);
    last().drop();
    expect(signal.connected).toBe(false);
    expect(signal.send({ type: "stop" })).toBe(false);
  });

  it("comes back fast, backs off to a second, later to two, and greets again", () => {
    for (const wait of [250, 500, ...Array<number>(8).fill(1_000), 2_000, 2_000]) {
      const count = FakeSocket.all.length;
      last().drop();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeSocket.all).toHaveLength(count);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(count + 1);
    }
    last().accept();
    expect(last().sent).toEqual([{ type: "hello", version: 1 }]);
  });

  it("keeps backing off from a server that accepts and hangs up, and starts afresh after it has spoken", () => {
    for (const wait of [250, 500]) {
      last().accept();
      last().drop();
      vi.advanceTimersByTime(wait);
    }
    last().accept();
    last().say(welcome);
    const count = FakeSocket.all.length;
    last().drop();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(count + 1);
  });

  it.each([
    ["the network is back", () => window.dispatchEvent(new Event("online"))],
    ["the page is seen again", () => document.dispatchEvent(new Event("visibilitychange"))],
  ])("retries at once when %s", (_, wake) => {
    last().drop();
    wake();
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(4_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([4409, 4426])("stays away after close code %i", (code) => {
    last().accept();
    last().drop(code);
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(happened).toEqual(["open", "fatal"]);
  });

  it("leaves a server that no longer answers", () => {
    last().accept();
    last().say(welcome);
    vi.advanceTimersByTime(5_000);
    expect(last().sent.at(-1)).toMatchObject({ type: "ping" });
    last().say({ type: "pong", sent: 0, received: 0, replied: 0 });
    vi.advanceTimersByTime(5_000);
    expect(happened).not.toContain("down");
    vi.advanceTimersByTime(5_000);
    expect(happened.at(-1)).toBe("down");
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([
    ["once in three seconds where it knows the clock well", 0, 4],
    ["twice a second where messages are late by turns", 150, 20],
  ])("pings %s", (_, jitter, pings) => {
    const random = randomOf(1);
    last().accept();
    const pingFor = (ms: number) => {
      const before = last().sent.length;
      for (let time = 0; time < ms; time += 10) {
        const known = last().sent.length;
        vi.advanceTimersByTime(10);
        const ping = last().sent[known] as { sent: number } | undefined;
        if (!ping) continue;
        const way = () => 10 + jitter * random();
        const received = ping.sent + way();
        last().say({
          type: "pong",
          sent: ping.sent,
          received,
          replied: performance.now() - jitter * random(),
        });
      }
      return last().sent.length - before;
    };
    pingFor(60_000);
    expect(Math.abs(pingFor(10_000) - pings)).toBeLessThanOrEqual(1);
  });

  it("asks for the clock by a way of its own while it is held up, one question at a time", async () => {
    last().accept();
    vi.advanceTimersByTime(1_000);
    expect(asked).toHaveLength(0);
    let heldUp = 0;
    const onTime = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => onTime() + heldUp);
    const ping = (late: number) => {
      vi.advanceTimersByTime(99);
      heldUp += late;
      vi.advanceTimersByTime(1);
    };
    ping(0);
    ping(11);
    expect(asked).toHaveLength(1);
    ping(60);
    expect(asked).toHaveLength(1);
    expect(signal.clock.error).toBeUndefined();
    asked[0]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(signal.clock.at(performance.now())).toBeCloseTo(performance.now() + 1_000);
    ping(60);
    expect(asked).toHaveLength(2);
    last().drop();
    asked[1]!();
    await vi.advanceTimersByTimeAsync(0);
    expect(signal.clock.size).toBe(1);
  });

  it("does not ask so while it loads, nor while nobody sees it", () => {
    const onTime = performance.now.bind(performance);
    let heldUp = 0;
    vi.spyOn(performance, "now").mockImplementation(() => onTime() + heldUp);
    last().accept();
    const hold = (times: number) => {
      for (let n = 0; n < times; n++) {
        vi.advanceTimersByTime(99);
        heldUp += 30;
        vi.advanceTimersByTime(1);
      }
    };
    hold(9);
    expect(asked).toHaveLength(0);
    Object.assign(document, { hidden: true });
    hold(9);
    expect(asked).toHaveLength(0);
    Object.assign(document, { hidden: false });
    hold(2);
    expect(asked).toHaveLength(1);
  });

  it("gives up an attempt that leads nowhere", () => {
    vi.advanceTimersByTime(5_250);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.all[0]?.readyState).toBe(3);
  });

  it("is quiet once closed", () => {
    last().accept();
    signal.close();
    signal.close();
    last().drop();
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(happened).toEqual(["open"]);
  });
});
