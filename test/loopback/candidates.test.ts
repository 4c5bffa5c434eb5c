import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEngine } from "../../server/media/engine.ts";
import type { MediaEngine } from "../../server/media/media-engine.ts";
import { offerSdp } from "../support/offers.ts";

const OWN = ["192.168.1.5", "203.0.113.7", "fd00::5", "2001:db8::5"];

let engine: MediaEngine;
let announced: { address: string; port: number | undefined }[];
let own: string[];

beforeEach(() => {
  announced = [{ address: "10.9.9.9", port: undefined }];
  own = OWN;
});

beforeAll(async () => {
  engine = await createEngine({
    host: "127.0.0.1",
    port: 0,
    announced: () => announced,
    own: () => own,
    workers: 1,
    log: pino({ level: "silent" }),
  });
});

afterAll(() => engine.close());

interface Route {
  reached: string[];
  isOutside: boolean;
}

/** The candidates in an answer to a page that has come this way: address and port. */
function candidates(route: Route): [string, number][] {
  const { answer } = engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }), ...route });
  const lines = answer.matchAll(/a=candidate:\S+ 1 udp \d+ (\S+) (\d+)/g);
  return [...lines].map(([, address = "", port]) => [address, Number(port)]);
}

/** Their addresses. */
function offered(route: Route): string[] {
  return candidates(route).map(([address]) => address);
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

test("an announced port is offered with its address, also if the page has reached that address", () => {
  announced = [
    { address: "203.0.113.9", port: 50_000 },
    { address: "2001:db8::9", port: undefined },
  ];
  own = [];
  const expected = [
    ["203.0.113.9", 50_000],
    ["2001:db8::9", engine.port],
  ];
  expect(candidates({ reached: [], isOutside: true })).toEqual(expected);
  expect(candidates({ reached: ["203.0.113.9"], isOutside: true })).toEqual(expected);
});

test("each answer has the addresses of its moment", () => {
  const inside = { reached: [], isOutside: false };
  own = ["192.168.1.5"];
  announced = [];
  expect(offered(inside)).toEqual(["192.168.1.5"]);
  own = ["192.168.2.9"];
  announced = [{ address: "203.0.113.7", port: undefined }];
  expect(offered(inside)).toEqual(["203.0.113.7", "192.168.2.9"]);
});
