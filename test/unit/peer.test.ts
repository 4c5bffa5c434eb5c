import { expect, test } from "vitest";
import type { Broadcast } from "../../server/media/broadcast.ts";
import { now } from "../../server/media/clock.ts";
import type { PeerSpec } from "../../server/media/media-thread.ts";
import { Peer } from "../../server/media/peer.ts";
import type { RemoteHandshakes } from "../../server/media/remote-handshakes.ts";

const SPEC: PeerSpec = {
  id: "peer",
  broadcast: "WALL",
  role: "subscribe",
  ufrag: "server",
  password: "password",
  remoteUfrag: "browser",
  fingerprint: { algorithm: "sha-256", value: "AA" },
  payloadType: 111,
  ssrc: 1,
  rateMax: 1_000,
};

test("a peer that is answered and never connects asks to be closed after fifteen seconds", () => {
  const ended: string[] = [];
  const nothing = () => {};
  // Neither is touched before a check has come.
  const peer = new Peer(SPEC, {} as Broadcast, {} as RemoteHandshakes, {
    claimed: nothing,
    connected: nothing,
    ended: (reason) => ended.push(reason),
    sendFailed: nothing,
  });
  peer.tick(now() + 14_000);
  expect(ended).toEqual([]);
  peer.tick(now() + 16_000);
  expect(ended).toEqual(["connect timeout"]);
});
