import * as v from "valibot";
import type { ErrorCode } from "./errors.ts";
import type { LightMap } from "./light-map.ts";
import { LightMapSchema } from "./light-map-schema.ts";
import { StencilSchema } from "./stencil-schema.ts";
import { PAINT_RATE_MAX, type Timing } from "./timing.ts";
import { DelaySchema, RtpTimeSchema } from "./values-schema.ts";
import { type Dealt, type Extent, NAME_MAX, type Screen, type ScreenSeen, type Show } from "./wall.ts";
import {
  ArrangedSchema,
  chosen,
  cutTextSchema,
  ScreenIdSchema,
  ShowSchema,
  textSchema,
} from "./wall-schema.ts";

/**
 * Longest SDP that is accepted, in characters. A browser's audio-only offer has about 2,500, one with two
 * video sections up to 12,000, and 100 more for each ICE candidate.
 */
const SDP_MAX = 20_480;

const code = v.pipe(v.string(), v.maxLength(16));
/** Longest title of a song, in UTF-16 units. */
const TITLE_MAX = 200;
/** Most screens that a host may arrange with one message. */
export const SCREENS_MAX = 200;

/** What a host's picture comes from: a camera, a window or the whole screen, a film of the queue. */
export const PICTURE_SOURCES = ["camera", "screen", "film"] as const;
export type PictureSource = (typeof PICTURE_SOURCES)[number];

/** A time that a screen has measured. A value beyond a minute cannot be a measurement. */
const ms = v.pipe(v.number(), v.minValue(-60_000), v.maxValue(60_000));
/** A wall's password; "" for none. */
export const PasswordSchema = v.pipe(v.string(), v.maxLength(100));
const sdp = v.pipe(v.string(), v.minLength(1), v.maxLength(SDP_MAX));

/** Id of a host's page: 16 random bytes in hexadecimal digits, from the console. */
const PageIdSchema = v.pipe(v.string(), v.regex(/^[\w-]{8,64}$/));

/** Ranges of missing frames in one message. */
const MISSING_MAX = 16;

/** Every message that a page may send, by `type`. `docs/protocol.md` describes them. */
const ClientMessageSchema = v.variant("type", [
  v.strictObject({ type: v.literal("hello"), version: v.number() }),
  v.strictObject({ type: v.literal("open-room") }),
  v.strictObject({
    type: v.literal("join"),
    code,
    hostKey: v.optional(v.pipe(v.string(), v.maxLength(256))),
    password: v.optional(PasswordSchema),
    screen: v.optional(ScreenIdSchema),
    name: v.optional(cutTextSchema(NAME_MAX)),
    /** The page takes encoded frames over its WebSocket. */
    frames: v.optional(v.boolean()),
    /** Id of a host's page, by which it is told from another page with the same key. */
    page: v.optional(PageIdSchema),
    /** The page takes the wall over from another page that hosts it. */
    takeOver: v.optional(v.boolean()),
  }),
  v.strictObject({
    type: v.literal("offer"),
    sdp,
    /** It is for the stage: the listener on it sends, and the host receives. */
    stage: v.optional(v.boolean()),
  }),
  v.strictObject({ type: v.literal("probe"), sdp }),
  v.strictObject({ type: v.literal("stop") }),
  v.strictObject({ type: v.literal("close-room") }),
  v.strictObject({ type: v.literal("protect"), password: PasswordSchema }),
  v.strictObject({
    type: v.literal("playback"),
    playing: v.boolean(),
    title: v.optional(textSchema(TITLE_MAX)),
    /** What the picture comes from; missing while the host sends none. */
    picture: v.optional(v.picklist(PICTURE_SOURCES)),
    /** The host has muted its sound. */
    muted: v.optional(v.boolean()),
  }),
  v.strictObject({ type: v.literal("stage"), screen: v.nullable(ScreenIdSchema) }),
  v.strictObject({ type: v.literal("set-delay"), delayMs: DelaySchema }),
  v.strictObject({ type: v.literal("flash-test") }),
  v.strictObject({
    type: v.literal("report"),
    clockErrorMs: ms,
    neededMs: ms,
    latenessMs: ms,
    precision: v.picklist(["exact", "graph", "buffer"]),
    inStep: v.boolean(),
    /** Its media over UDP come through a TURN server; missing while it does not know. */
    relayed: v.optional(v.boolean()),
    /** How many pictures it paints a second; missing while it does not know, or is hidden. */
    paintRate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(PAINT_RATE_MAX))),
  }),
  v.strictObject({ type: v.literal("choose"), ...chosen }),
  v.strictObject({ type: v.literal("spark") }),
  v.strictObject({ type: v.literal("set-show"), show: ShowSchema }),
  v.strictObject({ type: v.literal("set-stencil"), stencil: v.nullable(StencilSchema) }),
  v.strictObject({ type: v.literal("set-light-map"), map: LightMapSchema }),
  v.strictObject({
    type: v.literal("arrange"),
    screens: v.pipe(v.array(ArrangedSchema), v.maxLength(SCREENS_MAX)),
    /** Whether they keep their places however long they are away; without it they do. */
    keeps: v.optional(v.boolean()),
  }),
  v.strictObject({ type: v.literal("remove-screen"), id: v.optional(ScreenIdSchema) }),
  v.strictObject({ type: v.literal("identify"), id: v.optional(ScreenIdSchema) }),
  v.strictObject({
    type: v.literal("repair"),
    missing: v.pipe(v.array(v.tuple([RtpTimeSchema, RtpTimeSchema])), v.maxLength(MISSING_MAX)),
  }),
  v.strictObject({ type: v.literal("want-frames"), wanted: v.boolean() }),
  v.strictObject({ type: v.literal("ping"), sent: v.pipe(v.number(), v.finite()) }),
]);

