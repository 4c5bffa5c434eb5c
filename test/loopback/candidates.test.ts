import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngine } from "../../server/media/engine.ts";
import type { MediaEngine } from "../../server/media/media-engine.ts";
import { offerSdp } from "../support/offers.ts";

let engine: MediaEngine;

beforeAll(async () => {
  engine = await createEngine({
    host: "127.0.0.1",
    port: 0,
    announced: ["10.9.9.9"],
    own: ["192.168.1.5", "203.0.113.7", "fd00::5", "2001:db8::5"],
    workers: 1,
    log: pino({ level: "silent" }),
  });
});

afterAll(() => engine.close());

/**
 * The candidate addresses in an answer.
 * @param localAddress the server's address that the page has reached; undefined behind a proxy
 */
function offered(localAddress: string | undefined): string[] {
  const { answer } = engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }), localAddress });
  return [...answer.matchAll(/a=candidate:\S+ 1 udp \d+ (\S+)/g)].map(([, address = ""]) => address);
}

test("a page that reached a public address is offered private ones only if they are announced", () => {
  expect(offered("203.0.113.7")).toEqual(["203.0.113.7", "10.9.9.9", "2001:db8::5"]);
  expect(offered("2001:db8::5")).toEqual(["2001:db8::5", "10.9.9.9", "203.0.113.7"]);
});

test.each(["192.168.1.5", "fd00::5", undefined])(
  "a page that reached %s is offered all addresses",
  (localAddress) => {
    const all = ["10.9.9.9", "192.168.1.5", "203.0.113.7", "fd00::5", "2001:db8::5"];
    expect(offered(localAddress).toSorted()).toEqual(all.toSorted());
  },
);
