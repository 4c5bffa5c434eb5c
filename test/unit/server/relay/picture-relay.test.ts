import { beforeEach, expect, test } from "vitest";
import { PictureRelay } from "../../../../server/relay/picture-relay.ts";
import type { Wish } from "../../../../server/relay/wishes.ts";

const CODE = "K7PDX";
const LAYERS = [`${CODE}/high`, `${CODE}/low`];

/** What carries packets, as a relay of pictures uses it. */
class HandBridge {
  /** What goes which way now. */
  readonly ways = new Map<string, "send" | "receive">();
  readonly wishes: [string, Wish][] = [];
  /** Takes the wishes of others, by broadcast. */
  readonly takers = new Map<string, (wish: Wish) => void>();

  send(broadcast: string): void {
    this.ways.set(broadcast, "send");
  }

  receive(broadcast: string): void {
    this.ways.set(broadcast, "receive");
  }

  drop(broadcast: string): void {
    this.ways.delete(broadcast);
  }

  wish(broadcast: string, wish: Wish): void {
    this.wishes.push([broadcast, wish]);
  }

  takeWishes(broadcast: string, take: (wish: Wish) => void): () => void {
    this.takers.set(broadcast, take);
    return () => this.takers.delete(broadcast);
  }
}

let bridge: HandBridge;
let relay: PictureRelay;
let time: number;
let keyframes: unknown[];

beforeEach(() => {
  bridge = new HandBridge();
  time = 1_000_000;
  keyframes = [];
  const keyframeWanted = (...wanted: unknown[]) => keyframes.push(wanted);
  relay = new PictureRelay({ bridge, keyframeWanted, now: () => time });
});

const carried = (way: "send" | "receive") => LAYERS.map((layer) => [layer, way]);
/** Lets seconds pass. */
function pass(seconds: number): void {
  for (let n = 0; n < seconds; n++) {
    time += 1_000;
    relay.tick();
  }
}

test("a host's pictures are sent while other machines want them, and no longer", () => {
  relay.set(CODE, "send");
  pass(3);
  expect(bridge.ways.size).toBe(0);
  bridge.takers.get(CODE)!({});
  expect([...bridge.ways]).toEqual(carried("send"));
  for (let n = 0; n < 5; n++) {
    pass(6);
    bridge.takers.get(CODE)!({});
    expect(bridge.ways.size).toBe(2);
  }
  pass(8);
  expect(bridge.ways.size).toBe(0);
  expect(keyframes).toEqual([]);
});

test("a wish for a key frame reaches the host's threads", () => {
  relay.set(CODE, "send");
  bridge.takers.get(CODE)!({ keyframe: "low" });
  expect(keyframes).toEqual([[CODE, "low"]]);
  expect(bridge.ways.size).toBe(2);
});

test("pictures are received while listeners here take them, who are heard of at the host's machine", () => {
  relay.want(CODE);
  relay.wantKeyframe(CODE, "high");
  expect([bridge.ways.size, bridge.wishes]).toEqual([0, []]);
  relay.set(CODE, "receive");
  relay.want(CODE);
  relay.wantKeyframe(CODE, "high");
  expect([...bridge.ways]).toEqual(carried("receive"));
  expect(bridge.wishes).toEqual([
    [CODE, {}],
    [CODE, { keyframe: "high" }],
  ]);
  pass(8);
  expect(bridge.ways.size).toBe(0);
});

test("the machine of the host wishes for nothing", () => {
  relay.set(CODE, "send");
  relay.want(CODE);
  relay.wantKeyframe(CODE, "low");
  expect([bridge.ways.size, bridge.wishes]).toEqual([0, []]);
});

test("a host that moves to another machine is followed, and a broadcast that ends is dropped", () => {
  relay.set(CODE, "send");
  bridge.takers.get(CODE)!({});
  relay.set(CODE, "receive");
  expect([bridge.ways.size, bridge.takers.size]).toEqual([0, 0]);
  relay.want(CODE);
  expect([...bridge.ways]).toEqual(carried("receive"));
  relay.set(CODE, "none");
  expect(bridge.ways.size).toBe(0);
  relay.set(CODE, "send");
  bridge.takers.get(CODE)!({});
  relay.close();
  expect([bridge.ways.size, bridge.takers.size]).toEqual([0, 0]);
});
