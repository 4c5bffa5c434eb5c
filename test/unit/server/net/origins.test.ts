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
