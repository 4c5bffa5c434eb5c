import { expect, test } from "vitest";
import { Heartbeats } from "../../../../../server/media/threads/heartbeat.ts";

function watched() {
  const lost: string[] = [];
  const heartbeats = new Heartbeats((thread) => lost.push(thread));
  for (const thread of ["media 1", "handshakes"]) {
    heartbeats.add(thread);
    heartbeats.beat(thread);
  }
  return { heartbeats, lost };
}

test("threads that answer are neither silent nor lost", () => {
  const { heartbeats, lost } = watched();
  for (let n = 0; n < 100; n++) {
    heartbeats.look();
    heartbeats.beat("media 1");
    if (n % 2 === 0) heartbeats.beat("handshakes");
  }
  expect(heartbeats.silent).toBeUndefined();
  expect(lost).toEqual([]);
});

test("a thread without beats is silent first, then lost, and that is said once", () => {
  const { heartbeats, lost } = watched();
  const seen: [silent: string | undefined, lost: number][] = [];
  for (let n = 0; n < 8; n++) {
    heartbeats.look();
    heartbeats.beat("media 1");
    seen.push([heartbeats.silent, lost.length]);
  }
  expect(seen.map(([silent]) => silent)).toEqual([undefined, ...Array(7).fill("handshakes")]);
  expect(seen.map(([, count]) => count)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(lost).toEqual(["handshakes"]);
});

test("a pause of the whole process, after which it looks only once, is nobody's fault", () => {
  const { heartbeats, lost } = watched();
  for (let pause = 0; pause < 20; pause++) {
    heartbeats.look();
    expect(heartbeats.silent).toBeUndefined();
    heartbeats.beat("media 1");
    heartbeats.beat("handshakes");
  }
  expect(lost).toEqual([]);
});

test("a thread may take a minute to load, and not for ever", () => {
  const lost: string[] = [];
  const heartbeats = new Heartbeats((thread) => lost.push(thread));
  heartbeats.add("handshakes");
  for (let n = 0; n < 60; n++) heartbeats.look();
  expect(lost).toEqual([]);
  for (let n = 0; n < 5; n++) heartbeats.look();
  expect(lost).toEqual(["handshakes"]);
});