export type ClientMessage = v.InferOutput<typeof ClientMessageSchema>;

/** How well a screen keeps time. */
export type Report = Omit<Extract<ClientMessage, { type: "report" }>, "type">;

export type Role = "host" | "listener";

/**
 * State of a wall: `waiting` (its host is there and not live), `live`, `host-away` (its host is not
 * connected, and nobody sends sound), `closed` (for good: nobody can join again).
 */
export type RoomState = "waiting" | "live" | "host-away" | "closed";

/** What everyone in a wall receives when they join and on every change. */
export interface RoomStatus {
  state: RoomState;
  /** Whether the sound is playing; false while the host's song is paused and before one is loaded. */
  playing: boolean;
  /** The song's title, or "" while there is none. */
  title: string;
  /** True while another program than the host's page sends the sound; otherwise missing. */
  fromProgram?: boolean;
  /** What the picture comes from: it is `sharing` from a screen; missing while the host sends none. */
  picture?: PictureSource;
  /** True while the host has muted its sound; otherwise missing. */
  muted?: boolean;
  /**
   * Number of the screen whose person is on stage: its sound and picture go to the host; otherwise missing.
   * Not its id, by which others could take its place while it is away.
   */
  stage?: number;
}

/** How all listeners together receive the broadcast. Sent to the host only. */
export interface RoomStats {
  /** Listeners in the wall, whether or not their media is connected. */
  listeners: number;
  /** Listeners whose media is connected. */
  connected: number;
  /** Listeners that get all frames over their WebSockets, for lack of UDP or while they connect. */
  overSocket: number;
  /** Listeners whose media come through a TURN server, as they report. */
  relayed: number;
  /** Median round-trip time of the listeners' media, ms; null before the first report. */
  roundTripMs: number | null;
  /** Greatest packet loss in the last report of any listener, 0..1. */
  worstLoss: number;
  /** Duration of one packet of the broadcast, ms. */
  packetTimeMs: number;
  sync: SyncStats;
  /** Figures of each screen. In a large wall: of those that need the longest wall delay, and of the first. */
  screens?: ScreenFigures[];
}

/** How one screen receives the broadcast and keeps time. */
export interface ScreenFigures {
  id: string;
  /** Of its media over UDP; null while unknown. */
  roundTripMs: number | null;
  /** Packet loss over UDP, 0..1; null while unknown. */
  loss: number | null;
  /** Greatest possible error of its clock, ms; null before its first report. */
  clockErrorMs: number | null;
  /** The wall delay that it needs, ms; null before its first report. */
  neededMs: number | null;
  /** How late it paints, ms; null before its first report. */
  latenessMs: number | null;
  /** How many pictures it paints a second; null while unknown. */
  paintRate: number | null;
  /**
   * How it gets the song: over UDP directly, over UDP through a TURN server, or over its WebSocket; null
   * while it has no media.
   */
  receives: "udp" | "relay" | "socket" | null;
}

/** How well the screens that are not switched off keep time, from their last reports. */
export interface SyncStats {
  /** Screens that have reported. */
  reporting: number;
  /** Screens of these whose precision is `exact`. */
  exact: number;
  /** Greatest wall delay that a screen needs, ms. */
  neededMs: number | null;
  /** Lateness of the screen that paints latest, ms. */
  latenessMs: number | null;
  /** Greatest error of a screen's clock, ms. */
  clockErrorMs: number | null;
  /** Screens that do not follow the wall closely enough to flash with it. */
  outOfStep: number;
}

/** A STUN or TURN server, in the form that `RTCPeerConnection` takes. */
export interface IceServer {
  urls: string[];
  username?: string;
  credential?: string;
}

/** Every message that the server may send, by `type`. Times are in ms of the server's monotonic clock. */
export type ServerMessage =
  | { type: "welcome"; version: number; session: string }
  | { type: "nodes"; sites: string[]; go: boolean }
  | { type: "room-opened"; code: string; hostKey: string }
  | {
      type: "joined";
      code: string;
      role: Role;
      room: RoomStatus;
      timing: Timing;
      show: Show;
      maps: LightMap[];
      rises: number[];
    }
  | { type: "room"; room: RoomStatus }
  | { type: "show"; show: Show; at: number }
  | { type: "light-map"; map: LightMap }
  | { type: "flash-plan"; rises: number[] }
  | { type: "place"; screen: Screen; dealt: Dealt; extent: Extent; alone: boolean; at: number }
  | { type: "screens"; screens: ScreenSeen[] }
  | { type: "screen-removed"; id: string }
  | { type: "sparks"; screens: string[] }
  | { type: "password"; password: string }
  | { type: "identify" }
  | { type: "timing"; timing: Timing }
  | { type: "flash-test"; at: number }
  | { type: "ice-servers"; iceServers: IceServer[] }
  /** With `stage`, it is the answer to an offer for the stage. */
  | { type: "answer"; sdp: string; stage?: boolean }
  | { type: "packet-time"; packetTimeMs: number }
  | { type: "media-closed"; reason: string; stage?: boolean }
  | { type: "stage"; given: boolean }
  | { type: "stats"; stats: RoomStats }
  | { type: "pong"; sent: number; received: number; replied: number }
  | {
      type: "error";
      code: ErrorCode;
      message: string;
      answers?: ClientMessage["type"];
      /** It answers an offer for the stage. */
      stage?: boolean;
    };

/** The result of decoding one inbound message. */
export type Decoded =
  | { ok: true; message: ClientMessage }
  | { ok: false; code: "not-json" | "message-invalid"; answers?: ClientMessage["type"] };

/**
 * Decodes one inbound text message: parses the JSON, then checks the schema. Never throws. If the `type` is
 * known and the rest is invalid, `answers` is the type.
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
