import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { checksFor } from "../support/ice-checks.ts";
import { MediaStage, packets, play, THREADS, texts } from "../support/media-stage.ts";
import { offerSdp } from "../support/offers.ts";
import type { UdpRelay } from "../support/udp-relay.ts";

// A datagram that a relay injects has the source address of the peer behind it, as if it were forged.

const stage = new MediaStage();

/** Makes authentic checks of a listener that attacks others. */
function attacker(): () => Buffer {
  return checksFor(stage.engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }) }).answer);
}

/** The last connectivity check that went through a relay. */
const lastCheck = (relay: UdpRelay) =>
  relay.passed("to-server").findLast((datagram) => datagram.readUInt16BE(0) === 1)!;

/** A socket that records what it receives, and never answers. */
async function silentSocket() {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const received: Buffer[] = [];
  socket.on("message", (datagram) => received.push(datagram));
  stage.open.push({ close: async () => void socket.close() });
  return {
    received,
    send: (datagram: Buffer) => socket.send(datagram, stage.engine.port, "127.0.0.1"),
  };
}

describe.each(THREADS)("forged checks with %i media threads", (workers) => {
  beforeEach(() => stage.start(workers));

  test("do not take over the host's address", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish", between);
    const listener = await stage.join("subscribe");
    await play(host, 0, 5);
    await listener.receive(5);
    const check = attacker();
    for (let n = 0; n < 20; n++) between.inject("to-server", check());
    await delay(100);
    await play(host, 5, 20);
    await expect.poll(() => texts(listener)).toEqual(packets(0, 25));
  });

  test("do not take over the address that the host has migrated to", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish", between);
    const listener = await stage.join("subscribe");
    const check = attacker();
    // With several threads, most migrations lead to another thread than the one that has the host.
    for (let move = 0; move < 4; move++) {
      await between.move();
      between.inject("to-server", lastCheck(between));
      await delay(100);
      for (let n = 0; n < 20; n++) between.inject("to-server", check());
      await delay(100);
      await play(host, move * 10, 10);
      await expect.poll(() => texts(listener)).toEqual(packets(0, (move + 1) * 10));
    }
  });

  test("do not make the server drop the host's address", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish", between);
    const listener = await stage.join("subscribe");
    const check = attacker();
    between.inject("to-server", check());
    await delay(100);
    between.inject("to-server", lastCheck(between));
    await delay(100);
    // More addresses than the server keeps for one peer.
    for (let n = 0; n < 30; n++) (await silentSocket()).send(check());
    await delay(100);
    await play(host, 0, 10);
    await expect.poll(() => texts(listener)).toEqual(packets(0, 10));
  });

  test("do not direct media to an address that never asked for it", async () => {
    const between = await stage.relay();
    const host = await stage.join("publish");
    const listener = await stage.join("subscribe", between);
    await play(host, 0, 5);
    await listener.receive(5);
    const victim = await silentSocket();
    const check = lastCheck(between);
    for (let n = 0; n < 3; n++) {
      victim.send(check);
      await delay(50);
      await play(host, 5 + n * 10, 10);
    }
    await expect.poll(() => texts(listener)).toEqual(packets(0, 35));
    expect(victim.received.filter((datagram) => datagram[0]! > 3)).toEqual([]);
    const bytes = victim.received.reduce((sum, { length }) => sum + length, 0);
    expect(bytes).toBeLessThanOrEqual(3 * 2.5 * check.length);
  });

  test("do not keep a peer from an address whose owner has been closed", async () => {
    const between = await stage.relay();
    const { peer, answer } = stage.engine.subscribe("WALL", { offer: offerSdp({ direction: "recvonly" }) });
    between.inject("to-server", checksFor(answer)());
    await delay(100);
    stage.engine.closePeer(peer, "left");
    const host = await stage.join("publish", between);
    const listener = await stage.join("subscribe");
    await play(host, 0, 5);
    await listener.receive(5);
  });
});
