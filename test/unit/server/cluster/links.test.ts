import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Links } from "../../../../server/cluster/links.ts";
import type { NodeMessage } from "../../../../server/cluster/messages.ts";
import { Sealer } from "../../../../server/relay/seal.ts";
import { MemoryNats } from "../../../support/memory-bus.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";

const secret = randomBytes(32);
const ASK: NodeMessage = { type: "ask-clock", sent: 12.5 };

function link(nats: MemoryNats, node: string) {
  const received: [NodeMessage, string][] = [];
  const receive = (message: NodeMessage, from: string) => void received.push([message, from]);
  const links = new Links({ bus: nats.connect(), secret, node, receive, refusing: () => {} });
  links.listen();
  return { links, received };
}

describe("what nodes tell one another", () => {
  test("reaches the one that it is for, or all others", () => {
    const nats = new MemoryNats();
    const [a, b, c] = [link(nats, "a"), link(nats, "b"), link(nats, "c")];
    a.links.send("b", ASK);
    expect([a.received, b.received, c.received]).toEqual([[], [[ASK, "a"]], []]);
    b.links.sendToAll({ type: "goodbye", node: "b" });
    expect(a.received).toEqual([[{ type: "goodbye", node: "b" }, "b"]]);
    expect(c.received).toEqual([[{ type: "goodbye", node: "b" }, "b"]]);
  });

  test("is taken once: a message that was recorded and is sent again is refused", () => {
    const nats = new MemoryNats();
    const [a, b] = [link(nats, "a"), link(nats, "b")];
    a.links.send("b", ASK);
    const [{ subject, data }] = nats.published as [{ subject: string; data: Buffer }];
    nats.deliver(undefined, subject, data);
    expect(b.received).toHaveLength(1);
    expect(b.links.refused).toBe(1);
  });

  test("is not sent if NATS would refuse it for its length", () => {
    const nats = new MemoryNats();
    const a = link(nats, "a");
    // It cannot be compressed.
    const text = randomBytes(1_000_000).toString("base64");
    const tell: NodeMessage = { type: "tell", room: "K7PDX", generation: 1, kind: "show", text };
    expect(a.links.send("b", tell)).toBe(false);
    expect(nats.published).toEqual([]);
  });

  test("of strangers, damaged or of another version changes nothing, 100,000 times", () => {
    const nats = new MemoryNats();
    const b = link(nats, "b");
    const random = new SeededRandom(5);
    const [subject, own, stranger] = ["lightwall.node.b", new Sealer(secret), new Sealer(randomBytes(32))];
    const text = JSON.stringify({ from: "a", message: ASK });
    for (let n = 0; n < 100_000; n++) {
      const plain = Buffer.from(text);
      for (let change = 0; change < 3; change++) plain[random.below(plain.length)] = random.below(256);
      const sealed = (n % 16 === 1 ? stranger : own).seal(subject, plain);
      if (n % 4 === 0) sealed[random.below(sealed.length)]! ^= 1 + random.below(255);
      nats.deliver(undefined, subject, n % 8 === 7 ? sealed.subarray(0, random.below(60)) : sealed);
      nats.published.length = 0;
    }
    // A message of this installation that is still valid JSON of a known form is another valid message.
    expect(b.received.filter(([{ type }]) => type !== "ask-clock")).toEqual([]);
    expect(b.links.refused + b.received.length).toBe(100_000);
    expect(b.received.length).toBeLessThan(10_000);
  });
});
