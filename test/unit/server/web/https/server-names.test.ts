import { expect, test } from "vitest";
import { serverNames } from "../../../../../server/web/https/server-names.ts";

test("a server is called by its addresses, its host name, that with .local, and HOSTNAMES", () => {
  const names = serverNames({
    machine: "Pi.fritz.box",
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
    "wall.lan",
  ]);
});

test("no name is there twice, and what is no DNS name is left out", () => {
  expect(serverNames({ machine: "localhost", hostnames: ["localhost.local"], lan: [] })).toEqual([
    "localhost",
    "127.0.0.1",
    "::1",
    "localhost.local",
  ]);
  expect(serverNames({ machine: "Anna’s Mac", hostnames: [], lan: [] })).toHaveLength(3);
});
