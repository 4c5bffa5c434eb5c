import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PeerSpec, StrayDatagram } from "../../../../../server/media/model.ts";
import { Strays } from "../../../../../server/media/peer/strays.ts";
import type { Remote } from "../../../../../server/media/wire/port.ts";

const home = { address: "192.0.2.1", port: 5004, key: "192.0.2.1 5004" } as Remote;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** @param ids of the peers; those that begin with "host" publish */
function expected(...ids: string[]) {
  const passed: StrayDatagram[] = [];
  const strays = new Strays((stray) => passed.push(stray));
  for (const id of ids) {
    const role = id.startsWith("host") ? "publish" : "subscribe";
    strays.add({ id, role, ufrag: `ufrag of ${id}`, password: "p" } as PeerSpec);
  }
  return { strays, passed };
}

test("a flood in one peer's name takes nothing from what another's may pass", () => {
  const { strays, passed } = expected("host loud", "host quiet");
  for (let n = 0; n < 10_000; n++) strays.pass("host loud", "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(500);
  strays.pass("host quiet", "media", Buffer.from([128]), home);
  expect(passed.at(-1)!.peer).toBe("host quiet");
  vi.advanceTimersByTime(1_000);
  for (let n = 0; n < 10_000; n++) strays.pass("host loud", "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(1_001);
});

test("listeners may pass less than hosts, and a flood of theirs takes nothing from hosts, nor from checks", () => {
  const listeners = Array.from({ length: 100 }, (_, n) => `${n}`);
  const { strays, passed } = expected("host", ...listeners);
  strays.pass("0", "media", Buffer.from([128]), home);
  for (let n = 0; n < 200; n++) strays.pass("0", "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(110);
  for (let n = 0; n < 200; n++) {
    for (const id of listeners) strays.pass(id, "media", Buffer.from([128]), home);
  }
  expect(passed).toHaveLength(1_500);
  strays.pass("host", "media", Buffer.from([128]), home);
  strays.pass("0", "stun", Buffer.from([0]), home);
  expect(passed.slice(-2).map(({ peer, kind }) => [peer, kind])).toEqual([
    ["host", "media"],
    ["0", "stun"],
  ]);
});

test("all hosts together have a bound as well", () => {
  const hosts = Array.from({ length: 100 }, (_, n) => `host ${n}`);
  const { strays, passed } = expected(...hosts);
  for (let n = 0; n < 200; n++) for (const id of hosts) strays.pass(id, "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(3_000);
});

test("nothing is passed on for who is gone", () => {
  const { strays, passed } = expected("gone");
  strays.forget("gone");
  strays.pass("gone", "media", Buffer.from([128]), home);
  expect(passed).toEqual([]);
});
