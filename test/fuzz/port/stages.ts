import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import { ICE_PASSWORD } from "../../support/offers.ts";
import type { Input } from "../corpus.ts";
import { datagrams, pieces, secrets, shaken, tampered } from "../dtls/shape.ts";
import { type Chance, inputs } from "../mutate.ts";
import { hostilePacket } from "../srtp.ts";
import { type Asked, attribute, hostileMessage, message, sign, username } from "../stun.ts";
import type { Watch } from "../watch.ts";
import type { Flood } from "./flood.ts";
import { answerTo, type FuzzPeer } from "./peer.ts";

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const USE_CANDIDATE = 0x0025;
/** Longest datagram sent; UDP takes 65,507 bytes. */
const LENGTH_MAX = 60_000;
/** Datagrams of one handshake that the server looks at before it takes only a few a second. */
const LOOKED_AT = 200;
/** Inputs that a peer sends before another takes its place. */
const LIFE = 1_000;
/**
 * Peers with keys at a time: each may send a hundred RTCP packets a second, so many are needed for a flood.
 */
const PEERS = 24;
/** A wall of which another host than that of the bystander's is the host. */
const OTHER_WALL = "OTHER";

/** One stage's way of making inputs and sending them. */
export type PortStage = (flood: Flood, chance: Chance, watch: Watch) => Promise<void>;

const fits = (input: Buffer) => input.subarray(0, LENGTH_MAX);

/**
 * Datagrams of any kind from addresses that are checked, of peers that are connected and of some that are
 * not.
 */
export function anyDatagrams(corpus: readonly Buffer[]): PortStage {
  return async (flood, chance, watch) => {
    for (let n = 0; !watch.isDone; n++) {
      const isConnected = n % 4 === 0;
      const peer = isConnected
        ? await flood.connected(chance.pick(["publish", "subscribe"]), OTHER_WALL)
        : await flood.checked();
      await flood.send(peer, [...inputs(chance, corpus, isConnected ? LIFE : LOOKED_AT)].map(fits));
      peer.close();
      await watch.breathe();
    }
  };
}

/**
 * Handshakes: what comes from other ones, changed; then its own, changed; then what is protected with its
 * keys.
 */
export function handshakes(flights: readonly Input[], hellos: readonly Buffer[]): PortStage {
  const others = flights.flat();
  return async (flood, chance, watch) => {
    while (!watch.isDone) {
      const peer = await flood.checked(
        chance.pick(["publish", "subscribe"]),
        OTHER_WALL,
        chance.pick(hellos),
      );
      await shakeHands(flood, peer, chance, others);
      peer.close();
      await watch.breathe();
    }
  };
}

async function shakeHands(
  flood: Flood,
  peer: FuzzPeer,
  chance: Chance,
  others: readonly Buffer[],
): Promise<void> {
  const { client, writer } = peer;
  if (chance.below(2) === 0) {
    const strange = Array.from({ length: 1 + chance.below(30) }, () => chance.pick(others));
    if (!(await flood.send(peer, tampered(chance, strange, others).map(fits)))) return;
  }
  /** Messages in any form; one time in so many their bytes are changed too. */
  const shaped = (messages: readonly Buffer[], often: number) => {
    const all = messages.flatMap((one) => pieces(chance, one));
    const list = datagrams(chance, writer, chance.below(often) > 0 ? all : tampered(chance, all, others));
    return shaken(chance, chance.below(often) > 0 ? list : tampered(chance, list, others)).map(fits);
  };
  for (let times = 0; times < 3 && client.messages.length === 0; times++) {
    if (
      !(await flood.send(peer, times === 2 ? [writer.write(22, 0, client.hello)] : shaped([client.hello], 4)))
    )
      return;
    // The flight comes from another thread.
    for (let waited = 0; waited < 10 && client.messages.length === 0; waited++) await delay(1);
  }
  if (!client.recordKeys) return;
  writer.protectWith(client.recordKeys);
  for (let times = 0; times < 3; times++) {
    const proof = times === 2 ? datagrams(chance, writer, client.messages) : shaped(client.messages, 2);
    const finished = chance.below(3) === 0 ? [] : [writer.write(22, 1, client.finished!)];
    if (
      !(await flood.send(peer, [...proof, ...finished, ...secrets(chance, client, writer, others)].map(fits)))
    )
      return;
  }
  // Whoever is connected may go on as if it were not.
  if (chance.below(2) === 0) await flood.send(peer, shaped([client.hello, ...client.messages], 1));
}

/** RTP and RTCP under keys that are right, from hosts and listeners. */
export function media(corpus: readonly Buffer[]): PortStage {
  return async (flood, chance, watch) => {
    while (!watch.isDone) {
      const peers: FuzzPeer[] = [];
      for (let n = 0; n < PEERS && !watch.isDone; n++) {
        // One listener more in each round, so that all who are there send in turn.
        peers.push(await (n === 0 ? flood.connected("publish", OTHER_WALL) : flood.connected("subscribe")));
        for (const peer of peers) await sendMedia(flood, peer, chance, corpus);
      }
      for (const peer of peers) peer.close();
      await watch.breathe();
    }
  };
}

async function sendMedia(
  flood: Flood,
  peer: FuzzPeer,
  chance: Chance,
  corpus: readonly Buffer[],
): Promise<void> {
  if (peer.isGone) return;
  const packets = Array.from({ length: 32 }, () => {
    const aim = { own: 9, server: peer.ssrc, sequence: peer.sequence++, payloadType: 111 };
    return fits(hostilePacket(chance, corpus, peer.srtp, aim));
  });
  await flood.send(peer, packets);
}

/** STUN that is authentic: checks from two addresses of a peer, and answers to the server's own. */
export function checks(corpus: readonly Buffer[]): PortStage {
  return async (flood, chance, watch) => {
    while (!watch.isDone) {
      const peer = chance.below(2) === 0 ? await flood.connected("subscribe") : await flood.checked();
      const second = createSocket("udp4");
      const question = { id: randomBytes(12) };
      peer.onQuestion = (datagram) => {
        question.id = Buffer.from(datagram.subarray(8, 20));
        return chance.below(2) === 0 ? answerTo(datagram) : undefined;
      };
      const from = (input: Buffer) => {
        if (chance.below(4) === 0) second.send(input, flood.engine.port, "127.0.0.1");
        else peer.send(input);
      };
      for (let sent = 0; sent < LIFE && !watch.isDone; sent += 32) {
        const batch = Array.from({ length: 32 }, () => {
          const isAnswer = chance.below(3) === 0;
          const asked: Asked = isAnswer
            ? { type: BINDING_SUCCESS, id: question.id, name: undefined, password: ICE_PASSWORD }
            : { type: BINDING_REQUEST, id: chance.bytes(12), name: peer.name, password: peer.password };
          return fits(hostileMessage(chance, corpus, asked));
        });
        // Makes the server ask the second address.
        second.send(nominate(peer), flood.engine.port, "127.0.0.1");
        if (!(await flood.send(peer, batch, from))) break;
      }
      second.close();
      peer.close();
      await watch.breathe();
    }
  };
}

/** A check that chooses the address that it comes from. */
function nominate({ name, password }: FuzzPeer): Buffer {
  const attributes = [username(name), attribute(USE_CANDIDATE, Buffer.alloc(0))];
  return sign(message(BINDING_REQUEST, randomBytes(12), ...attributes), password);
}
