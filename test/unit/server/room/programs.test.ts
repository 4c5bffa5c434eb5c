import { beforeEach, describe, expect, test } from "vitest";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import type { Program } from "../../../../server/room/programs.ts";
import { OFFERS } from "../../../support/fake-engine.ts";
import { HandMember } from "../../../support/hand-member.ts";
import { LIGHT_MAP } from "../../../support/light-maps.ts";
import { MINUTE, RoomStage, RoomsStage } from "../../../support/room-stage.ts";

const SENDS = { offer: OFFERS.send };
const RECEIVES = { offer: OFFERS.receive };
const OF_PROGRAM = { state: "live", playing: true, title: "", fromProgram: true };

/** A program without a session, and why its room has ended it. */
class HandProgram implements Program {
  readonly id = "program";
  readonly ends: string[] = [];

  end(reason: string): void {
    this.ends.push(reason);
  }
}

let stage: RoomStage;
let program: HandProgram;

beforeEach(() => {
  stage = new RoomStage();
  program = new HandProgram();
});

const rooms = (messages: ServerMessage[]) =>
  messages.flatMap((message) => (message.type === "room" ? [message.room] : []));

/** A program sends the room's sound. */
function send(by = program): string {
  const { peer } = stage.room.programs.send(by, SENDS);
  stage.engine.connect(stage.code, "publish");
  return peer;
}

describe("a program that sends", () => {
  test("lights the screens of a wall whose host's page is not there, until it leaves", () => {
    stage.room.joinListener(stage.listener);
    stage.listener.take();
    const peer = send();
    expect(rooms(stage.listener.take()).at(-1)).toEqual(OF_PROGRAM);
    stage.room.programs.remove(peer, "left");
    expect(rooms(stage.listener.take())).toEqual([{ state: "host-away", playing: false, title: "" }]);
    expect(stage.engine.peers.size).toBe(0);
    expect(program.ends).toEqual([]);
  });

  test("is told to a host's page that joins; what that page reports of its song holds afterwards", () => {
    const peer = send();
    stage.room.joinHost(stage.host);
    expect(stage.host.take()[0]).toMatchObject({ type: "joined", room: OF_PROGRAM });
    stage.room.playback({ playing: true, title: "Blue Monday" });
    expect(rooms(stage.host.take())).toEqual([]);
    stage.room.programs.remove(peer, "left");
    expect(rooms(stage.host.take())).toEqual([{ state: "waiting", playing: true, title: "Blue Monday" }]);
  });

  test("is shown without the light map of a song that the host's page plays to itself", () => {
    stage.room.joinHost(stage.host);
    stage.room.joinListener(stage.listener);
    const peer = send();
    const reading = { timestamp: 0, at: 0 };
    stage.room.timing.setMediaClocks({ host: reading, listeners: reading });
    const maps = () => stage.listener.take().filter(({ type }) => type === "light-map").length;
    stage.room.light.setMap(LIGHT_MAP);
    expect(maps()).toBe(0);
    stage.room.programs.remove(peer, "left");
    stage.room.light.setMap(LIGHT_MAP);
    expect(maps()).toBe(1);
  });

  test("stays live when the host's page leaves", () => {
    stage.room.joinHost(stage.host);
    send();
    stage.room.leave(stage.host);
    expect(stage.room.status).toEqual(OF_PROGRAM);
  });

  test("is refused while the host's page is live, and changes nothing", () => {
    stage.goLive();
    expect(() => stage.room.programs.send(program, SENDS)).toThrow(
      expect.objectContaining({ code: "host-live" }),
    );
    expect(stage.room.status.state).toBe("live");
    expect(stage.host.take()).toEqual([]);
  });

  test("is ended when the host's page goes live", () => {
    stage.room.joinHost(stage.host);
    send();
    stage.room.offer(stage.host, SENDS);
    expect(program.ends).toHaveLength(1);
    stage.engine.connect(stage.code, "publish");
    expect(stage.room.status).toEqual({ state: "live", playing: false, title: "" });
    expect(stage.engine.peers.size).toBe(1);
  });

  test("stays if the offer of the host's page is refused", () => {
    stage.room.joinHost(stage.host);
    send();
    expect(() => stage.room.offer(stage.host, { offer: OFFERS.silent })).toThrow();
    expect(program.ends).toEqual([]);
    expect(stage.room.status).toEqual(OF_PROGRAM);
  });

  test("is ended when the host stops the broadcast", () => {
    stage.room.joinHost(stage.host);
    send();
    stage.room.stop();
    expect(program.ends).toEqual(["host stopped"]);
    expect(stage.room.status.state).toBe("waiting");
  });

  test("is replaced by a newer one", () => {
    send();
    const newer = new HandProgram();
    send(newer);
    expect([program.ends.length, newer.ends.length]).toEqual([1, 0]);
    expect(stage.room.status).toEqual(OF_PROGRAM);
  });

  test("stays if the offer of a newer one is refused", () => {
    send();
    expect(() => stage.room.programs.send(new HandProgram(), { offer: OFFERS.silent })).toThrow();
    expect(program.ends).toEqual([]);
    expect(stage.room.status).toEqual(OF_PROGRAM);
  });

  test("ends when its connection is lost, and when the wall is closed", () => {
    const peer = send();
    stage.engine.closePeer(peer, "consent expired");
    expect(program.ends).toEqual(["consent expired"]);
    expect(stage.room.status.state).toBe("host-away");
    send();
    stage.room.close("ended by its host");
    expect(program.ends).toEqual(["consent expired", "ended by its host"]);
    expect(stage.room.status.state).toBe("closed");
  });

  test("saves the hash of the wall's key, as a host that joins does", () => {
    const { rooms: open, walls } = new RoomsStage();
    const { code } = open.open();
    open.find(code).programs.send(program, SENDS);
    expect(walls.has(code)).toBe(true);
  });

  test("keeps its wall open without anybody else, and the wall expires after it has left", () => {
    const server = new RoomsStage();
    const { code } = server.rooms.open();
    const { peer } = server.rooms.find(code).programs.send(program, SENDS);
    server.time += 600 * MINUTE;
    server.rooms.tick();
    expect(server.rooms.find(code).isDeserted).toBe(false);
    server.rooms.find(code).programs.remove(peer, "left");
    server.time += 10 * MINUTE;
    server.rooms.tick();
    expect(server.rooms.has(code)).toBe(true);
    server.time += 1;
    server.rooms.tick();
    expect(server.rooms.has(code)).toBe(false);
  });
});

