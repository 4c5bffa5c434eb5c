import { expect, test } from "vitest";
import { serverNames } from "../../../../../server/web/https/server-names.ts";

test("a server is called by its addresses, its host name, its names with .local, and HOSTNAMES", () => {
  const names = serverNames({
    machine: "Pi.fritz.box",
    mdnsName: "lightwall",
    hostnames: ["wall.lan"],
    lan: ["192.168.1.5", "fd00::2"],
  });
  expect(names).toEqual([
    "localhost",
    "127.0.0.1",
    "::1",
    "192.168.1.5",
    "fd00::2",
    "pi.fritz.box",
    "pi.local",
    "lightwall.local",
    "wall.lan",
  ]);
});

test("no name is there twice, and what is no DNS name is left out", () => {
  expect(
    serverNames({ machine: "localhost", mdnsName: "", hostnames: ["localhost.local"], lan: [] }),
  ).toEqual(["localhost", "127.0.0.1", "::1", "localhost.local"]);
  expect(serverNames({ machine: "Anna’s Mac", mdnsName: "", hostnames: [], lan: [] })).toHaveLength(3);
});
