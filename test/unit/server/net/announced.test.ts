import { pino } from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { AnnouncedAddresses } from "../../../../server/net/announced.ts";

const opened: AnnouncedAddresses[] = [];
const logged: { msg: string; name: string; reason: string }[] = [];
const log = pino({ level: "warn" }, { write: (line: string) => logged.push(JSON.parse(line)) });

afterEach(() => {
  for (const one of opened.splice(0)) one.close();
  logged.length = 0;
  vi.useRealTimers();
});

function open(hosts: readonly (string | [string, number])[], resolve: (name: string) => Promise<string[]>) {
  const announce = hosts.map((item) => {
    const [host, port] = typeof item === "string" ? [item, undefined] : item;
    return { host, port };
  });
  const addresses = new AnnouncedAddresses({ announce, log, resolve, intervalMs: 1_000 });
  opened.push(addresses);
  return addresses;
}

const notFound = () => Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));

test("literal addresses are there at once, names when they have been looked up, in order", async () => {
  const addresses = open(["203.0.113.7", ["lights.test", 40_000]], async () => [
    "2001:db8::1",
    "198.51.100.1",
  ]);
  expect(addresses.current).toEqual([{ address: "203.0.113.7", port: undefined }]);
  await addresses.start();
  expect(addresses.current).toEqual([
    { address: "203.0.113.7", port: undefined },
    { address: "2001:db8::1", port: 40_000 },
    { address: "198.51.100.1", port: 40_000 },
  ]);
});

test("a name whose address changes is followed", async () => {
  vi.useFakeTimers();
  let address = "198.51.100.1";
  const addresses = open(["lights.test"], async () => [address]);
  await addresses.start();
  address = "198.51.100.2";
  await vi.advanceTimersByTimeAsync(1_000);
  expect(addresses.current).toEqual([{ address: "198.51.100.2", port: undefined }]);
});

test("a look-up that fails keeps the last answer, and is logged once until one succeeds", async () => {
  let resolve: () => Promise<string[]> = async () => ["198.51.100.1"];
  const addresses = open(["lights.test"], () => resolve());
  await addresses.start();
  resolve = notFound;
  for (let n = 0; n < 3; n++) await addresses.refresh();
  expect(addresses.current).toEqual([{ address: "198.51.100.1", port: undefined }]);
  expect(logged).toMatchObject([
    {
      name: "lights.test",
      reason: "ENOTFOUND",
      msg: "a name in ANNOUNCE cannot be looked up; its last addresses stay in use",
    },
  ]);
  resolve = async () => ["198.51.100.3"];
  await addresses.refresh();
  resolve = notFound;
  await addresses.refresh();
  expect(logged).toHaveLength(2);
  expect(addresses.current).toEqual([{ address: "198.51.100.3", port: undefined }]);
});

test("a name that is not known at the start offers nothing, and the others work", async () => {
  const addresses = open(["away.test", "lights.test"], (name) =>
    name === "away.test" ? notFound() : Promise.resolve(["198.51.100.1"]),
  );
  await addresses.start();
  expect(addresses.current).toEqual([{ address: "198.51.100.1", port: undefined }]);
  expect(logged[0]?.msg).toBe("a name in ANNOUNCE cannot be looked up; it is not offered to browsers");
});

test("a look-up that hangs neither blocks the start nor is joined by a second one", async () => {
  vi.useFakeTimers();
  let asked = 0;
  const addresses = open(["hangs.test", "203.0.113.7"], () => {
    asked++;
    return new Promise(() => {});
  });
  const started = addresses.start();
  await vi.advanceTimersByTimeAsync(10_000);
  await started;
  expect(asked).toBe(1);
  expect(addresses.current).toEqual([{ address: "203.0.113.7", port: undefined }]);
});

test("of a name with many addresses a few are offered, and nothing that is no address", async () => {
  const many = Array.from({ length: 100 }, (_, n) => `198.51.100.${n % 50}`);
  const addresses = open(["many.test"], async () => ["not an address", ...many]);
  await addresses.start();
  expect(addresses.current.map(({ address }) => address)).toEqual(many.slice(0, 8));
});
