import { expect, test } from "vitest";
import { MediaStage, play } from "../support/media-stage.ts";

const stage = new MediaStage();

// With several threads, datagrams from the new address may arrive at another thread than before.
test.each([
  { workers: 1, changes: 1 },
  { workers: 3, changes: 2 },
])(
  "a listener over $workers threads still receives after $changes changes of its address",
  async ({ workers, changes }) => {
    await stage.start(workers);
    const between = await stage.relay();
    const host = await stage.join("publish");
    const listener = await stage.join("subscribe", between);
    await play(host, 0, 3);
    await listener.receive(3);
    let sequence = 3;
    for (let change = 0; change < changes; change++) {
      await between.move();
      const before = listener.received.length;
      await expect
        .poll(
          async () => {
            await play(host, sequence++, 1);
            return listener.received.length;
          },
          { timeout: 18_000, interval: 100 },
        )
        .toBeGreaterThan(before);
    }
  },
);
