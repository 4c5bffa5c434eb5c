import { expect, test, vi } from "vitest";
import type { ServerMessage } from "../../../../server/protocol/messages.ts";
import type { EncodedMessage } from "../../../../server/room/member.ts";
import { Seats } from "../../../../server/room/seats.ts";
import { HandMember } from "../../../support/hand-member.ts";

const MESSAGE: ServerMessage = { type: "identify" };

/** A room with a host and 20 listeners. */
function fill() {
  const seats = new Seats(() => 0);
  const host = new HandMember("host");
  const listeners = Array.from({ length: 20 }, (_, n) => new HandMember(`listener ${n}`));
  seats.seatHost(host);
  for (const member of listeners) seats.seatListener(member);
  return { seats, host, listeners };
}

/** The messages that were encoded while `act` ran. */
function encodedDuring(act: () => void): unknown[] {
  const stringify = vi.spyOn(JSON, "stringify");
  act();
  const values = stringify.mock.calls.map(([value]) => value);
  stringify.mockRestore();
  return values;
}

test("a message to all is encoded once, and every member gets the same bytes", () => {
  const { seats, host, listeners } = fill();
  const members = [host, ...listeners];
  const sent = members.map((member) => vi.spyOn(member, "sendEncoded"));
  expect(encodedDuring(() => seats.sendToAll(MESSAGE))).toEqual([MESSAGE]);
  const buffers = sent.map(({ mock }) => (mock.calls[0] as [EncodedMessage])[0].data);
  expect(new Set(buffers).size).toBe(1);
  for (const member of members) expect(member.take()).toEqual([MESSAGE]);
});

test("a message to all listeners is encoded once, and the host does not get it", () => {
  const { seats, host, listeners } = fill();
  expect(encodedDuring(() => seats.sendToListeners(MESSAGE))).toEqual([MESSAGE]);
  for (const member of listeners) expect(member.take()).toEqual([MESSAGE]);
  expect(host.take()).toEqual([]);
});

test("nothing is encoded for listeners where there are none", () => {
  expect(encodedDuring(() => new Seats(() => 0).sendToListeners(MESSAGE))).toEqual([]);
});
