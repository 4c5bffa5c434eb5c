import { beforeEach, expect, test } from "vitest";
import { NetworkQuota } from "../../../../server/limits/network-quota.ts";
import { decodeFrames } from "../../../../server/protocol/frames.ts";
import { SocketMedia, type SocketMediaOptions } from "../../../../server/room/socket-media.ts";

/** A listener's socket that keeps the RTP times of what it was sent. */
class Receiver {
  readonly messages: number[][] = [];
  readonly id: string;
  readonly network: string;

  constructor(id: string, network = id) {
    this.id = id;
    this.network = network;
  }

  sendFrames(message: Uint8Array): void {
    this.messages.push(decodeFrames(message.slice().buffer).map(({ timestamp }) => timestamp));
  }
}

let time: number;
let delayMs: number;
let taps: string[];
let options: SocketMediaOptions;
let media: SocketMedia;
let quota: NetworkQuota;
let one: Receiver;
let two: Receiver;

beforeEach(() => {
  time = 0;
  delayMs = 2_300;
  taps = [];
  quota = new NetworkQuota({ capacity: 2, networkShare: 50 });
  options = {
    broadcast: "WALL",
    source: { tap: (id) => taps.push(`tap ${id}`), untap: (id) => taps.push(`untap ${id}`) },
    quota,
    delayMs: () => delayMs,
    now: () => time,
  };
  media = new SocketMedia(options);
  one = new Receiver("one");
  two = new Receiver("two");
});

/** The engine gives the frames of `count` packets of 20 ms from an RTP time on. */
function play(from: number, count: number): void {
  const timestamps = Array.from({ length: count }, (_, n) => (from + n * 960) >>> 0);
  media.take(timestamps.map((timestamp) => ({ timestamp, data: Uint8Array.of(1) })));
}

/** Adds two listeners that need all frames, which fill the quota, and a third. */
function addRefused(): Receiver {
  const three = new Receiver("three");
  play(0, 1);
  for (const receiver of [one, two, three]) {
    media.add(receiver);
    media.start(receiver);
  }
  return three;
}

test("a listener that joins gets the last frames in one message, and then all", () => {
  media.add(one);
  play(0, 3);
  play(2_880, 1);
  expect(one.messages).toEqual([[0, 960, 1_920], [2_880]]);
});

test("serves a listener until it changes to UDP, and again when it needs it", () => {
  media.add(one);
  expect(media.serves(one)).toBe(false);
  play(0, 1);
  expect(media.serves(one)).toBe(true);
  media.stop(one);
  expect(media.serves(one)).toBe(false);
  media.start(one);
  expect(media.serves(one)).toBe(true);
});

test("a second listener gets what is kept at once, without asking the engine again", () => {
  media.add(one);
  play(0, 3);
  media.add(two);
  expect(two.messages).toEqual([[0, 960, 1_920]]);
  expect(taps).toEqual(["tap WALL"]);
});

test("a listener that joins gets the frames of the wall delay, and what its decoder and window need", () => {
  media.add(one);
  play(0, 100);
  delayMs = 300;
  media.add(two);
  expect(two.messages[0]).toHaveLength(25);
});

test("frames of more than 2.5 seconds ago are not kept, also over a wrap of the RTP time", () => {
  media.add(one);
  play(-96_000, 150);
  media.add(two);
  expect(two.messages[0]).toHaveLength(125);
  expect(two.messages[0]?.at(-1)).toBe(149 * 960 - 96_000);
});

test("frames go on for a second after UDP is up, and then no more", () => {
  media.add(one);
  play(0, 1);
  media.stop(one);
  time = 900;
  media.tick();
  play(960, 1);
  time = 1_000;
  media.tick();
  play(1_920, 1);
  expect(one.messages).toEqual([[0], [960]]);
  expect(quota.used).toBe(0);
});

test("a listener that loses UDP again in that second keeps its frames", () => {
  media.add(one);
  play(0, 1);
  media.stop(one);
  media.start(one);
  time = 5_000;
  media.tick();
  play(960, 1);
  expect(one.messages.at(-1)).toEqual([960]);
  expect(quota.used).toBe(1);
});

test("beyond the server's quota a listener gets the last frames only", () => {
  const three = new Receiver("three");
  for (const receiver of [one, two, three]) media.add(receiver);
  play(0, 1);
  play(960, 1);
  expect(three.messages).toEqual([[0]]);
  media.remove(one);
  media.add(three);
  play(1_920, 1);
  expect(three.messages).toEqual([[0], [0, 960], [1_920]]);
});

