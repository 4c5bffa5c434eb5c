import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { BadLink, type LinkQuality } from "../../support/bad-link.ts";

/** Bad links in a thread of their own: a bench that is busy with its pages must not hold up what passes. */

interface Ports {
  port: number;
  udpPort: number;
}

type Order =
  | { do: "open"; id: number; quality: LinkQuality; server: Ports; clockless: boolean }
  | { do: "change"; id: number; quality: LinkQuality }
  | { do: "close" };

/** A link that lives in the other thread. */
export interface FarLink {
  url: string;
  quality: LinkQuality;
}

/** All links of a run. */
export class Links {
  readonly #thread = new Worker(new URL(import.meta.url));
  #count = 0;

  /** @param clockless the page is never told of the media clock */
  async open(quality: LinkQuality, { port, udpPort }: Ports, clockless = false): Promise<FarLink> {
    const id = this.#count++;
    this.#tell({ do: "open", id, quality, server: { port, udpPort }, clockless });
    const [{ url }] = (await once(this.#thread, "message")) as [{ url: string }];
    const tell = (order: Order) => this.#tell(order);
    return {
      url,
      get quality() {
        return quality;
      },
      set quality(worse) {
        tell({ do: "change", id, quality: worse });
      },
    };
  }

  async close(): Promise<void> {
    this.#tell({ do: "close" });
    await once(this.#thread, "exit");
  }

  #tell(order: Order): void {
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
