import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PeerSpec, StrayDatagram } from "../../server/media/media-thread.ts";
import type { Remote } from "../../server/media/port.ts";
import { Strays } from "../../server/media/strays.ts";

const home = { address: "192.0.2.1", port: 5004, key: "192.0.2.1 5004" } as Remote;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function expected(...ids: string[]) {
  const passed: StrayDatagram[] = [];
  const strays = new Strays((stray) => passed.push(stray));
  for (const id of ids) strays.add({ id, ufrag: `ufrag of ${id}`, password: "p" } as PeerSpec);
  return { strays, passed };
}

test("a flood in one peer's name takes nothing from what another's may pass", () => {
  const { strays, passed } = expected("loud", "quiet");
  for (let n = 0; n < 10_000; n++) strays.pass("loud", "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(500);
  strays.pass("quiet", "media", Buffer.from([128]), home);
  expect(passed.at(-1)!.peer).toBe("quiet");
  vi.advanceTimersByTime(1_000);
  for (let n = 0; n < 10_000; n++) strays.pass("loud", "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(1_001);
});

test("all together have a bound as well", () => {
  const ids = Array.from({ length: 100 }, (_, n) => `${n}`);
  const { strays, passed } = expected(...ids);
  for (let n = 0; n < 200; n++) for (const id of ids) strays.pass(id, "media", Buffer.from([128]), home);
  expect(passed).toHaveLength(5_000);
});

test("nothing is passed on for who is gone", () => {
  const { strays, passed } = expected("gone");
  strays.forget("gone");
  strays.pass("gone", "media", Buffer.from([128]), home);
  expect(passed).toEqual([]);
});
