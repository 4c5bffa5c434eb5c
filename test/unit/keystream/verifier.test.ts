import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Keys, protectRtp } from "../../keystream/srtp.ts";
import { Verifier } from "../../keystream/verifier.ts";

/** A verifier with one listener, and functions that make packets for it. */
function setup(losing = 0) {
  const verifier = new Verifier(1000);
  const master = () => ({ key: randomBytes(16), salt: randomBytes(14) });
  const own = master();
  verifier.add(0, own, losing);
  const packet = (index: number, payload: Buffer, keys = new Keys(own, 0)) =>
    protectRtp(keys, { index, timestamp: index * 960, ssrc: 5, payloadType: 111, payload });
  const take = (index: number, payload = randomBytes(100), keys?: Keys) =>
    verifier.take(0, packet(index, payload, keys), payload);
  return { verifier, packet, take, others: new Keys(master(), 0) };
}

/** The kinds of faults that were found, with their counts. */
const found = ({ faults }: Verifier) =>
  Object.fromEntries(Object.entries(faults).filter(([, count]) => count > 0));

test("correct packets cause no fault, also across rollovers, late or repeated", () => {
  const { verifier, packet, take } = setup(3);
  for (const index of [300, 301, 299, 20_000, 50_000, 65_535, 65_537, 65_536, 90_000, 110_000, 131_072])
    take(index);
  const payload = randomBytes(40);
  for (const clear of [payload, undefined]) verifier.take(0, packet(131_073, payload), clear);
  expect(found(verifier)).toEqual({});
  expect(verifier).toMatchObject({ packets: 13, repeats: 1 });
});

test("an index that is used again with other content is a fault, soon or long after", () => {
  const { verifier, take } = setup();
  for (let index = 0; index < 400; index++) take(index);
  take(399);
  take(3);
  expect(found(verifier)).toEqual({ indexTwice: 2, keystreamTwice: 12 });
});

test("another listener's keystream, and an index with a wrong rollover count, are faults", () => {
  const { verifier, packet, take, others } = setup();
  take(1);
  take(2, randomBytes(100), others);
  take(65_536 + 3);
  expect(found(verifier)).toEqual({ tagWrong: 2 });
  const clear = randomBytes(64);
  const noise = packet(4, randomBytes(64));
  verifier.take(0, noise, clear);
  expect(found(verifier)).toEqual({ tagWrong: 2, keystreamWrong: 1 });
});

test("a packet to a listener that has left is a fault", () => {
  const { verifier, take } = setup();
  verifier.remove(0);
  take(1);
  expect(found(verifier)).toEqual({ strayed: 1 });
});

test.each(["srtp", "verifier"])("%s.ts shares no code with the server", (name) => {
  const text = readFileSync(new URL(`../../keystream/${name}.ts`, import.meta.url), "utf8");
  const imports = [...text.matchAll(/\bfrom "([^"]+)"|\bimport\(/g)].map(([, from]) => from);
  expect(imports.filter((from) => from !== "node:crypto" && from !== "./srtp.ts")).toEqual([]);
});
