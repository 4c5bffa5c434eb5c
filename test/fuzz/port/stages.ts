import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { setTimeout as delay } from "node:timers/promises";
import { ICE_PASSWORD } from "../../support/offers.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import type { Input } from "../corpus.ts";
import { datagrams, fragmentsOf, lossy, protectedRecords, tampered } from "../dtls/shape.ts";
import { inputs } from "../mutate.ts";
import { hostilePacket } from "../srtp.ts";
import { attribute, type ExpectedMessage, hostileMessage, message, sign, username } from "../stun.ts";
import type { Watch } from "../watch.ts";
import type { Flood } from "./flood.ts";
import { type FuzzPeer, responseTo } from "./peer.ts";

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const USE_CANDIDATE = 0x0025;
/** Longest datagram that is sent; UDP allows 65,507 bytes. */
const DATAGRAM_BYTES_MAX = 60_000;
/** Handshake datagrams that the server reads of one peer before it limits their rate. */
const HANDSHAKE_DATAGRAMS = 200;
/** Inputs of a peer before it is replaced. */
const INPUTS_PER_PEER = 1_000;
/** Connected peers at a time. The server limits the RTCP of each, so a flood takes many peers. */
const PEERS = 24;
/** A wall that is not the bystanders'. */
const OTHER_WALL = "OTHER";

/** Makes and sends the inputs of one stage. */
export type PortStage = (flood: Flood, random: SeededRandom, watch: Watch) => Promise<void>;

const truncated = (input: Buffer) => input.subarray(0, DATAGRAM_BYTES_MAX);

/** Any datagrams, from connected peers and from peers without a handshake. */
export function anyDatagrams(corpus: readonly Buffer[]): PortStage {
  return async (flood, random, watch) => {
    for (let n = 0; !watch.isDone; n++) {
      const isConnected = n % 4 === 0;
      const peer = isConnected
        ? await flood.connected(random.pick(["publish", "subscribe"]), OTHER_WALL)
        : await flood.checked();
      await flood.send(
        peer,
        [...inputs(random, corpus, isConnected ? INPUTS_PER_PEER : HANDSHAKE_DATAGRAMS)].map(truncated),
      );
      peer.close();
      await watch.pause();
    }
  };
}

/**
 * Handshakes: datagrams of other handshakes, then the peer's own, all changed; then records under its keys.
 */
export function handshakes(flights: readonly Input[], hellos: readonly Buffer[]): PortStage {
  const others = flights.flat();
  return async (flood, random, watch) => {
    while (!watch.isDone) {
      const peer = await flood.checked(
        random.pick(["publish", "subscribe"]),
        OTHER_WALL,
        random.pick(hellos),
      );
      await handshake(flood, peer, random, others);
      peer.close();
      await watch.pause();
    }
  };
}

async function handshake(
  flood: Flood,
  peer: FuzzPeer,
  random: SeededRandom,
  others: readonly Buffer[],
): Promise<void> {
  const { client, writer } = peer;
  if (random.below(2) === 0) {
    const foreign = Array.from({ length: 1 + random.below(30) }, () => random.pick(others));
    if (!(await flood.send(peer, tampered(random, foreign, others).map(truncated)))) return;
  }
  /** Messages in any form. One time in `rarity`, their bytes are changed too. */
  const shaped = (messages: readonly Buffer[], rarity: number) => {
    const all = messages.flatMap((one) => fragmentsOf(random, one));
    const list = datagrams(random, writer, random.below(rarity) > 0 ? all : tampered(random, all, others));
    return lossy(random, random.below(rarity) > 0 ? list : tampered(random, list, others)).map(truncated);
  };
  for (let times = 0; times < 3 && client.messages.length === 0; times++) {
    if (
      !(await flood.send(peer, times === 2 ? [writer.write(22, 0, client.hello)] : shaped([client.hello], 4)))
    )
      return;
    // Waits for the server's flight, which another thread sends.
    for (let waited = 0; waited < 10 && client.messages.length === 0; waited++) await delay(1);
  }
  if (!client.recordKeys) return;
  writer.protectWith(client.recordKeys);
  for (let times = 0; times < 3; times++) {
    const proof = times === 2 ? datagrams(random, writer, client.messages) : shaped(client.messages, 2);
    const finished = random.below(3) === 0 ? [] : [writer.write(22, 1, client.finished!)];
    if (
      !(await flood.send(
        peer,
        [...proof, ...finished, ...protectedRecords(random, client, writer, others)].map(truncated),
      ))
    )
      return;
  }
  // Half of the peers send their flights again, as if they were not connected.
  if (random.below(2) === 0) await flood.send(peer, shaped([client.hello, ...client.messages], 1));
}

/** RTP and RTCP under valid keys, from hosts and listeners. */
export function media(corpus: readonly Buffer[]): PortStage {
  return async (flood, random, watch) => {
    while (!watch.isDone) {
      const peers: FuzzPeer[] = [];
      for (let n = 0; n < PEERS && !watch.isDone; n++) {
        // Each round adds a listener; then all peers send in turn.
        peers.push(await (n === 0 ? flood.connected("publish", OTHER_WALL) : flood.connected("subscribe")));
        for (const peer of peers) await sendMedia(flood, peer, random, corpus);
      }
      for (const peer of peers) peer.close();
      await watch.pause();
    }
  };
}

async function sendMedia(
  flood: Flood,
  peer: FuzzPeer,
  random: SeededRandom,
  corpus: readonly Buffer[],
): Promise<void> {
  if (peer.isClosed) return;
  const packets = Array.from({ length: 32 }, () => {
    const context = { own: 9, server: peer.ssrc, sequence: peer.sequence++, payloadType: 111 };
    return truncated(hostilePacket(random, corpus, peer.srtp, context));
  });
  await flood.send(peer, packets);
}

/** Authentic STUN: checks from two addresses of a peer, and responses to the server's checks. */
export function checks(corpus: readonly Buffer[]): PortStage {
  return async (flood, random, watch) => {
    while (!watch.isDone) {
      const peer = random.below(2) === 0 ? await flood.connected("subscribe") : await flood.checked();
      const second = createSocket("udp4");
      const check = { id: randomBytes(12) };
      peer.onCheck = (datagram) => {
        check.id = Buffer.from(datagram.subarray(8, 20));
        return random.below(2) === 0 ? responseTo(datagram) : undefined;
      };
      const from = (input: Buffer) => {
        if (random.below(4) === 0) second.send(input, flood.engine.port, "127.0.0.1");
        else peer.send(input);
      };
      for (let sent = 0; sent < INPUTS_PER_PEER && !watch.isDone; sent += 32) {
        const batch = Array.from({ length: 32 }, () => {
          const isResponse = random.below(3) === 0;
          const expected: ExpectedMessage = isResponse
            ? { type: BINDING_SUCCESS, id: check.id, name: undefined, password: ICE_PASSWORD }
            : { type: BINDING_REQUEST, id: random.bytes(12), name: peer.name, password: peer.password };
          return truncated(hostileMessage(random, corpus, expected));
        });
        // Makes the server send a check to the second address.
        second.send(nominate(peer), flood.engine.port, "127.0.0.1");
        if (!(await flood.send(peer, batch, from))) break;
      }
      second.close();
      peer.close();
      await watch.pause();
    }
  };
}

/** A check that nominates the address from which it is sent. */
function nominate({ name, password }: FuzzPeer): Buffer {
  const attributes = [username(name), attribute(USE_CANDIDATE, Buffer.alloc(0))];
  return sign(message(BINDING_REQUEST, randomBytes(12), ...attributes), password);
}
