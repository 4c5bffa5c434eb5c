import { setTimeout as sleep } from "node:timers/promises";
import type { SharedWall } from "../cluster/cluster-options.ts";
import type { Shelves } from "../cluster/shelf.ts";
import { type KeptStencil, keepStencil } from "../wall/kept-stencil.ts";

/** JetStream is asked for a wall's stencil at most so often, ms, whatever pages ask for. */
const ASK_INTERVAL_MS = 200;
/** How long an answer is kept after the question, ms: a request may outlive its wall at this node. */
const KEPT_MS = 60_000;
/** How often it is asked for one request. */
const ATTEMPTS = 3;

/** The stencils of walls that other nodes keep. A crowd that asks for one makes this node ask once. */
export class FarStencils {
  readonly #walls: Pick<Shelves<SharedWall>, "get">;
  readonly #now: () => number;
  readonly #asked = new Map<string, { at: number; stencil: Promise<KeptStencil | undefined> }>();

  /** @param now monotonic time, ms */
  constructor(walls: Pick<Shelves<SharedWall>, "get">, now: () => number) {
    this.#walls = walls;
    this.#now = now;
  }

  /** A stencil, compressed; undefined if the wall has another one or none. */
  async get(code: string, id: string): Promise<Buffer | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const kept = await this.#asked.get(code)?.stencil;
      if (kept?.id === id) return kept.body;
      // A page may hear of a new stencil before it is kept for all nodes.
      if (attempt > 0) await sleep(ASK_INTERVAL_MS);
      const asked = this.#asked.get(code);
      if (!asked || this.#now() - asked.at >= ASK_INTERVAL_MS) this.#ask(code);
    }
    const kept = await this.#asked.get(code)?.stencil;
    return kept?.id === id ? kept.body : undefined;
  }

  /** Nobody of the wall is here any more. */
  forget(code: string): void {
    this.#asked.delete(code);
  }

  #ask(code: string): void {
    for (const [other, { at }] of this.#asked) {
      if (this.#now() - at > KEPT_MS) this.#asked.delete(other);
    }
    const stencil = this.#walls.get(code).then((kept) => {
      const found = kept?.value.wall.stencil;
      return found && keepStencil(found);
    });
    this.#asked.set(code, { at: this.#now(), stencil: stencil.catch(() => undefined) });
  }
}
