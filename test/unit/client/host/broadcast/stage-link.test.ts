import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StageLink } from "../../../../../client/host/broadcast/stage-link.ts";
import type { ClientMessage } from "../../../../../server/protocol/messages.ts";
import { FakePeerConnection } from "../../../../support/fake-peer-connection.ts";

const { all } = FakePeerConnection;
let sent: ClientMessage[];
let link: StageLink;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  all.length = 0;
  sent = [];
  link = new StageLink((message) => {
    sent.push(message);
    return true;
  });
});

afterEach(() => {
  link.suspend();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

test("the host gives the stage to a screen, and takes it back", () => {
  link.give("screen-1");
  link.give(null);
  expect(sent).toEqual([
    { type: "stage", screen: "screen-1" },
    { type: "stage", screen: null },
  ]);
});

test("it offers to receive from the stage once the server says that somebody is there", async () => {
  link.setScreen(1);
  link.setScreen(1);
  await settle();
  expect(sent).toEqual([{ type: "offer", sdp: "offer 1", stage: true }]);
  expect(link.receive({ type: "answer", sdp: "answer", stage: true })).toBe(true);
  await settle();
  expect(all[0]?.remoteDescription).toEqual({ sdp: "answer" });
});

test("messages about the broadcast are none of its", () => {
  expect(link.receive({ type: "answer", sdp: "answer" })).toBe(false);
  expect(link.receive({ type: "media-closed", reason: "why" })).toBe(false);
});

test("it closes its connection when nobody is on stage any more, and offers no more", async () => {
  link.setScreen(1);
  await settle();
  link.receive({ type: "answer", sdp: "answer", stage: true });
  link.setScreen(undefined);
  link.receive({ type: "media-closed", reason: "stage ended", stage: true });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(all[0]?.connectionState).toBe("closed");
  expect(sent).toHaveLength(1);
});

test("a connection that is lost is made again while somebody is on stage", async () => {
  link.setScreen(1);
  await settle();
  link.receive({ type: "answer", sdp: "answer", stage: true });
  link.receive({ type: "media-closed", reason: "timeout", stage: true });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(2);
  link.receive({
    type: "error",
    code: "server-full",
    message: "The server is full.",
    answers: "offer",
    stage: true,
  });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toHaveLength(3);
});
