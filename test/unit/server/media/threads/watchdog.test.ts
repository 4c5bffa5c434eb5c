import { describe, expect, test } from "vitest";
import { Watchdog } from "../../../../../server/media/threads/watchdog.ts";

/** A watchdog over two threads that have sent their first message. */
function watched() {
  const lost: string[] = [];
  const watchdog = new Watchdog((thread) => lost.push(thread));
  for (const thread of ["media 1", "handshakes"]) {
    watchdog.watch(thread);
    watchdog.confirm(thread);
  }
  return { watchdog, lost };
}

describe("the watchdog", () => {
  test("reports no thread as silent or lost while all send messages", () => {
    const { watchdog, lost } = watched();
    for (let n = 0; n < 100; n++) {
      watchdog.check();
      watchdog.confirm("media 1");
      if (n % 2 === 0) watchdog.confirm("handshakes");
    }
    expect(watchdog.silent).toBeUndefined();
    expect(lost).toEqual([]);
  });

  test("reports a thread without messages as silent after two checks, and once as lost after five", () => {
    const { watchdog, lost } = watched();
    const seen: [silent: string | undefined, lost: number][] = [];
    for (let n = 0; n < 8; n++) {
      watchdog.check();
      watchdog.confirm("media 1");
      seen.push([watchdog.silent, lost.length]);
    }
    expect(seen.map(([silent]) => silent)).toEqual([undefined, ...Array(7).fill("handshakes")]);
    expect(seen.map(([, count]) => count)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(lost).toEqual(["handshakes"]);
  });

  test("blames no thread for a pause of the whole process", () => {
    const { watchdog, lost } = watched();
    for (let pause = 0; pause < 20; pause++) {
      watchdog.check();
      expect(watchdog.silent).toBeUndefined();
      watchdog.confirm("media 1");
      watchdog.confirm("handshakes");
    }
    expect(lost).toEqual([]);
  });

  test("gives a thread a minute to load, and five checks more", () => {
    const lost: string[] = [];
    const watchdog = new Watchdog((thread) => lost.push(thread));
    watchdog.watch("handshakes");
    for (let n = 0; n < 60; n++) watchdog.check();
    expect(lost).toEqual([]);
    for (let n = 0; n < 5; n++) watchdog.check();
    expect(lost).toEqual(["handshakes"]);
  });
});
