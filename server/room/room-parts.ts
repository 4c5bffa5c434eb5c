import type { Logger } from "pino";
import { hashOfKey } from "../data/host-keys.ts";
import { Wall } from "../wall/wall.ts";
import { FarMembers, type FarMembersOptions } from "./far-members.ts";
import { HostReport } from "./host-report.ts";
import { Password } from "./password.ts";
import { Programs } from "./programs.ts";
import type { RoomOptions } from "./room-options.ts";
import { SeatMedia } from "./seat-media.ts";
import { Seats } from "./seats.ts";
import { SocketMedia } from "./socket-media.ts";
import { Stage } from "./stage.ts";
import { CurrentStatus } from "./status.ts";
import { RoomTiming } from "./timing.ts";

/** What a room is made of. */
export interface RoomParts {
  readonly seats: Seats;
  readonly password: Password;
  readonly timing: RoomTiming;
  readonly report: HostReport;
  readonly media: SeatMedia;
  readonly stage: Stage;
  readonly status: CurrentStatus;
  readonly programs: Programs;
  readonly wall: Wall;
  readonly socketMedia: SocketMedia;
  /** The listeners at other nodes; undefined where there is one node. */
  readonly far: FarMembers | undefined;
  /** Schedules a save of the wall, with the hash of its host's key. */
  saveWall(): void;
}

/** What the parts need of their room. */
export interface RoomHooks {
  /** The room, as its members at other nodes act on it. */
  readonly room: FarMembersOptions["room"];
  /** Another program sends the sound, or none does any more. */
  readonly updateState: () => void;
  readonly log: Logger;
}

/** Makes the parts of a room, and connects them. */
export function makeParts(options: RoomOptions, { room, updateState, log }: RoomHooks): RoomParts {
  const { code: broadcast, engine, listenersMax, now } = options;
  const seats = new Seats(now);
  const status = new CurrentStatus(seats, log);
  const password = new Password(log, () => saveWall());
  const isOff = (screen: string) => wall.seen(screen)?.locked ?? false;
  const far = options.far && new FarMembers({ ...options.far, room, seats });
  const timing = new RoomTiming({
    ...{ seats, now, isOff, farNeeds: () => far?.needs ?? [] },
    ...{ delayMs: options.delayMs, fixedDelayMs: options.kept?.saved?.fixedDelayMs },
    delaySet: () => saveWall(),
  });
  const report = new HostReport({
    ...{ seats, engine, log, isOff, limits: options.packetTime },
    socketMedia: () => socketMedia,
    farStats: () => far?.stats ?? [],
  });
  const media = {
    ...{ broadcast, engine, seats, packetTime: () => report.packetTime },
    generation: options.far?.generation,
  };
  const numberOf = (screen: string | undefined) => (screen ? wall.seen(screen)?.number : undefined);
  const stage = new Stage({
    ...{ ...media, now, log },
    changed: (screen) => status.setStage(numberOf(screen)),
  });
  const keyHash = hashOfKey(options.hostKey);
  const saved = () => ({ ...wall.saved, keyHash, fixedDelayMs: timing.fixedDelayMs });
  const saveWall = () => {
    options.walls.keep(broadcast, saved);
    options.share?.(broadcast, () => {
      return { wall: saved(), delayMs: timing.delayMs, password: password.value };
    });
  };
  const wall = new Wall({
    ...{ ...options.kept, listenersMax, changed: saveWall, now },
    sendToHost: (message) => seats.sendToHost(message),
    sendToScreens: (message) => seats.sendToListeners(message),
    sendToAll: (message) => seats.sendToAll(message),
    isHostBehind: () => seats.host?.member.isBehind ?? false,
  });
  const socketMedia = new SocketMedia({
    ...{ broadcast, source: engine, quota: options.socketQuota, now },
    delayMs: () => timing.delayMs,
  });
  const programs = new Programs({
    ...{ ...media, password, listenersMax, keepWall: saveWall, changed: updateState, log },
  });
  return {
    ...{ seats, password, timing, report, media: new SeatMedia({ ...media, stage }), stage, status },
    ...{ programs, wall, socketMedia, far, saveWall },
  };
}
