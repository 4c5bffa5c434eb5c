import { describe, expect, test } from "vitest";
import { type CorpusName, readCorpus, readInputs } from "../fuzz/corpus.ts";
import { DirectHandshakes, helloOf } from "../fuzz/dtls/direct.ts";
import { makeIdentity, makeRsaIdentity } from "../fuzz/dtls/identities.ts";
import { replayLegs } from "../fuzz/legs.ts";
import { Chance } from "../fuzz/mutate.ts";
import { FuzzedSessions } from "../fuzz/pages/sessions.ts";
import { Flood } from "../fuzz/port/flood.ts";
import { fuzzDatagram, fuzzMessage, fuzzOffer } from "../fuzz/readers.ts";
import { STAGES, type StageName } from "../fuzz/stages.ts";
import { Watch } from "../fuzz/watch.ts";

/** Inputs of each stage besides its corpus; `npm run fuzz` makes a million in all. */
const COUNT = 1_500;

const MANY = Number.MAX_SAFE_INTEGER;

/** No input may do harm, and what one does is told by the watch. */
function expectNoHarm(watch: Watch): void {
  expect(watch.inputs).toBeGreaterThan(0);
  expect(watch.faults).toEqual([]);
}

describe("no input of a corpus does harm:", () => {
  test.each([
    ["messages", fuzzMessage],
    ["offers", fuzzOffer],
    ["datagrams", fuzzDatagram],
    ["flights", fuzzDatagram],
    ["media", fuzzDatagram],
    ["checks", fuzzDatagram],
  ] satisfies [CorpusName, (input: Buffer) => void][])("%s, read", (name, reader) => {
    const watch = new Watch(MANY);
    for (const input of readCorpus(name)) watch.try([input], () => reader(input));
    expectNoHarm(watch);
  });

  test("messages, from pages in every state", () => {
    const watch = new Watch(MANY);
    const sessions = new FuzzedSessions();
    for (const message of readCorpus("messages")) sessions.replay(new Chance(1), message, watch);
    expectNoHarm(watch);
  });

  test("flights, to the server's side of the handshake", async () => {
    const watch = new Watch(MANY);
    const flights = readInputs("flights");
    const handshakes = new DirectHandshakes(await makeIdentity(), [await makeRsaIdentity()], flights);
    for (const flight of flights) handshakes.replay(flight, watch);
    expectNoHarm(watch);
  });

  test("media under keys that are right", () => {
    const watch = new Watch(MANY);
    replayLegs(readCorpus("media"), watch);
    expectNoHarm(watch);
  });

  test("datagrams and flights, to the port from an address that is checked, while a song plays", async () => {
    const watch = new Watch(MANY);
    const flights = readInputs("flights");
    const flood = await Flood.open(flights.flatMap(helloOf)[0]!, watch);
    for (const input of [...readInputs("datagrams"), ...flights]) {
      const peer = await flood.checked();
      await flood.send(peer, input);
      peer.close();
    }
    await flood.close();
    expect(flood.heard).toBeGreaterThan(0);
    expectNoHarm(watch);
  });
});

test.each(Object.keys(STAGES) as StageName[])("nothing that is made of it does harm: %s", async (name) => {
  const watch = new Watch(COUNT);
  await STAGES[name].run(new Chance(1), watch);
  expect(watch.inputs).toBeGreaterThanOrEqual(COUNT);
  expectNoHarm(watch);
});
