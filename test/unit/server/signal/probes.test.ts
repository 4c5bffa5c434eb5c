import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OFFERS } from "../../../support/fake-engine.ts";
import { error, HELLO, SignalStage, types } from "../../../support/signal-stage.ts";

const PROBE = { type: "probe", sdp: OFFERS.receive } as const;

let stage: SignalStage;

beforeEach(() => {
  vi.useFakeTimers();
  stage = new SignalStage();
});

afterEach(() => {
  vi.useRealTimers();
});

test("a page probes the media port without a wall, and the probe ends by itself", () => {
  const page = stage.page();
  expect(types(page.send(HELLO, PROBE))).toEqual(["welcome", "answer"]);
  expect([...stage.engine.peers.values()]).toMatchObject([{ role: "subscribe", reached: ["192.0.2.1"] }]);
  vi.advanceTimersByTime(10_000);
  expect(stage.engine.peers.size).toBe(0);
});

test("a probe ends with its session, and before the next one of the session", () => {
  const page = stage.page();
  page.send(HELLO, PROBE, PROBE);
  expect(stage.engine.peers.size).toBe(1);
  page.session.end();
  expect(stage.engine.peers.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a probe is refused in a wall, and with an offer that sends", () => {
  const { code } = stage.hosted();
  expect(stage.listening(code).send(PROBE)).toEqual([error("already-in-room", "probe")]);
  const page = stage.page();
  expect(page.send(HELLO, { ...PROBE, sdp: OFFERS.send }).slice(1)).toEqual([error("offer-sends", "probe")]);
  // What was refused takes up no place.
  expect(types(page.send(PROBE))).toEqual(["answer"]);
});

test("a network has a share of the probes, and gets places back", () => {
  const pages = Array.from({ length: 5 }, () => stage.page());
  for (const page of pages) {
    page.send(HELLO, PROBE);
    const [peer] = [...stage.engine.peers.values()].slice(-1);
    if (peer) stage.engine.connect(peer.broadcast, "subscribe");
  }
  // 5 % of 64 are four.
  expect(stage.engine.peers.size).toBe(4);
  expect(pages[4]?.send(PROBE)).toEqual([error("server-full", "probe")]);
  expect(types(stage.page("203.0.113.5").send(HELLO, PROBE))).toEqual(["welcome", "answer"]);
  pages[0]?.session.end();
  expect(types(pages[4]?.send(PROBE) ?? [])).toEqual(["answer"]);
});