describe("a program that receives", () => {
  test("is declined pictures, which a listener's page may get", () => {
    stage.room.joinListener(stage.listener);
    stage.room.programs.receive(program, "", RECEIVES);
    expect(stage.engine.find(stage.code, "subscribe")?.isWithoutPictures).toBe(true);
  });

  test("counts as a listener, and is no screen", () => {
    stage.room.joinHost(stage.host);
    stage.host.take();
    stage.room.programs.receive(program, "", RECEIVES);
    stage.room.joinListener(stage.listener);
    expect(stage.room.listenerCount).toBe(2);
    expect(stage.room.wall.seen("program")).toBeUndefined();
    expect(stage.room.summary.stats.listeners).toBe(1);
    expect(() => stage.room.programs.receive(new HandProgram(), "", RECEIVES)).toThrow(
      expect.objectContaining({ code: "room-full" }),
    );
    expect(() => stage.room.joinListener(new HandMember("late"))).toThrow(
      expect.objectContaining({ code: "room-full" }),
    );
  });

  test("shows the wall's password", () => {
    stage.room.password.set("sesame");
    const receive = (password: string) => stage.room.programs.receive(program, password, RECEIVES);
    expect(() => receive("")).toThrow(expect.objectContaining({ code: "password-needed" }));
    expect(() => receive("guess")).toThrow(expect.objectContaining({ code: "password-wrong" }));
    expect(receive("sesame").answer).toContain("answer");
  });

  test("frees its place when it leaves, and when its connection is lost", () => {
    const { peer } = stage.room.programs.receive(program, "", RECEIVES);
    stage.room.programs.remove(peer, "left");
    expect(stage.room.listenerCount).toBe(0);
    const again = stage.room.programs.receive(program, "", RECEIVES);
    stage.engine.closePeer(again.peer, "consent expired");
    expect(stage.room.listenerCount).toBe(0);
    expect(program.ends).toEqual(["consent expired"]);
  });

  test("does not change the state of the wall", () => {
    stage.room.programs.receive(program, "", RECEIVES);
    stage.engine.connect(stage.code, "subscribe");
    expect(stage.room.status.state).toBe("waiting");
  });

  test("does not keep a wall without a host longer than a listener does", () => {
    const server = new RoomsStage();
    const { code, room, host } = server.hosted();
    room.programs.receive(program, "", RECEIVES);
    room.leave(host);
    server.time += 60 * MINUTE;
    server.rooms.tick();
    expect(server.rooms.has(code)).toBe(true);
    server.time += 1;
    server.rooms.tick();
    expect(server.rooms.has(code)).toBe(false);
    expect(program.ends).toEqual(["unused"]);
  });
});
