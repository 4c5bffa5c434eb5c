import { vi } from "vitest";
import type { HostBroadcast } from "../../client/host/broadcast/host-broadcast.ts";
import { keepWall } from "../../client/shared/walls.ts";
import { ERRORS, type ErrorCode } from "../../server/protocol/errors.ts";
import type { ClientMessage, ServerMessage } from "../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../server/protocol/wall.ts";
import { FakePeerConnection } from "./fake-peer-connection.ts";
import { PageSocket } from "./page-socket.ts";
import { memoryStorage } from "./storage.ts";

// A host's page without a browser: the test drives its socket, its peer connections and its clock.

export const OWN = { code: "K7QXM", hostKey: "secret" };
/** The id of the page. */
export const PAGE = "page-one";
export const TRACK = {} as MediaStreamTrack;
export const TIMING = { delay: { from: 100, to: 100, at: 0, until: 0, auto: true } };
const ROOM = { state: "waiting", playing: false, title: "" } as const;
export const CLOSED: ServerMessage = { type: "room", room: { ...ROOM, state: "closed" } };
export const JOINED: ServerMessage = {
  type: "joined",
  code: OWN.code,
  role: "host",
  room: ROOM,
  timing: TIMING,
  show: FIRST_SHOW,
  maps: [],
  rises: [],
};

export const error = (code: ErrorCode, answers?: ClientMessage["type"]): ServerMessage => ({
  type: "error",
  code,
  message: ERRORS[code].message,
  ...(answers && { answers }),
});

export const settle = () => vi.advanceTimersByTimeAsync(0);

/** Call it before each test. */
export function setHostPage(): void {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("location", { origin: "http://wall.example", pathname: "/host/K7QXM" });
  vi.stubGlobal("localStorage", memoryStorage());
  vi.stubGlobal("WebSocket", PageSocket);
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  PageSocket.all = [];
  FakePeerConnection.all.length = 0;
  keepWall(OWN);
}

/** Call it after each test. */
export function clearHostPage(): void {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
}

/** The server accepts the connection and the join. */
export function join(): void {
  PageSocket.last.accept();
  PageSocket.last.deliver(JOINED);
}

/** The connection breaks; the page connects again. */
export function reconnect(): void {
  PageSocket.last.drop();
  vi.advanceTimersByTime(250);
  PageSocket.last.accept();
}

/** The page goes live, and its media connects. */
export async function goLiveOn(broadcast: HostBroadcast): Promise<void> {
  broadcast.goLive(TRACK);
  await connectMedia();
}

/** The server answers the page's offer, and the media connects. */
export async function connectMedia(): Promise<void> {
  await settle();
  PageSocket.last.deliver({ type: "answer", sdp: "answer" });
  await settle();
  FakePeerConnection.last.become("connected");
}
