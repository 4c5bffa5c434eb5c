import { describe, expect, test } from "vitest";
import { type CorpusName, readCorpus, readInputs } from "../fuzz/corpus.ts";
import { makeIdentity, makeRsaIdentity } from "../fuzz/dtls/client.ts";
import { DirectHandshakes, helloOf } from "../fuzz/dtls/direct.ts";
import { replayLegs } from "../fuzz/legs.ts";
import { FuzzedSessions } from "../fuzz/pages/sessions.ts";
import { Flood } from "../fuzz/port/flood.ts";
import { fuzzDatagram, fuzzMessage, fuzzOffer } from "../fuzz/readers.ts";
import { STAGES, type StageName } from "../fuzz/stages.ts";
import { Watch } from "../fuzz/watch.ts";
import { SeededRandom } from "../support/seeded-random.ts";

/** Generated inputs of each stage; `npm run fuzz` makes a million in all. */
const COUNT = 1_500;

const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Expects inputs without faults. */
function expectNoFaults(watch: Watch): void {
  expect(watch.inputs).toBeGreaterThan(0);
  expect(watch.faults).toEqual([]);
}

describe("no input of a corpus causes a fault:", () => {
  test.each([
    ["messages", fuzzMessage],
    ["offers", fuzzOffer],
    ["datagrams", fuzzDatagram],
    ["flights", fuzzDatagram],
    ["media", fuzzDatagram],
    ["checks", fuzzDatagram],
  ] satisfies [CorpusName, (input: Buffer) => void][])("%s, read by the parsers", (name, reader) => {
    const watch = new Watch(UNLIMITED);
    for (const input of readCorpus(name)) watch.try([input], () => reader(input));
    expectNoFaults(watch);
  });

  test("messages, from pages in every state", () => {
    const watch = new Watch(UNLIMITED);
    const sessions = new FuzzedSessions();
    for (const message of readCorpus("messages")) sessions.replay(new SeededRandom(1), message, watch);
    expectNoFaults(watch);
  });

  test("flights, given to the server's side of the handshake", async () => {
    const watch = new Watch(UNLIMITED);
    const flights = readInputs("flights");
    const handshakes = new DirectHandshakes(await makeIdentity(), [await makeRsaIdentity()], flights);
    for (const flight of flights) handshakes.replay(flight, watch);
    expectNoFaults(watch);
  });

  test("media under valid keys", () => {
    const watch = new Watch(UNLIMITED);
    replayLegs(readCorpus("media"), watch);
    expectNoFaults(watch);
  });

  test("datagrams and flights, sent to the port by a peer while a song plays", async () => {
    const watch = new Watch(UNLIMITED);
    const flights = readInputs("flights");
    const flood = await Flood.open(flights.flatMap(helloOf)[0]!, watch);
    for (const input of [...readInputs("datagrams"), ...flights]) {
      const peer = await flood.checked();
      await flood.send(peer, input);
      peer.close();
    }
    await flood.close();
    expect(flood.arrived).toBeGreaterThan(0);
    expectNoFaults(watch);
  });
});

test.each(Object.keys(STAGES) as StageName[])("no generated input causes a fault: %s", async (name) => {
  const watch = new Watch(COUNT);
  await STAGES[name].run(new SeededRandom(1), watch);
  expect(watch.inputs).toBeGreaterThanOrEqual(COUNT);
  expectNoFaults(watch);
});