test("lost frames are sent again by their RTP times", () => {
  media.add(one);
  play(0, 10);
  media.add(two);
  two.messages.length = 0;
  media.repair(two, [
    [960, 2_880],
    [7_680, 8_640],
  ]);
  expect(two.messages).toEqual([[960, 1_920, 7_680]]);
});

test("a listener can have no more than its share of frames sent again", () => {
  media.add(one);
  play(0, 120);
  media.add(two);
  two.messages.length = 0;
  media.repair(two, [[0, 200_000]]);
  expect(two.messages[0]).toHaveLength(100);
  media.repair(two, [[0, 200_000]]);
  expect(two.messages).toHaveLength(1);
  time = 1_000;
  media.repair(two, [[0, 200_000]]);
  expect(two.messages[1]).toHaveLength(20);
});

test("a listener that keeps losing UDP gets the last frames five times, then every ten seconds", () => {
  play(0, 1);
  media.add(one);
  const loseUdp = () => {
    media.stop(one);
    time += 1_000;
    media.tick();
    media.start(one);
  };
  for (let n = 0; n < 9; n++) loseUdp();
  expect(one.messages).toHaveLength(5);
  for (let n = 0; n < 10; n++) loseUdp();
  expect(one.messages).toHaveLength(6);
});

test("one network gets its share of the listeners with frames over their sockets", () => {
  quota = new NetworkQuota({ capacity: 4, networkShare: 50 });
  media = new SocketMedia({ ...options, quota });
  play(0, 1);
  const near = ["a", "b", "c"].map((id) => new Receiver(id, "192.0.2.1"));
  for (const receiver of [...near, one]) media.add(receiver);
  play(960, 1);
  // All get the last frames. The third of the network gets no more.
  expect(near.map(({ messages }) => messages.length)).toEqual([2, 2, 1]);
  expect(one.messages).toHaveLength(2);
  media.remove(near[0]!);
  media.start(near[2]!);
  play(1_920, 1);
  expect(near[2]!.messages.at(-1)).toEqual([1_920]);
});

test("a listener that needs all frames gets them in place of one that has only just joined", () => {
  play(0, 1);
  media.add(one);
  media.add(two);
  const three = new Receiver("three");
  media.add(three);
  media.start(three);
  play(960, 1);
  expect([one, two, three].map(({ messages }) => messages.at(-1))).toEqual([[0], [960], [960]]);
  expect(quota.used).toBe(2);
});

test("a listener that needs all frames and finds no room gets them when there is room", () => {
  const three = addRefused();
  time = 1_000;
  media.tick();
  play(960, 1);
  expect(three.messages.flat()).not.toContain(960);
  media.remove(one);
  time = 2_000;
  media.tick();
  play(1_920, 1);
  expect(three.messages.at(-1)).toEqual([1_920]);
  expect(quota.used).toBe(2);
});

test("a listener that found no room and has UDP again takes none later", () => {
  const three = addRefused();
  media.stop(three);
  media.remove(one);
  time = 1_000;
  media.tick();
  expect(quota.used).toBe(1);
});

test("a listener that waits for the first frame gets it, however long that takes", () => {
  media.add(one);
  for (time = 0; time < 60_000; time += 1_000) media.tick();
  play(0, 1);
  expect(one.messages).toEqual([[0]]);
});

test("a listener that leaves before the engine has answered gets nothing and holds nothing", () => {
  media.add(one);
  media.remove(one);
  play(0, 1);
  expect(one.messages).toEqual([]);
  expect(quota.used).toBe(0);
});

test("the engine's frames are given up ten seconds after they were last needed, and taken again", () => {
  media.add(one);
  play(0, 1);
  media.remove(one);
  time = 10_000;
  media.tick();
  expect(taps).toEqual(["tap WALL"]);
  time = 10_001;
  media.tick();
  expect(taps).toEqual(["tap WALL", "untap WALL"]);
  media.add(two);
  expect(taps.at(-1)).toBe("tap WALL");
});

test("a listener that does not take frames gets none", () => {
  media.add(one);
  play(0, 1);
  media.start(two);
  media.repair(two, [[0, 960]]);
  play(960, 1);
  expect(two.messages).toEqual([]);
});

test("a closed room gives back what it holds", () => {
  media.add(one);
  play(0, 1);
  media.close();
  expect(taps.at(-1)).toBe("untap WALL");
  expect(quota.used).toBe(0);
});

test("a listener whose UDP is up before the music begins gets the first frames only over its socket", () => {
  media.add(one);
  media.stop(one);
  time += 60_000;
  play(0, 3);
  expect(media.serves(one)).toBe(false);
  time += 1_000;
  media.tick();
  play(2_880, 3);
  expect(one.messages).toEqual([[0, 960, 1_920]]);
  expect(media.size).toBe(0);
});
