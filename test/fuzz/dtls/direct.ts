import type { Identity } from "../../../server/media/secure/dtls/flight.ts";
import { CLIENT_HELLO, Fragments } from "../../../server/media/secure/dtls/fragments.ts";
import { readClientHello } from "../../../server/media/secure/dtls/hello.ts";
import type { BothSides } from "../../../server/media/secure/dtls/key-schedule.ts";
import { RecordWriter, readRecords } from "../../../server/media/secure/dtls/record.ts";
import { DtlsServer } from "../../../server/media/secure/dtls/server.ts";
import type { MasterKey } from "../../../server/media/secure/srtp-keys.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import type { Input } from "../corpus.ts";
import { mutate } from "../mutate.ts";
import { Fault, type Watch } from "../watch.ts";
import { Client, freshHello } from "./client.ts";
import { datagrams, fragmentsOf, lossy, protectedRecords, tampered, withWrongHeader } from "./shape.ts";

/** Datagrams that the server may send in one handshake: it answers 4 hellos, each at most 12 times. */
const SENT_MAX = 200;

/**
 * Kinds of handshakes.
 * - `lossy`: datagrams are lost, repeated and reordered
 * - `tampered`: messages and datagrams are changed by the network
 * - `hostile`: the client signs and protects anything
 * - `replayed`: datagrams of other handshakes
 * - `intercepted`: an attacker mixes its messages with the client's
 */
const KINDS = ["lossy", "tampered", "hostile", "hostile", "replayed", "intercepted"] as const;
type Kind = (typeof KINDS)[number];

/** The server's side of one handshake, and its results. */
class ServerSide {
  readonly server: DtlsServer;
  sent: Buffer[] = [];
  /** All datagrams that it has received. */
  readonly received: Buffer[] = [];
  #count = 0;
  keys: BothSides<MasterKey> | undefined;
  connected = 0;
  ended = 0;

  constructor(identity: Identity, accepts: (certificate: Buffer) => boolean = () => true) {
    this.server = new DtlsServer(identity, {
      send: (datagram) => {
        this.sent.push(datagram);
        if (++this.#count > SENT_MAX) throw new Fault("the server sends too many datagrams");
      },
      accepts,
      connected: (keys) => {
        this.keys = keys;
        this.connected++;
      },
      ended: () => {
        this.ended++;
      },
    });
  }
}

/** Fuzzes the server's side of the handshake without a network, see {@link KINDS}. */
export class DirectHandshakes {
  readonly #server: Identity;
  readonly #clients: readonly Identity[];
  readonly #flights: readonly Input[];
  readonly #hellos: readonly Buffer[];
  readonly #others: readonly Buffer[];

  /** @param flights of real clients */
  constructor(server: Identity, clients: readonly Identity[], flights: readonly Input[]) {
    this.#server = server;
    this.#clients = clients;
    this.#flights = flights;
    this.#hellos = flights.flatMap(helloOf);
    this.#others = flights
      .flat()
      .flatMap((datagram) => [...readRecords(datagram)].map(({ fragment }) => fragment));
  }

  /** Tries handshakes until the watch has seen enough inputs. Each datagram is an input. */
  async run(random: SeededRandom, watch: Watch): Promise<void> {
    while (!watch.isDone) {
      const kind = random.pick(KINDS);
      if (kind === "intercepted") this.#intercept(random, watch);
      else this.#handshake(random, watch, kind);
      await watch.pause();
    }
  }

  /** Gives a server the datagrams of a recorded handshake. */
  replay(flight: Input, watch: Watch): void {
    this.#feed(new ServerSide(this.#server), flight, watch);
  }

