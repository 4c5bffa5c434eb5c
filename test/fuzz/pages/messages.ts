import type { ClientMessage } from "../../../server/protocol/messages.ts";
import { FIRST_SHOW, NO_HAND } from "../../../server/protocol/wall.ts";
import { LIGHT_MAP } from "../../support/light-maps.ts";
import { offerSdp } from "../../support/offers.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { mutate } from "../mutate.ts";

/** Values of walls that exist on the server. */
export interface Known {
  codes: readonly string[];
  hostKeys: readonly string[];
  screens: readonly string[];
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Values that validation may handle wrongly. */
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

/** Valid messages of every type, for existing walls and screens. */
export function validMessages(random: SeededRandom, known: Known): ClientMessage[] {
  const [code, id] = [random.pick(known.codes), random.pick(known.screens)];
  const hand = { ...NO_HAND, text: "words", brightness: 0.5 };
  const place = {
    x: random.below(255),
    y: random.below(255),
    width: 1 + random.below(16),
    height: 1 + random.below(16),
  };
  const arranged = { id, name: "left", ...place, band: { low: 20, high: 80 }, locked: true, hand };
  return [
    { type: "hello", version: 2 },
    { type: "open-room" },
    { type: "join", code },
    { type: "join", code, screen: id, name: "a screen" },
    { type: "join", code, password: "sesame" },
    { type: "join", code, hostKey: random.pick(known.hostKeys) },
    { type: "offer", sdp: offerSdp({ direction: random.pick(["sendonly", "recvonly"]) }) },
    { type: "probe", sdp: offerSdp({ direction: random.pick(["sendonly", "recvonly"]) }) },
    { type: "offer", sdp: offerSdp({ direction: random.pick(["sendonly", "recvonly"]) }), stage: true },
    { type: "stage", screen: random.pick([id, null]) },
    { type: "stop" },
    { type: "close-room" },
    { type: "protect", password: random.pick(["", "sesame"]) },
    { type: "playback", playing: random.below(2) === 0, title: "Blue Monday" },
    { type: "set-delay", delayMs: random.pick([null, 60, 2000]) },
    { type: "flash-test" },
    {
      type: "report",
      clockErrorMs: 1,
      neededMs: 90,
      latenessMs: 0,
      precision: "exact",
      inStep: true,
      relayed: random.below(2) === 0,
      paintRate: 60,
    },
    { type: "choose", band: { low: 100, high: 200 }, palette: "ember" },
    {
      type: "set-show",
      show: { ...FIRST_SHOW, rule: random.pick(["own", "octaves", "random"]), origin: { x: 1, y: 2 }, hand },
    },
    { type: "set-stencil", stencil: random.pick([null, STENCIL]) },
    {
      type: "set-light-map",
      map: { ...LIGHT_MAP, from: random.below(2 ** 32) },
    },
    { type: "arrange", screens: Array.from({ length: random.below(4) }, () => arranged) },
    { type: "remove-screen", id },
    { type: "identify", id },
    { type: "identify" },
    { type: "ping", sent: 5 },
  ];
}

const STENCIL = { width: 8, height: 9, distances: Buffer.alloc(72, 100).toString("base64") };

/** A message that is valid, invalid in one or two values, or changed in its bytes. */
export function hostileText(random: SeededRandom, corpus: readonly Buffer[], known: Known): Buffer {
  if (random.below(10) === 0) return mutate(random, random.pick(corpus), corpus);
  let value: Json = random.pick(validMessages(random, known)) as unknown as Json;
  const kind = random.below(8);
  if (kind > 2) for (let times = 1 + random.below(2); times > 0; times--) value = changed(random, value);
  const text = Buffer.from(JSON.stringify(value) ?? "");
  return kind > 6 ? mutate(random, text, corpus) : text;
}

/** The value with one part of it replaced, removed, added or repeated. */
function changed(random: SeededRandom, value: Json): Json {
  if (value === null || typeof value !== "object" || random.below(12) === 0) return random.pick(VALUES);
  const goesDeeper = random.below(4) > 0;
  if (Array.isArray(value)) {
    if (value.length === 0 || !goesDeeper)
      return random.below(2) === 0 ? [] : Array(random.below(300)).fill(value[0] ?? 0);
    return value.with(random.below(value.length), changed(random, random.pick(value)));
  }
  const entries = Object.entries(value);
  // `type` is changed rarely, because without a valid type no other key is validated.
  const [key, inner] = random.pick(entries.filter(([name]) => name !== "type" || random.below(10) === 0)) ?? [
    "",
    null,
  ];
  const others = entries.filter(([name]) => name !== key);
  if (goesDeeper) return Object.fromEntries([...others, [key, changed(random, inner)]]);
  if (random.below(2) === 0) return Object.fromEntries(others);
  return Object.fromEntries([...entries, [random.pick(KEYS), random.pick(VALUES)]]);
}
