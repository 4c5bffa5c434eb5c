import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import multicastDns from "multicast-dns";
import { pino } from "pino";
import { afterEach, expect, test } from "vitest";
import { LocalName } from "../../server/net/local-name.ts";
import { SeededRandom } from "../support/seeded-random.ts";

const log = pino({ level: "silent" });
const names: LocalName[] = [];
let port = 20_000 + (process.pid % 20_000);

afterEach(async () => {
  await Promise.all(names.splice(0).map((name) => name.close()));
  port += 1;
});

/** A machine of the local network, which is loopback here. */
function machine(address: string): LocalName {
  const network = { interface: "127.0.0.1", port };
  const name = new LocalName({ name: "wall", addresses: () => [address, "fd00::5"], log, network });
  names.push(name);
  return name;
}

/** Bytes that are still in use after a garbage collection. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

/** Asks the network for a name. @returns its addresses of IPv4 */
async function ask(name: string): Promise<string[]> {
  const mdns = multicastDns({ interface: "127.0.0.1", port, bind: "0.0.0.0" } as object);
  const found: string[] = [];
  mdns.on("response", ({ answers = [] }) => {
    for (const answer of answers) if (answer.type === "A" && answer.name === name) found.push(answer.data);
  });
  // Resolvers ask again: an answer to somebody else may just have been given.
  for (let n = 0; n < 3; n++) {
    await new Promise((resolve) => mdns.query([{ name, type: "A" }], resolve));
    await delay(400);
  }
  mdns.destroy();
  return [...new Set(found)];
}

test("a server's name has its address, until the server is closed", async () => {
  const one = machine("192.168.1.5");
  expect(one.value).toBe(undefined);
  expect(await one.settled).toBe("wall.local");
  expect(await ask("wall.local")).toEqual(["192.168.1.5"]);
  await one.close();
  expect(await ask("wall.local")).toEqual([]);
});

test("a second server takes the next name, also if both start at once", async () => {
  const first = machine("192.168.1.5");
  await first.settled;
  expect(await machine("192.168.1.6").settled).toBe("wall-2.local");
  const both = [machine("192.168.1.7"), machine("192.168.1.8")];
  const settled = await Promise.all(both.map((one) => one.settled));
  expect(settled.sort()).toEqual(["wall-3.local", "wall-4.local"]);
  expect(first.value).toBe("wall.local");
});

test("10,000 hostile datagrams end nothing and leave nothing behind", async () => {
  const one = machine("192.168.1.5");
  await one.settled;
  const random = new SeededRandom(7);
  const socket = createSocket("udp4");
  const failures: unknown[] = [];
  const fail = (error: unknown) => failures.push(error);
  process.on("uncaughtException", fail);
  // A question for the name, of which every second datagram is a damaged copy.
  const question = Buffer.from("0000000000010000000000000477616c6c056c6f63616c0000010001", "hex");
  const flood = async (count: number) => {
    for (let n = 0; n < count; n++) {
      const datagram = n % 2 ? Buffer.from(question) : Buffer.alloc(1 + random.below(600));
      const damaged = n % 2 ? 1 + random.below(4) : datagram.length;
      for (let at = 0; at < damaged; at++) {
        datagram[n % 2 ? random.below(datagram.length) : at] = random.below(256);
      }
      socket.send(datagram, port, "127.0.0.1");
      if (n % 50 === 0) await delay(1);
    }
    await delay(100);
  };
  await flood(2_000);
  const before = heldBytes();
  await flood(10_000);
  // What a datagram leaves behind would be a hundred bytes at least.
  expect(heldBytes() - before).toBeLessThan(10_000 * 100);
  process.off("uncaughtException", fail);
  socket.close();
  expect(failures).toEqual([]);
  expect(one.value).toBe("wall.local");
  expect(await ask("wall.local")).toEqual(["192.168.1.5"]);
});

test("a port that cannot be had is one line of the log", async () => {
  const lines: string[] = [];
  const network = { interface: "203.0.113.99", port: 1 };
  const taken = createSocket({ type: "udp4" });
  await new Promise<void>((resolve) => taken.bind(port, "0.0.0.0", resolve));
  const one = new LocalName({
    name: "wall",
    addresses: () => ["192.168.1.5"],
    log: pino({ level: "warn" }, { write: (line: string) => lines.push(line) }),
    network: { ...network, port },
  });
  names.push(one);
  expect(await one.settled).toBe(undefined);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("this machine has no name in the local network; use its address");
  taken.close();
});