  /**
   * An attacker on the path mixes its messages with the client's. The server accepts the client's certificate
   * only.
   */
  #intercept(random: SeededRandom, watch: Watch): void {
    const identity = random.pick(this.#clients);
    const serverSide = new ServerSide(this.#server, (certificate) =>
      certificate.equals(identity.certificate),
    );
    const client = new Client(freshHello(random.pick(this.#hellos)), identity);
    const attacker = new Client(client.hello, { certificate: identity.certificate, key: this.#server.key });
    const writers = [new RecordWriter(), new RecordWriter()] as const;
    this.#feed(serverSide, clear(writers[0], [client.hello]), watch, client, attacker);
    const both = [client.messages, attacker.messages];
    if (!client.finished || !attacker.finished) return;
    writers[0].protectWith(client.recordKeys!);
    for (let times = random.below(6); times >= 0; times--) {
      const list = Array.from({ length: 1 + random.below(4) }, () => random.pick(random.pick(both)));
      this.#feed(serverSide, clear(writers[0], list), watch);
      // The attacker's Finished belongs to any mixture of both clients' messages.
      attacker.settleFor([0, 1, 2].map((n) => random.pick(both)[n]!));
      writers[1].protectWith(attacker.recordKeys!);
      if (random.below(3) > 0) this.#feed(serverSide, [writers[1].write(22, 1, attacker.finished)], watch);
      if (random.below(12) === 0) this.#feed(serverSide, [writers[0].write(22, 1, client.finished)], watch);
    }
    if (serverSide.keys && !sameKeys(serverSide.keys, client.srtp))
      watch.fault("an attacker has the keys", serverSide.received);
  }

  #handshake(random: SeededRandom, watch: Watch, kind: Exclude<Kind, "intercepted">): void {
    const serverSide = new ServerSide(this.#server);
    const others = this.#others;
    if (kind === "replayed") {
      this.#feed(serverSide, lossy(random, tampered(random, random.pick(this.#flights), others)), watch);
      return;
    }
    const change = (message: Buffer) => {
      if (kind !== "hostile" || random.below(3) > 0) return message;
      return random.below(2) === 0
        ? withBody(message, mutate(random, message.subarray(12), others))
        : withWrongHeader(random, message);
    };
    const client = new Client(freshHello(random.pick(this.#hellos)), random.pick(this.#clients), change);
    const writer = new RecordWriter();
    const send = (contents: readonly Buffer[], epoch: 0 | 1 = 0) => {
      const all = epoch === 0 ? contents.flatMap((message) => fragmentsOf(random, message)) : contents;
      const onWay = kind === "tampered" && epoch === 0 ? tampered(random, all, others) : all;
      const records = datagrams(
        random,
        writer,
        kind === "lossy" ? shuffledAtTimes(random, onWay) : onWay,
        epoch,
      );
      const came = kind === "tampered" ? tampered(random, records, others) : records;
      this.#feed(serverSide, random.below(2) === 0 ? came : lossy(random, came), watch, client);
    };
    send([client.hello]);
    if (kind !== "hostile" && client.messages.length === 0)
      this.#feed(serverSide, clear(writer, [client.hello]), watch, client);
    if (client.recordKeys) writer.protectWith(client.recordKeys);
    send(client.messages);
    if (client.finished) {
      send([client.finished], 1);
      if (kind !== "lossy")
        this.#feed(serverSide, protectedRecords(random, client, writer, others), watch, client);
    }
    if (kind === "lossy") this.#mustConnect(serverSide, client, writer, watch);
    if (kind === "tampered" && serverSide.keys && !sameKeys(serverSide.keys, client.srtp)) {
      watch.fault("a tampered handshake gives keys that the client does not have", serverSide.received);
    }
    if (serverSide.connected > 1 || serverSide.ended > 1)
      watch.fault("a handshake ends more than once", serverSide.received);
  }

  /** A client that repeats its flight must connect after any loss. */
  #mustConnect(serverSide: ServerSide, client: Client, writer: RecordWriter, watch: Watch): void {
    if (client.messages.length > 0) this.#feed(serverSide, clear(writer, client.messages), watch, client);
    if (client.finished) this.#feed(serverSide, [writer.write(22, 1, client.finished)], watch, client);
    if (!client.isConnected || !serverSide.keys || !sameKeys(serverSide.keys, client.srtp)) {
      watch.fault("a handshake with loss and repetition only does not connect", serverSide.received);
    }
  }

  #feed(serverSide: ServerSide, list: readonly Buffer[], watch: Watch, ...clients: Client[]): void {
    for (const datagram of list) {
      serverSide.received.push(datagram);
      watch.try([datagram], () => serverSide.server.receive(datagram));
      for (const answer of serverSide.sent.splice(0)) for (const client of clients) client.receive(answer);
    }
  }
}

/** Unchanged messages, each in its own record and datagram. */
function clear(writer: RecordWriter, messages: readonly Buffer[]): Buffer[] {
  return messages.map((message) => writer.write(22, 0, message));
}

/** Shuffles a list half of the time. */
function shuffledAtTimes(random: SeededRandom, list: readonly Buffer[]): Buffer[] {
  return random.below(2) === 0 ? [...list] : list.toSorted(() => random.below(3) - 1);
}

/** A message with another body, and the lengths of that body in its header. */
function withBody(message: Buffer, body: Buffer): Buffer {
  const made = Buffer.concat([message.subarray(0, 12), body]);
  made.writeUIntBE(Math.min(0xffffff, body.length), 1, 3);
  made.writeUIntBE(Math.min(0xffffff, body.length), 9, 3);
  return made;
}

function sameKeys(one: BothSides<MasterKey>, other: BothSides<MasterKey> | undefined): boolean {
  return (
    other !== undefined && one.client.key.equals(other.client.key) && one.server.key.equals(other.server.key)
  );
}

/** The body of a flight's ClientHello, if the server can answer it. */
export function helloOf(flight: Input): Buffer[] {
  const fragments = new Fragments();
  for (const datagram of flight) {
    for (const { type, epoch, fragment } of readRecords(datagram)) {
      if (type === 22 && epoch === 0) fragments.add(fragment, 0);
    }
  }
  const body = fragments.message(CLIENT_HELLO)?.subarray(12);
  return body && isAnswered(body) ? [body] : [];
}

function isAnswered(body: Buffer): boolean {
  try {
    readClientHello(body);
    return true;
  } catch {
    return false;
  }
}
