import { type CorpusName, readCorpus, readInputs } from "./corpus.ts";
import { DirectHandshakes, helloOf } from "./dtls/direct.ts";
import { makeIdentity, makeRsaIdentity } from "./dtls/identities.ts";
import { fuzzLegs } from "./legs.ts";
import { type Chance, inputs } from "./mutate.ts";
import { FuzzedSessions } from "./pages/sessions.ts";
import { FuzzedSockets } from "./pages/sockets.ts";
import { Flood, THREADS } from "./port/flood.ts";
import { anyDatagrams, checks, handshakes, media, type PortStage } from "./port/stages.ts";
import { fuzzDatagram, fuzzMessage, fuzzOffer } from "./readers.ts";
import type { Watch } from "./watch.ts";

export interface Stage {
  /** Its part of all inputs, percent. */
  share: number;
  /** Where its inputs come from, and where those are kept that do harm. */
  corpus: CorpusName;
  /** Threads of the server's that it starts. */
  threads: number;
  run(chance: Chance, watch: Watch): Promise<void>;
}

/** All that is tried, one after another. */
export const STAGES = {
  messages: reader("messages", 8, fuzzMessage),
  offers: reader("offers", 8, fuzzOffer),
  readers: reader("datagrams", 14, fuzzDatagram, ["datagrams", "flights", "media", "checks"]),
  handshakes: {
    share: 16,
    corpus: "flights",
    threads: 0,
    async run(chance, watch) {
      const browser = await makeIdentity();
      // RSA is slow on the client's side, and rare.
      const clients = [browser, browser, browser, browser, browser, await makeRsaIdentity()];
      await new DirectHandshakes(await makeIdentity(), clients, readInputs("flights")).run(chance, watch);
    },
  },
  legs: {
    share: 14,
    corpus: "media",
    threads: 0,
    run: (chance, watch) => fuzzLegs(chance, readCorpus("media"), watch),
  },
  sessions: {
    share: 14,
    corpus: "messages",
    threads: 0,
    run: (chance, watch) => new FuzzedSessions().run(chance, readCorpus("messages"), watch),
  },
  sockets: {
    share: 6,
    corpus: "messages",
    threads: 0,
    async run(chance, watch) {
      const sockets = await FuzzedSockets.open();
      await sockets.run(chance, readCorpus("messages"), watch);
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
    async run(chance, watch) {
      for (const input of inputs(chance, from.flatMap(readCorpus), Number.POSITIVE_INFINITY)) {
        if (watch.isDone) return;
        watch.try([input], () => read(input));
        await watch.breathe();
      }
    },
  };
}

function port(corpus: CorpusName, share: number, make: () => PortStage): Stage {
  return {
    share,
    corpus,
    threads: THREADS,
    async run(chance, watch) {
      const [hello] = readInputs("flights").flatMap(helloOf);
      const flood = await Flood.open(hello!, watch);
      try {
        await make()(flood, chance, watch);
        await watch.look();
      } finally {
        await flood.close();
      }
    },
  };
}
