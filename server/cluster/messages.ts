import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as v from "valibot";
import { OWN_ORIGINS_MAX } from "../net/origins.ts";
import type { ErrorCode } from "../protocol/errors.ts";
import { PasswordSchema, type RoomStats, type ServerMessage } from "../protocol/messages.ts";
import { NAME_MAX } from "../protocol/wall.ts";
import { chosen, cutTextSchema, ScreenIdSchema } from "../protocol/wall-schema.ts";

/*
 * What nodes tell one another. Messages are JSON in a sealed envelope. A node of another version may send
 * what this one does not know: such messages are ignored.
 */

const id = v.pipe(v.string(), v.maxLength(64));
const time = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** What each message about a room has: the room, and the generation of the lease to which it belongs. */
const ofRoom = { room: v.pipe(v.string(), v.maxLength(16)), generation: count };

/** A node's sign of life. */
const HeartbeatSchema = v.strictObject({
  type: v.literal("heartbeat"),
  /** Id of the node, new with each start. */
  node: id,
  /** When it was started, ms since 1970. */
  startedAt: time,
  /** Counts how often it has lost NATS: what was sent to it meanwhile is lost. */
  losses: count,
  /** Its own address for pages; "" if it has none that they can reach. */
  site: v.pipe(v.string(), v.maxLength(300)),
  /** Origins by which pages have reached it. The other nodes admit these pages too. */
  origins: v.pipe(v.array(v.pipe(v.string(), v.maxLength(300))), v.maxLength(OWN_ORIGINS_MAX)),
  /** Whether it takes more listeners. */
  hasRoom: v.boolean(),
  listeners: count,
});

/** A node stops. */
const GoodbyeSchema = v.strictObject({ type: v.literal("goodbye"), node: id });

/** From a node with listeners of a room to the node that keeps the room. */
const UpSchema = v.variant("type", [
  v.strictObject({
    ...ofRoom,
    type: v.literal("enter"),
    member: id,
    network: v.pipe(v.string(), v.maxLength(100)),
    /** It has shown the password before, to the room's former keeper. */
    admitted: v.boolean(),
    password: v.optional(PasswordSchema),
    page: v.optional(id),
    screen: v.optional(ScreenIdSchema),
    name: v.optional(cutTextSchema(NAME_MAX)),
  }),
  v.strictObject({ ...ofRoom, type: v.literal("leave"), member: id }),
  v.strictObject({ ...ofRoom, type: v.literal("choose"), member: id, ...chosen }),
  v.strictObject({ ...ofRoom, type: v.literal("spark"), member: id }),
  v.strictObject({
    ...ofRoom,
    type: v.literal("figures"),
    /** Members whose screens show light since the last figures. */
    lit: v.array(id),
    /** What its screens need, ms: of many, evenly chosen ones from the least to the greatest. */
    needs: v.array(time),
    /** How many screens these stand for. */
    reporting: count,
    stats: v.custom<FarStats>((value) => typeof value === "object" && value !== null),
  }),
]);

/** From the node that keeps a room to a node with listeners of it. */
const DownSchema = v.variant("type", [
  v.strictObject({ ...ofRoom, type: v.literal("entered"), member: id, screen: ScreenIdSchema }),
  v.strictObject({
    ...ofRoom,
    type: v.literal("refused"),
    member: id,
    code: v.custom<ErrorCode>((value) => typeof value === "string"),
  }),
  /** What a page gets, as it gets it. Without members, all of this room get it. */
  v.strictObject({
    ...ofRoom,
    type: v.literal("tell"),
    members: v.optional(v.array(id)),
    kind: v.custom<ServerMessage["type"]>((value) => typeof value === "string"),
    text: v.string(),
  }),
  /** The keeper has listeners of the node no more that it has: they enter again. */
  v.strictObject({ ...ofRoom, type: v.literal("enter-again") }),
  /** The page has come back by another node, or the room has removed it. */
  v.strictObject({
    ...ofRoom,
    type: v.literal("released"),
    member: id,
    code: v.optional(v.custom<ErrorCode>((value) => typeof value === "string")),
  }),
]);

/** A question for a node's clock, and the answer. Times are in ms. */
const ClockSchema = v.variant("type", [
  v.strictObject({ type: v.literal("ask-clock"), sent: time }),
  v.strictObject({ type: v.literal("clock"), sent: time, received: time, replied: time }),
]);

const NodeMessageSchema = v.variant("type", [
  HeartbeatSchema,
  GoodbyeSchema,
  UpSchema,
  DownSchema,
  ClockSchema,
]);

export type Heartbeat = v.InferOutput<typeof HeartbeatSchema>;
export type Up = v.InferOutput<typeof UpSchema>;
export type Down = v.InferOutput<typeof DownSchema>;
export type ClockMessage = v.InferOutput<typeof ClockSchema>;
export type NodeMessage = v.InferOutput<typeof NodeMessageSchema>;
/** How the listeners of one node receive a broadcast. */
export type FarStats = Omit<RoomStats, "packetTimeMs">;

const UP_TYPES: ReadonlySet<string> = new Set(["enter", "leave", "choose", "spark", "figures"]);
const DOWN_TYPES: ReadonlySet<string> = new Set(["entered", "enter-again", "refused", "tell", "released"]);

export function isUp(message: NodeMessage): message is Up {
  return UP_TYPES.has(message.type);
}

export function isDown(message: NodeMessage): message is Down {
  return DOWN_TYPES.has(message.type);
}

const EnvelopeSchema = v.strictObject({ from: id, message: NodeMessageSchema });

/** A message, and the node that sends it. */
export type Envelope = v.InferOutput<typeof EnvelopeSchema>;

/** Messages from this length on are compressed, bytes. */
const COMPRESSED_FROM = 2_000;
/** The first byte of a compressed message; that of another one is a brace. */
const COMPRESSED = 1;
/** Longest message, decompressed, bytes. */
const LENGTH_MAX = 8_000_000;

/** JSON, compressed (RFC 1951) if it is long. */
export function encodeEnvelope(envelope: Envelope): Buffer {
  const json = Buffer.from(JSON.stringify(envelope));
  if (json.length < COMPRESSED_FROM) return json;
  return Buffer.concat([Buffer.of(COMPRESSED), deflateRawSync(json, { level: 1 })]);
}

/** Decodes a message of another node; undefined if this version does not know it. */
export function decodeEnvelope(plain: Buffer): Envelope | undefined {
  try {
    const isCompressed = plain[0] === COMPRESSED;
    const json = isCompressed ? inflateRawSync(plain.subarray(1), { maxOutputLength: LENGTH_MAX }) : plain;
    const result = v.safeParse(EnvelopeSchema, JSON.parse(json.toString()));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
