import { beforeEach, expect, test, vi } from "vitest";
import type { ClientMessage, ServerMessage } from "../../../../server/protocol/messages.ts";
import { FIRST_SHOW } from "../../../../server/protocol/wall.ts";
import { SignalStage, types } from "../../../support/signal-stage.ts";

let stage: SignalStage;

beforeEach(() => {
  stage = new SignalStage();
});

test("a socket with unsent bytes gets no stats; with too many, it is terminated", () => {
  const { host } = stage.hosted();
  host.socket.bufferedAmount = 65 * 1024;
  stage.rooms.tick();
  expect(host.socket.take()).toEqual([]);
  expect(types(host.send({ type: "ping", sent: 1 }))).toEqual(["pong"]);
  host.socket.bufferedAmount = 1025 * 1024;
  expect(host.send({ type: "ping", sent: 1 })).toEqual([]);
  expect(host.socket.terminated).toBe(true);
});

test.each<[ClientMessage, ServerMessage["type"]]>([
  [{ type: "playback", playing: true, title: "Song" }, "room"],
  [{ type: "set-show", show: { ...FIRST_SHOW, rule: "octaves" } }, "show"],
  [{ type: "flash-test" }, "flash-test"],
  [{ type: "identify" }, "identify"],
])("a message to all listeners is encoded once: $type", (command, type) => {
  const { host, code } = stage.hosted();
  const pages = [stage.listening(code), stage.listening(code), stage.listening(code)];
  for (const { socket } of pages) socket.take();
  const stringify = vi.spyOn(JSON, "stringify");
  host.send(command);
  const encoded = stringify.mock.calls.filter(([message]) => message?.type === type);
  stringify.mockRestore();
  // `send` encodes the host's own message, which may be of the same type.
  expect(encoded.filter(([message]) => message !== command)).toHaveLength(1);
  for (const { socket } of pages) expect(types(socket.take())).toEqual([type]);
});
