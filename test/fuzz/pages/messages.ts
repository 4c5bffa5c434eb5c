import type { ClientMessage } from "../../../server/protocol/messages.ts";
import { FIRST_SHOW, NO_HAND } from "../../../server/protocol/wall.ts";
import { offerSdp } from "../../support/offers.ts";
import { type Chance, mutate } from "../mutate.ts";

/** What a page may know of the server's walls. */
export interface Known {
  codes: readonly string[];
  hostKeys: readonly string[];
  screens: readonly string[];
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Values at which checks go wrong. */
const VALUES: readonly Json[] = [
  ...[null, true, false, 0, -0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 24_000, 60_000, 60_001],
  ...[
    "",
    "0",
    "\0",
    "\ud800",
    "\u202e",
    "e\u0301".repeat(50),
    "a".repeat(40),
    "a".repeat(41),
    "a".repeat(5_000),
  ],
  ...["__proto__", "constructor", "#00ff00", "../../etc/passwd", "own", "wall"],
  ...[[], [[]], {}, { type: "hello" }, Array<Json>(300).fill(0)],
];
const KEYS = ["__proto__", "constructor", "toString", "type", "length", "id", ""];

/** A valid message of every type, about walls and screens that are there. */
export function validMessages(chance: Chance, known: Known): ClientMessage[] {
  const [code, id] = [chance.pick(known.codes), chance.pick(known.screens)];
  const hand = { ...NO_HAND, text: "words", brightness: 0.5 };
  const place = {
    x: chance.below(255),
    y: chance.below(255),
    width: 1 + chance.below(16),
    height: 1 + chance.below(16),
  };
  const arranged = { id, name: "left", ...place, band: { low: 20, high: 80 }, locked: true, hand };
  return [
    { type: "hello", version: 1 },
    { type: "open-room" },
    { type: "join", code },
    { type: "join", code, screen: id, name: "a screen" },
    { type: "join", code, password: "sesame" },
    { type: "join", code, hostKey: chance.pick(known.hostKeys) },
    { type: "offer", sdp: offerSdp({ direction: chance.pick(["sendonly", "recvonly"]) }) },
    { type: "stop" },
    { type: "close-room" },
    { type: "protect", password: chance.pick(["", "sesame"]) },
    { type: "playback", playing: chance.below(2) === 0, title: "Blue Monday" },
    { type: "set-delay", delayMs: chance.pick([null, 60, 2000]) },
    { type: "flash-test" },
    { type: "report", clockErrorMs: 1, neededMs: 90, latenessMs: 0, precision: "exact" },
    { type: "choose", band: { low: 100, high: 200 }, palette: "fire" },
    {
      type: "set-show",
      show: { ...FIRST_SHOW, rule: chance.pick(["own", "octaves", "random"]), origin: { x: 1, y: 2 }, hand },
    },
    { type: "set-gain", gainDb: chance.below(60) - 20 },
    { type: "arrange", screens: Array.from({ length: chance.below(4) }, () => arranged) },
    { type: "remove-screen", id },
    { type: "identify", id },
    { type: "identify" },
    { type: "ping", sent: 5 },
  ];
}

/** A message that is right, wrong in one value, or wrong in its bytes. */
export function hostileText(chance: Chance, corpus: readonly Buffer[], known: Known): Buffer {
  if (chance.below(10) === 0) return mutate(chance, chance.pick(corpus), corpus);
  let value: Json = chance.pick(validMessages(chance, known)) as unknown as Json;
  const kind = chance.below(8);
  if (kind > 2) for (let times = 1 + chance.below(2); times > 0; times--) value = changed(chance, value);
  const text = Buffer.from(JSON.stringify(value) ?? "");
  return kind > 6 ? mutate(chance, text, corpus) : text;
}

/** The value with one thing in it exchanged, left out, added, or said often. */
function changed(chance: Chance, value: Json): Json {
  if (value === null || typeof value !== "object" || chance.below(12) === 0) return chance.pick(VALUES);
  const goesDeeper = chance.below(4) > 0;
  if (Array.isArray(value)) {
    if (value.length === 0 || !goesDeeper)
      return chance.below(2) === 0 ? [] : Array(chance.below(300)).fill(value[0] ?? 0);
    return value.with(chance.below(value.length), changed(chance, chance.pick(value)));
  }
  const entries = Object.entries(value);
  // Most types are told by it: without it, nothing else is read.
  const [key, inner] = chance.pick(entries.filter(([name]) => name !== "type" || chance.below(10) === 0)) ?? [
    "",
    null,
  ];
  const others = entries.filter(([name]) => name !== key);
  if (goesDeeper) return Object.fromEntries([...others, [key, changed(chance, inner)]]);
  if (chance.below(2) === 0) return Object.fromEntries(others);
  return Object.fromEntries([...entries, [chance.pick(KEYS), chance.pick(VALUES)]]);
}
