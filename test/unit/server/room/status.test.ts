import { expect, test } from "vitest";
import { RoomStage } from "../../../support/room-stage.ts";

test("all are told of the host's picture and that it is muted, until the host is away", () => {
  const stage = new RoomStage();
  stage.goLive();
  stage.room.playback({ playing: true, title: "Song", picture: "camera", muted: true });
  stage.room.playback({ playing: true, title: "Song", picture: "camera", muted: true });
  stage.room.playback({ playing: true, picture: "screen" });
  stage.room.leave(stage.host);
  expect(stage.listener.take()).toEqual([
    { type: "room", room: { state: "live", playing: true, title: "Song", picture: "camera", muted: true } },
    { type: "room", room: { state: "live", playing: true, title: "Song", picture: "screen" } },
    { type: "room", room: { state: "host-away", playing: false, title: "Song" } },
  ]);
});
