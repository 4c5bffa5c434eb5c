import type { SeededRandom } from "../support/seeded-random.ts";
import { type CorpusName, readCorpus, readInputs } from "./corpus.ts";
import { makeIdentity, makeRsaIdentity } from "./dtls/client.ts";
import { DirectHandshakes, helloOf } from "./dtls/direct.ts";
import { fuzzLegs } from "./legs.ts";
import { inputs } from "./mutate.ts";
import { FuzzedSessions } from "./pages/sessions.ts";
import { FuzzedSockets } from "./pages/sockets.ts";
import { Flood, THREADS } from "./port/flood.ts";
import { anyDatagrams, checks, handshakes, media, type PortStage } from "./port/stages.ts";
import { fuzzDatagram, fuzzMessage, fuzzOffer } from "./readers.ts";
import type { Watch } from "./watch.ts";

export interface Stage {
  /** Its share of all inputs, in percent. */
  share: number;
  /** The corpus of its inputs. Inputs that cause a fault are added to it. */
  corpus: CorpusName;
  /** How many of the server's threads it starts. */
  threads: number;
  run(random: SeededRandom, watch: Watch): Promise<void>;
}

/** All stages, in the order in which they run. */
export const STAGES = {
  messages: reader("messages", 8, fuzzMessage),
  offers: reader("offers", 8, fuzzOffer),
  readers: reader("datagrams", 14, fuzzDatagram, ["datagrams", "flights", "media", "checks"]),
  handshakes: {
    share: 16,
    corpus: "flights",
    threads: 0,
    async run(random, watch) {
      const browser = await makeIdentity();
      // One client in six uses RSA, because signing with it is slow.
      const clients = [browser, browser, browser, browser, browser, await makeRsaIdentity()];
      await new DirectHandshakes(await makeIdentity(), clients, readInputs("flights")).run(random, watch);
    },
  },
  legs: {
    share: 14,
    corpus: "media",
    threads: 0,
    run: (random, watch) => fuzzLegs(random, readCorpus("media"), watch),
  },
  sessions: {
    share: 14,
    corpus: "messages",
    threads: 0,
    run: (random, watch) => new FuzzedSessions().run(random, readCorpus("messages"), watch),
  },
  sockets: {
    share: 6,
    corpus: "messages",
    threads: 0,
    async run(random, watch) {
      const sockets = await FuzzedSockets.open();
      await sockets.run(random, readCorpus("messages"), watch);
      await sockets.close();
    },
  },
  "port datagrams": port("datagrams", 6, () => anyDatagrams(readCorpus("datagrams"))),
  "port handshakes": port("flights", 5, () =>
    handshakes(readInputs("flights"), readInputs("flights").flatMap(helloOf)),
  ),
  "port media": port("media", 5, () => media(readCorpus("media"))),
  "port checks": port("checks", 4, () => checks(readCorpus("checks"))),
} as const satisfies Record<string, Stage>;

export type StageName = keyof typeof STAGES;

function reader(
  corpus: CorpusName,
  share: number,
  read: (input: Buffer) => void,
  from: readonly CorpusName[] = [corpus],
): Stage {
  return {
    share,
    corpus,
    threads: 0,
    async run(random, watch) {
      for (const input of inputs(random, from.flatMap(readCorpus), Number.POSITIVE_INFINITY)) {
        if (watch.isDone) return;
        watch.try([input], () => read(input));
        await watch.pause();
      }
    },
  };
}

function port(corpus: CorpusName, share: number, make: () => PortStage): Stage {
  return {
    share,
    corpus,
    threads: THREADS,
    async run(random, watch) {
      const [hello] = readInputs("flights").flatMap(helloOf);
      const flood = await Flood.open(hello!, watch);
      try {
        await make()(flood, random, watch);
        await watch.checkMemory();
      } finally {
        await flood.close();
      }
    },
  };
}
