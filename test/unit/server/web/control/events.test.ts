import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodeMessage } from "../../../../../server/room/member.ts";
import { EventStream } from "../../../../../server/web/control/events.ts";

const HEARTBEAT_MS = 15_000;
const STATS = encodeMessage({ type: "screen-removed", id: "x".repeat(1000) });

/** The connection of a program that reads when the test says so. */
class HandResponse {
  writableLength = 0;
  destroyed = false;
  socket = { bytesWritten: 0 } as never as import("node:net").Socket;

  destroy(): this {
    this.destroyed = true;
    return this;
  }
}

let response: HandResponse;
let stream: EventStream;

beforeEach(() => {
  vi.useFakeTimers();
  response = new HandResponse();
  stream = new EventStream(response as never);
});

afterEach(() => {
  stream.body.destroy();
  vi.useRealTimers();
});

const read = () => String(stream.body.read() ?? "");

test("an event has an id, its kind and the message", () => {
  stream.send(encodeMessage({ type: "screen-removed", id: "screen-1" }));
  stream.send(encodeMessage({ type: "identify" }));
  expect(read()).toBe(
    'id: 1\nevent: screen-removed\ndata: {"type":"screen-removed","id":"screen-1"}\n\n' +
      'id: 2\nevent: identify\ndata: {"type":"identify"}\n\n',
  );
});

test("a heartbeat is a comment", () => {
  vi.advanceTimersByTime(HEARTBEAT_MS);
  expect(read()).toBe(":\n\n");
});

test("a program that reads too slowly first misses stats, then is cut", () => {
  const stats = { ...STATS, type: "stats" } as const;
  response.writableLength = 100_000;
  stream.send(stats);
  expect(read()).toBe("");
  stream.send(STATS);
  expect(read()).toContain("screen-removed");
  response.writableLength = 2_000_000;
  stream.send(STATS);
  expect([response.destroyed, stream.body.destroyed]).toEqual([true, true]);
  stream.send(STATS);
});

test("what a program does not take is bounded by what waits in the stream too", () => {
  for (let n = 0; n < 5_000 && !response.destroyed; n++) stream.send(STATS);
  expect(response.destroyed).toBe(true);
});

test("a program that takes nothing for a whole heartbeat is cut, one that takes a little is not", () => {
  response.writableLength = 10;
  vi.advanceTimersByTime(HEARTBEAT_MS);
  (response.socket as { bytesWritten: number }).bytesWritten = 5;
  vi.advanceTimersByTime(HEARTBEAT_MS);
  expect(response.destroyed).toBe(false);
  vi.advanceTimersByTime(HEARTBEAT_MS);
  expect(response.destroyed).toBe(true);
});
