import { pino } from "pino";
import { Codes } from "../../server/data/codes.ts";
import { HostKeys } from "../../server/data/host-keys.ts";
import { NetworkQuota } from "../../server/limits/network-quota.ts";
import type { HostArrival } from "../../server/room/member.ts";
import { Room } from "../../server/room/room.ts";
import { Rooms } from "../../server/room/rooms.ts";
import { FakeEngine, OFFERS } from "./fake-engine.ts";
import { HandMember } from "./hand-member.ts";
import { MemoryWalls } from "./memory-walls.ts";

export const MINUTE = 60_000;
export const SECRET = Buffer.alloc(32, 1);
/** The time at which a {@link RoomsStage} starts, ms since 1970. */
const START = Date.UTC(2030, 0, 1);

/** One room with a host and a listener, whose clock, media and messages the test controls. */
export class RoomStage {
  readonly code = "AAAAA";
  /** Monotonic time, ms. */
  time = 0;
  readonly engine = new FakeEngine();
  readonly room: Room;
  readonly host = new HandMember("host");
  readonly listener = new HandMember("listener");

  constructor() {
    const { engine } = this;
    engine.on("peer-connected", (_broadcast, peer) => this.room.handlePeerConnected(peer));
    engine.on("peer-closed", (_broadcast, peer, reason) => this.room.handlePeerClosed(peer, reason));
    this.room = new Room({
      code: this.code,
      hostKey: "key",
      engine,
      listenersMax: 2,
      socketQuota: new NetworkQuota({ capacity: 10, networkShare: 100 }),
      walls: new MemoryWalls(),
      packetTime: { longFrom: 2, shortBelow: 1 },
      now: () => this.time,
      log: pino({ level: "silent" }),
    });
  }

  /** Brings the room to `live` with both members in it, whose messages have been taken. */
  goLive(arrival?: HostArrival): void {
    this.room.joinHost(this.host, arrival);
    this.room.joinListener(this.listener);
    this.room.offer(this.host, { offer: OFFERS.send });
    this.engine.connect(this.code, "publish");
    this.host.take();
    this.listener.take();
  }
}

/** The rooms of a server that can be restarted, whose clock and saved walls the test controls. */
export class RoomsStage {
  /** Monotonic time, ms. */
  time = 0;
  readonly walls = new MemoryWalls();
  readonly engine = new FakeEngine();
  rooms: Rooms;

  constructor(limits: { wallsMax?: number; networkShare?: number } = {}) {
    this.rooms = this.#start(limits);
  }

  /** Restarts the server with the same secret and the same saved walls. It does not know the issued codes. */
  restart(): void {
    this.rooms.close("restart");
    this.rooms = this.#start();
  }

  /** Opens a room with its host in it. */
  hosted(network?: string) {
    const { code, hostKey } = this.rooms.open(network);
    const room = this.rooms.find(code);
    const host = new HandMember(`host of ${code}`);
    room.joinHost(host);
    return { code, hostKey, room, host };
  }

  #start(limits: { wallsMax?: number; networkShare?: number } = {}): Rooms {
    return new Rooms({
      engine: this.engine,
      keys: new HostKeys(SECRET, new Codes(SECRET, { time: () => START + this.time })),
      wallsMax: 2,
      networkShare: 100,
      listenersMax: 10,
      socketListenersMax: 10,
      walls: this.walls,
      packetTime: { longFrom: 300, shortBelow: 200 },
      wallIdleMs: 10 * MINUTE,
      wallHostlessMs: 60 * MINUTE,
      now: () => this.time,
      log: pino({ level: "silent" }),
      ...limits,
    });
  }
}
