import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { IceServers } from "../../../../server/signal/ice-servers.ts";

const options = { stunUrls: [], turnUrls: [], turnSecret: "", turnMs: 3_600_000 };
const NOW = Date.UTC(2030, 0, 1);

test("there are no servers unless they are configured", () => {
  expect(new IceServers(options).issue(NOW)).toEqual([]);
});

test("STUN servers have no credentials", () => {
  const ice = new IceServers({ ...options, stunUrls: ["stun:stun.example"] });
  expect(ice.issue(NOW)).toEqual([{ urls: ["stun:stun.example"] }]);
});

test("TURN credentials expire, are unique, match the shared secret and do not contain it", () => {
  const turnUrls = ["turn:turn.example", "turn:turn.example?transport=tcp"];
  const ice = new IceServers({ ...options, turnUrls, turnSecret: "a secret shared with coturn" });
  const [one, two] = [ice.issue(NOW)[0]!, ice.issue(NOW)[0]!];
  expect(one.urls).toEqual(turnUrls);
  expect(Number(one.username?.split(":")[0])).toBe(NOW / 1000 + 3600);
  const good = createHmac("sha1", "a secret shared with coturn").update(one.username!).digest("base64");
  expect(one.credential).toBe(good);
  expect(two.username).not.toBe(one.username);
  expect(JSON.stringify(one)).not.toContain("secret");
});
