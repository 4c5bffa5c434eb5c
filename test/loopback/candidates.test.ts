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

/** The candidate addresses in an answer to a page that has come this way. */
function offered(route: { reached: string[]; isOutside: boolean }): string[] {
  const { answer } = engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }), ...route });
  return [...answer.matchAll(/a=candidate:\S+ 1 udp \d+ (\S+)/g)].map(([, address = ""]) => address);
}

test("a page from the internet is offered private addresses only if they are announced", () => {
  expect(offered({ reached: ["203.0.113.7"], isOutside: true })).toEqual([
    "203.0.113.7",
    "10.9.9.9",
    "2001:db8::5",
  ]);
  expect(offered({ reached: [], isOutside: true })).toEqual(["10.9.9.9", "203.0.113.7", "2001:db8::5"]);
});

test("a page is offered first the address in its URL, which a container does not have itself", () => {
  const [first, second] = offered({ reached: ["192.168.7.7", "172.17.0.2"], isOutside: false });
  expect([first, second]).toEqual(["192.168.7.7", "172.17.0.2"]);
});

test.each([["192.168.1.5"], ["fd00::5"], []])(
  "a page of a private network that reached %s is offered all addresses",
  (...reached) => {
    const all = ["10.9.9.9", "192.168.1.5", "203.0.113.7", "fd00::5", "2001:db8::5"];
    expect(offered({ reached, isOutside: false }).toSorted()).toEqual(all.toSorted());
  },
);
