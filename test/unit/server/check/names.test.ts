import { expect, test } from "vitest";
import { nameFindings } from "../../../../server/check/names.ts";

/** A DNS that knows one name. */
const resolve = async (name: string) => {
  if (name !== "wall.example") throw new Error("ENOTFOUND");
  return ["192.0.2.1"];
};
const announce = (...hosts: string[]) => hosts.map((host) => ({ host, port: undefined }));

test("names without an address are problems, by the setting that has them", async () => {
  const settings = {
    announce: announce("gone.example", "wall.example"),
    publicUrl: "https://lost.example/wall",
    nodeUrl: "https://one.example",
    acmeDomain: ["off.example", "wall.example"],
  };
  const found = await nameFindings(settings, resolve);
  expect(found.map(({ level }) => level)).toEqual(Array(4).fill("problem"));
  expect(found.map(({ text }) => text)).toEqual([
    "ANNOUNCE names gone.example, which has no address: it is not offered to browsers.",
    "ACME_DOMAIN names off.example, which has no address: no certificate can be got for it.",
    "PUBLIC_URL names lost.example, which has no address: phones may not open the link.",
    "NODE_URL names one.example, which has no address: pages do not come here when another server is gone.",
  ]);
});

test("names that are known, and addresses, are no problem", async () => {
  const settings = {
    announce: announce("192.0.2.7", "2001:db8::7", "wall.example"),
    publicUrl: "http://[::1]:8080",
    nodeUrl: "http://wall.example:8080",
    acmeDomain: [],
  };
  expect(await nameFindings(settings, resolve)).toEqual([]);
  expect(await nameFindings({ announce: [], publicUrl: "", nodeUrl: "", acmeDomain: [] }, resolve)).toEqual(
    [],
  );
});
