import * as v from "valibot";
import type { ErrorCode } from "./errors.ts";
import { DELAY_MAX_MS, DELAY_MIN_MS, type Timing } from "./timing.ts";
import { type Extent, NAME_MAX, type Screen, type ScreenSeen, type Show } from "./wall.ts";
import { ArrangedSchema, chosen, GainSchema, ScreenIdSchema, ShowSchema, textSchema } from "./wall-schema.ts";

/**
 * Longest SDP accepted, in characters; a browser's audio-only offer is about 2,500, and 100 for each ICE
 * candidate.
 */
const SDP_MAX = 12_288;

const code = v.pipe(v.string(), v.maxLength(16));
/** Longest title of a song, in characters. */
const TITLE_MAX = 200;
/** Screens that a host may arrange with one message. */
const SCREENS_MAX = 200;

/** A figure that a screen measures; what is off by a minute is no figure. */
const ms = v.pipe(v.number(), v.minValue(-60_000), v.maxValue(60_000));
const password = v.pipe(v.string(), v.maxLength(100));
const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(SDP_MAX));

/** Every message a page may send, by `type`. `docs/protocol.md` tells what each one means. */
const ClientMessageSchema = v.variant("type", [
  v.strictObject({ type: v.literal("hello"), version: v.number() }),
  v.strictObject({ type: v.literal("open-room") }),
  v.strictObject({
    type: v.literal("join"),
    code,
    hostKey: v.optional(v.pipe(v.string(), v.maxLength(256))),
    password: v.optional(password),
    screen: v.optional(ScreenIdSchema),
    name: v.optional(textSchema(NAME_MAX)),
  }),
  v.strictObject({ type: v.literal("offer"), sdp }),
  v.strictObject({ type: v.literal("stop") }),
  v.strictObject({ type: v.literal("close-room") }),
  v.strictObject({ type: v.literal("protect"), password }),
  v.strictObject({
    type: v.literal("playback"),
    playing: v.boolean(),
    title: v.optional(textSchema(TITLE_MAX)),
  }),
  v.strictObject({
    type: v.literal("set-delay"),
    delayMs: v.nullable(v.pipe(v.number(), v.minValue(DELAY_MIN_MS), v.maxValue(DELAY_MAX_MS))),
  }),
  v.strictObject({ type: v.literal("flash-test") }),
  v.strictObject({
    type: v.literal("report"),
    clockErrorMs: ms,
    neededMs: ms,
    latenessMs: ms,
    precision: v.picklist(["exact", "graph", "buffer"]),
  }),
  v.strictObject({ type: v.literal("choose"), ...chosen }),
  v.strictObject({ type: v.literal("set-show"), show: ShowSchema }),
  v.strictObject({ type: v.literal("set-gain"), gainDb: GainSchema }),
  v.strictObject({
    type: v.literal("arrange"),
    screens: v.pipe(v.array(ArrangedSchema), v.maxLength(SCREENS_MAX)),
  }),
  v.strictObject({ type: v.literal("remove-screen"), id: ScreenIdSchema }),
  v.strictObject({ type: v.literal("identify"), id: v.optional(ScreenIdSchema) }),
  v.strictObject({ type: v.literal("ping"), sent: v.pipe(v.number(), v.finite()) }),
]);

export type ClientMessage = v.InferOutput<typeof ClientMessageSchema>;

/** How well a screen keeps time. */
export type Report = Omit<Extract<ClientMessage, { type: "report" }>, "type">;

export type Role = "host" | "listener";

/**
 * Where a room stands: `waiting` (its host has not gone live), `live`, `host-away` (it was live or
 * waiting, and the host's connection is gone), `closed` (over; nobody comes back).
 */
export type RoomState = "waiting" | "live" | "host-away" | "closed";

/** What everyone in a room is told about it, on joining and on every change. */
export interface RoomStatus {
  state: RoomState;
  /** Whether the host's song is playing; false while it is paused or before one is loaded. */
  playing: boolean;
  /** The song's title, or "" while there is none. */
  title: string;
}

/** How the broadcast reaches its listeners, summed over all of them. For the host only. */
export interface RoomStats {
  /** Listeners in the room, whether or not their media is connected. */
  listeners: number;
  /** Listeners whose media is connected. */
  connected: number;
  /** Median round-trip time of the listeners' media in ms, or null before the first report. */
  roundTripMs: number | null;
  /** Greatest share of packets lost by any listener in its last report, 0..1. */
  worstLoss: number;
  /** Time one packet of the broadcast spans, in ms. */
  packetTimeMs: number;
  sync: SyncStats;
  /** How each screen receives, where that is known; of a large wall, the first screens only. */
  screens?: ScreenFigures[];
}

/** How one screen receives the broadcast. */
export interface ScreenFigures {
  id: string;
  roundTripMs: number | null;
  /** Share of packets lost, 0..1. */
  loss: number;
  /** How far its clock may be off, in ms; null before its first report. */
  clockErrorMs: number | null;
}

/** How the screens of a room keep time, by their last reports. */
export interface SyncStats {
  /** Screens that have reported. */
  reporting: number;
  /** Those of them that date sound exactly. */
  exact: number;
  /** Greatest wall delay that a screen needs, in ms. */
  neededMs: number | null;
  /** How late the latest screen paints, in ms. */
  latenessMs: number | null;
  /** Greatest error of a screen's clock, in ms. */
  clockErrorMs: number | null;
}

/** A STUN or TURN server as `RTCPeerConnection` takes it. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** Every message the server may send, by `type`. Times are ms of the server's monotonic clock. */
export type ServerMessage =
  | { type: "welcome"; version: number; session: string }
  | { type: "room-opened"; code: string; hostKey: string }
  | { type: "joined"; code: string; role: Role; room: RoomStatus; timing: Timing; show: Show; gainDb: number }
  | { type: "room"; room: RoomStatus }
  | { type: "show"; show: Show; at: number }
  | { type: "gain"; gainDb: number; at: number }
  | { type: "place"; screen: Screen; extent: Extent; alone: boolean; at: number }
  | { type: "screens"; screens: ScreenSeen[] }
  | { type: "screen-removed"; id: string }
  | { type: "identify" }
  | { type: "timing"; timing: Timing }
  | { type: "flash-test"; at: number }
  | { type: "ice-servers"; iceServers: IceServer[] }
  | { type: "answer"; sdp: string }
  | { type: "packet-time"; packetTimeMs: number }
  | { type: "media-closed"; reason: string }
  | { type: "stats"; stats: RoomStats }
  | { type: "pong"; sent: number; received: number; replied: number }
  | { type: "error"; code: ErrorCode; message: string; answers?: ClientMessage["type"] };

/** The outcome of reading one inbound message. */
export type Decoded =
  | { ok: true; message: ClientMessage }
  | { ok: false; code: "not-json" | "message-invalid"; answers?: ClientMessage["type"] };

/**
 * Reads one inbound text message: JSON, then the schema. Never throws.
 * Where the `type` is known but the rest is wrong, `answers` names it.
 */
export function decodeClientMessage(text: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: "not-json" };
  }
  const result = v.safeParse(ClientMessageSchema, value);
  if (result.success) return { ok: true, message: result.output };
  const type = (value as { type?: unknown } | null)?.type;
  return isClientType(type)
    ? { ok: false, code: "message-invalid", answers: type }
    : { ok: false, code: "message-invalid" };
}

const CLIENT_TYPES: ReadonlySet<unknown> = new Set(
  ClientMessageSchema.options.map((option) => option.entries.type.literal),
);

function isClientType(type: unknown): type is ClientMessage["type"] {
  return CLIENT_TYPES.has(type);
}
