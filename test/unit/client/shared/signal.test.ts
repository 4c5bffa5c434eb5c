import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Signal } from "../../../../client/shared/signal.ts";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import { PageSocket } from "../../../support/page-socket.ts";
import { randomOf } from "../../../support/random.ts";

const welcome: ServerMessage = { type: "welcome", version: 2, session: "s" };
const page = { hidden: false };
let signal: Signal;
let happened: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), page));
  vi.stubGlobal("location", new URL("http://wall/w/ACDEF"));
  vi.stubGlobal("WebSocket", PageSocket);
  PageSocket.all = [];
  happened = [];
  signal = new Signal({
    open: () => happened.push("open"),
    message: (message) => happened.push(message.type),
    down: (fatal) => happened.push(fatal ? "fatal" : "down"),
  });
});

afterEach(() => {
  signal.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("Signal", () => {
  test("sends hello before anything else, and then a ping", () => {
    PageSocket.last.accept();
    signal.send({ type: "join", code: "ACDEF" });
    expect(PageSocket.last.sent).toEqual([
      { type: "hello", version: 2 },
      { type: "ping", sent: expect.any(Number) },
      { type: "join", code: "ACDEF" },
    ]);
    expect(happened).toEqual(["open"]);
  });

  test("hands on what the server sends", () => {
    PageSocket.last.accept();
    PageSocket.last.deliver(welcome);
    expect(happened).toEqual(["open", "welcome"]);
  });

  test("goes to the other servers in turn when it loses one, and comes back to the first", () => {
    PageSocket.last.accept();
    PageSocket.last.deliver({ type: "nodes", sites: ["http://two", "http://three/at"], go: false });
    const urls = [0, 1, 2].map(() => {
      PageSocket.last.drop();
      vi.advanceTimersByTime(1_000);
      return PageSocket.last.url;
    });
    expect(urls).toEqual(["ws://two/ws", "ws://three/at/ws", "ws://wall/ws"]);
  });

  test("leaves a full server at once for the one that it names", () => {
    PageSocket.last.accept();
    PageSocket.last.deliver({ type: "nodes", sites: ["https://two"], go: true });
    vi.advanceTimersByTime(250);
    expect(PageSocket.last.url).toBe("wss://two/ws");
    expect(happened).toEqual(["open", "down"]);
  });

  test("sends nothing while it is not connected", () => {
    expect(signal.send({ type: "stop" })).toBe(false);
    PageSocket.last.accept();
    expect(signal.send({ type: "stop" })).toBe(true);
    PageSocket.last.drop();
    expect(signal.connected).toBe(false);
    expect(signal.send({ type: "stop" })).toBe(false);
  });

  test("connects again after waits that double up to one second, later two, and sends hello again", () => {
    for (const wait of [250, 500, ...Array<number>(8).fill(1_000), 2_000, 2_000]) {
      const count = PageSocket.all.length;
      PageSocket.last.drop();
      vi.advanceTimersByTime(wait - 1);
      expect(PageSocket.all).toHaveLength(count);
      vi.advanceTimersByTime(1);
      expect(PageSocket.all).toHaveLength(count + 1);
    }
    PageSocket.last.accept();
    expect(PageSocket.last.sentOf("hello")).toEqual([{ type: "hello", version: 2 }]);
  });

  test("lengthens the waits if a server accepts and then closes, until the server sends a message", () => {
    for (const wait of [250, 500]) {
      PageSocket.last.accept();
      PageSocket.last.drop();
      vi.advanceTimersByTime(wait);
    }
    PageSocket.last.accept();
    PageSocket.last.deliver(welcome);
    const count = PageSocket.all.length;
    PageSocket.last.drop();
    vi.advanceTimersByTime(250);
    expect(PageSocket.all).toHaveLength(count + 1);
  });

  test.each([
    ["the network comes back", () => window.dispatchEvent(new Event("online"))],
    ["the page becomes visible", () => document.dispatchEvent(new Event("visibilitychange"))],
  ])("connects at once when %s", (_, wake) => {
    PageSocket.last.drop();
    wake();
    expect(PageSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(4_000);
    expect(PageSocket.all).toHaveLength(2);
  });

  test.each([4409, 4426])("does not connect again after close code %i", (code) => {
    PageSocket.last.accept();
    PageSocket.last.drop(code);
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(60_000);
    expect(PageSocket.all).toHaveLength(1);
    expect(happened).toEqual(["open", "fatal"]);
  });

  test("gives up a connection on which the server no longer answers", () => {
    PageSocket.last.accept();
    PageSocket.last.deliver(welcome);
    vi.advanceTimersByTime(5_000);
    expect(PageSocket.last.sent.at(-1)).toMatchObject({ type: "ping" });
    PageSocket.last.deliver({ type: "pong", sent: 0, received: 0, replied: 0 });
    vi.advanceTimersByTime(5_000);
    expect(happened).not.toContain("down");
    vi.advanceTimersByTime(5_000);
    expect(happened.at(-1)).toBe("down");
    vi.advanceTimersByTime(250);
    expect(PageSocket.all).toHaveLength(2);
  });

  test("gives up a connection that is doubted and does not answer within a second", () => {
    PageSocket.last.accept();
    PageSocket.last.deliver(welcome);
    signal.doubt();
    expect(PageSocket.last.sent.at(-1)).toMatchObject({ type: "ping" });
    PageSocket.last.deliver({ type: "pong", sent: 0, received: 0, replied: 0 });
    vi.advanceTimersByTime(1_000);
    expect(happened).not.toContain("down");
    signal.doubt();
    vi.advanceTimersByTime(1_000);
    expect(happened.at(-1)).toBe("down");
  });

  test.each([
    ["and its clock with it", 0],
    ["but its clock", 600_000],
  ])("doubts its connection when the device has slept, %s", (_, ofClock) => {
    PageSocket.last.accept();
    PageSocket.last.deliver(welcome);
    vi.advanceTimersByTime(4_500);
    const before = PageSocket.last.sent.length;
    const now = performance.now();
    vi.setSystemTime(Date.now() + 600_000);
    vi.spyOn(performance, "now").mockImplementation(() => now + ofClock);
    vi.advanceTimersByTime(1_000);
    expect(PageSocket.last.sent.length).toBeGreaterThan(before);
    // The server has closed the connection, of which this device has heard nothing.
    expect(happened).not.toContain("down");
    vi.advanceTimersByTime(1_000);
    expect(happened.at(-1)).toBe("down");
  });

  test("does not doubt its connection when the time of day is set back, or a look is a little late", () => {
    PageSocket.last.accept();
    for (const step of [-3_600_000, 1_500]) {
      PageSocket.last.deliver(welcome);
      vi.setSystemTime(Date.now() + step);
      vi.advanceTimersByTime(2_500);
    }
    expect(happened).not.toContain("down");
  });

  test("leaves when the page is left, and is there again when it is shown again", () => {
    PageSocket.last.accept();
    window.dispatchEvent(new Event("pagehide"));
    expect(PageSocket.last.readyState).toBe(3);
    expect(happened.at(-1)).toBe("down");
    vi.advanceTimersByTime(60_000);
    expect(PageSocket.all).toHaveLength(1);
    window.dispatchEvent(new Event("pageshow"));
    expect(PageSocket.all).toHaveLength(2);
  });

  test("is not disturbed by the first time that the page is shown", () => {
    window.dispatchEvent(new Event("pageshow"));
    PageSocket.last.accept();
    expect(PageSocket.all).toHaveLength(1);
  });

  test.each([
    ["once in three seconds where the clock is known well", 0, 4],
    ["twice a second where the network delay varies", 150, 20],
  ])("pings %s", (_, jitter, pings) => {
    const random = randomOf(1);
    PageSocket.last.accept();
    const pingFor = (ms: number) => {
      const before = PageSocket.last.sent.length;
      for (let time = 0; time < ms; time += 10) {
        const known = PageSocket.last.sent.length;
        vi.advanceTimersByTime(10);
        const ping = PageSocket.last.sent[known] as { sent: number } | undefined;
        if (!ping) continue;
        const delay = () => 10 + jitter * random();
        const received = ping.sent + delay();
        PageSocket.last.deliver({
          type: "pong",
          sent: ping.sent,
          received,
          replied: performance.now() - jitter * random(),
        });
      }
      return PageSocket.last.sent.length - before;
    };
    pingFor(60_000);
    expect(Math.abs(pingFor(10_000) - pings)).toBeLessThanOrEqual(1);
  });

  test("gives up an attempt that is neither accepted nor refused", () => {
    vi.advanceTimersByTime(5_250);
    expect(PageSocket.all).toHaveLength(2);
    expect(PageSocket.all[0]?.readyState).toBe(3);
  });

  test("does nothing once closed", () => {
    PageSocket.last.accept();
    signal.close();
    signal.close();
    PageSocket.last.drop();
    vi.advanceTimersByTime(60_000);
    expect(PageSocket.all).toHaveLength(1);
    expect(happened).toEqual(["open"]);
  });
});
