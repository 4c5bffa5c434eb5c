import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { BadLink, type LinkQuality } from "../../support/bad-link.ts";

/** Runs bad links in a thread of their own, so that a busy main thread does not delay their messages. */

/** The link of each screen, and the minimum of its jitter buffer, ms. */
export const SCREENS: (LinkQuality & { buffer: number })[] = [
  { delay: 0, jitter: 0, loss: 0, buffer: 0 },
  { delay: 20, jitter: 10, loss: 0.01, buffer: 0 },
  { delay: 60, jitter: 20, loss: 0.02, buffer: 100 },
  { delay: 100, jitter: 30, loss: 0.01, buffer: 200 },
  { delay: 150, jitter: 40, loss: 0.03, buffer: 0 },
  { delay: 40, jitter: 5, loss: 0, buffer: 400 },
];
/** The links of half of the screens after they got worse, by the screen's index. */
export const WORSE: Record<number, LinkQuality> = {
  0: { delay: 80, jitter: 20, loss: 0.01 },
  1: { delay: 120, jitter: 40, loss: 0.03 },
  2: { delay: 150, jitter: 40, loss: 0.03 },
};

interface Ports {
  port: number;
  udpPort: number;
}

type Order =
  | { do: "open"; id: number; quality: LinkQuality; server: Ports; clockless: boolean }
  | { do: "change"; id: number; quality: LinkQuality }
  | { do: "close" };

/** A link in the other thread. */
export interface FarLink {
  url: string;
  quality: LinkQuality;
}

/** All links of a run, and the thread that they run in. */
export class Links {
  readonly #thread = new Worker(new URL(import.meta.url));
  #count = 0;

  /** @param clockless whether the link removes the media clock from the server's messages */
  async open(quality: LinkQuality, { port, udpPort }: Ports, clockless = false): Promise<FarLink> {
    const id = this.#count++;
    this.#order({ do: "open", id, quality, server: { port, udpPort }, clockless });
    const [{ url }] = (await once(this.#thread, "message")) as [{ url: string }];
    const send = (order: Order) => this.#order(order);
    return {
      url,
      get quality() {
        return quality;
      },
      set quality(worse) {
        send({ do: "change", id, quality: worse });
      },
    };
  }

  async close(): Promise<void> {
    this.#order({ do: "close" });
    await once(this.#thread, "exit");
  }

  #order(order: Order): void {
    this.#thread.postMessage(order);
  }
}

if (!isMainThread) {
  const links = new Map<number, BadLink>();
  parentPort!.on("message", async (order: Order) => {
    if (order.do === "open") {
      const link = await BadLink.open(order.quality, order.server, (message) => {
        if (order.clockless) delete message.timing?.clock;
      });
      links.set(order.id, link);
      parentPort!.postMessage({ url: link.url });
    } else if (order.do === "change") {
      links.get(order.id)!.quality = order.quality;
    } else {
      for (const link of links.values()) link.close();
      parentPort!.close();
    }
  });
}
