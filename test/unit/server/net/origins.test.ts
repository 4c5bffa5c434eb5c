import { expect, test } from "vitest";
import { Origins } from "../../../../server/net/origins.ts";

const origins = new Origins(["https://stage.example"]);

test.each([
  [undefined, true],
  ["https://walls.example:8443", true],
  ["https://stage.example", true],
  ["https://walls.example", false],
  ["https://stage.example.evil.example", false],
  ["null", false],
  ["", false],
])("a request with the origin %s to Walls.example:8443 is accepted: %s", (origin, accepted) => {
  expect(origins.admits(origin, "Walls.example:8443")).toBe(accepted);
});

test.each([
  ["https://walls.example", "walls.example:443", true],
  ["https://walls.example", "WALLS.example", true],
  ["http://walls.example", "walls.example:80", true],
  ["http://walls.example", "walls.example:443", false],
  ["https://walls.example:8443", "walls.example", false],
  ["https://walls.example", "", false],
])("the default port counts as if it were not named: %s to %s is accepted: %s", (origin, host, accepted) => {
  expect(new Origins([]).admits(origin, host)).toBe(accepted);
});

test("pages of servers that carry the same walls are admitted, and own origins are noted for them", () => {
  const isOfNode = (origin: string) => origin === "http://one.example:8081";
  const own = new Origins([], isOfNode);
  expect(own.admits("http://one.example:8081", "two.example:8082")).toBe(true);
  expect(own.admits("http://evil.example:8081", "two.example:8082")).toBe(false);
  expect(own.own).toEqual([]);
  for (let n = 0; n < 6; n++) own.admits(`http://name${n}.example`, `name${n}.example`);
  expect(own.own).toEqual([2, 3, 4, 5].map((n) => `http://name${n}.example`));
});
