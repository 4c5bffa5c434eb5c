import type { Identity } from "../../../server/media/secure/dtls/flight.ts";
import { CLIENT_HELLO, Fragments } from "../../../server/media/secure/dtls/fragments.ts";
import { readClientHello } from "../../../server/media/secure/dtls/hello.ts";
import type { BothSides } from "../../../server/media/secure/dtls/key-schedule.ts";
import { RecordWriter, readRecords } from "../../../server/media/secure/dtls/record.ts";
import { DtlsServer } from "../../../server/media/secure/dtls/server.ts";
import type { MasterKey } from "../../../server/media/secure/srtp-keys.ts";
import type { Input } from "../corpus.ts";
import { type Chance, mutate } from "../mutate.ts";
import { Fault, type Watch } from "../watch.ts";
import { Client, freshHello } from "./client.ts";
import { datagrams, misheaded, pieces, secrets, shaken, tampered } from "./shape.ts";

/** Datagrams that one handshake may make the server send: 4 flights are answered, each is sent 12 times. */
const SENT_MAX = 200;

/** What is done to a handshake. */
const KINDS = ["shaken", "tampered", "hostile", "hostile", "replayed", "intruded"] as const;
type Kind = (typeof KINDS)[number];

/** The server's side of one handshake, and what came of it. */
class Served {
  readonly server: DtlsServer;
  sent: Buffer[] = [];
  /** All that it was given. */
  readonly given: Buffer[] = [];
  #count = 0;
  keys: BothSides<MasterKey> | undefined;
  connected = 0;
  ended = 0;

  constructor(identity: Identity, accepts: (certificate: Buffer) => boolean = () => true) {
    this.server = new DtlsServer(identity, {
      send: (datagram) => {
        this.sent.push(datagram);
        if (++this.#count > SENT_MAX) throw new Fault("the server sends without end");
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

/**
 * Gives the server's side of the handshake real clients' flights: in pieces, lost and repeated; changed on
 * the way; from a client that means no good and signs and protects what it likes; mixed with an intruder's;
 * or caught from other handshakes.
 */
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

  /** Tries handshakes until the watch has seen enough inputs, each a datagram. */
  async run(chance: Chance, watch: Watch): Promise<void> {
    while (!watch.isDone) {
      const kind = chance.pick(KINDS);
      if (kind === "intruded") this.#intrude(chance, watch);
      else this.#one(chance, watch, kind);
      await watch.breathe();
    }
  }

  /** Gives a server what is kept of a handshake. */
  replay(flight: Input, watch: Watch): void {
    this.#feed(new Served(this.#server), flight, watch);
  }

  /**
   * Somebody on the path mixes messages of its own with those of the client, whose certificate alone is
   * accepted.
   */
  #intrude(chance: Chance, watch: Watch): void {
    const identity = chance.pick(this.#clients);
    const served = new Served(this.#server, (certificate) => certificate.equals(identity.certificate));
    const client = new Client(freshHello(chance.pick(this.#hellos)), identity);
    const intruder = new Client(client.hello, { certificate: identity.certificate, key: this.#server.key });
    const writers = [new RecordWriter(), new RecordWriter()] as const;
    this.#feed(served, clear(writers[0], [client.hello]), watch, client, intruder);
    const both = [client.messages, intruder.messages];
    if (!client.finished || !intruder.finished) return;
    writers[0].protectWith(client.recordKeys!);
    for (let times = chance.below(6); times >= 0; times--) {
      const list = Array.from({ length: 1 + chance.below(4) }, () => chance.pick(chance.pick(both)));
      this.#feed(served, clear(writers[0], list), watch);
      // Its Finished may fit any mixture of both.
      intruder.settleFor([0, 1, 2].map((n) => chance.pick(both)[n]!));
      writers[1].protectWith(intruder.recordKeys!);
      if (chance.below(3) > 0) this.#feed(served, [writers[1].write(22, 1, intruder.finished)], watch);
      if (chance.below(12) === 0) this.#feed(served, [writers[0].write(22, 1, client.finished)], watch);
    }
    if (served.keys && !sameKeys(served.keys, client.srtp))
      watch.fault("an intruder has the keys", served.given);
  }

  #one(chance: Chance, watch: Watch, kind: Exclude<Kind, "intruded">): void {
    const served = new Served(this.#server);
    const others = this.#others;
    if (kind === "replayed") {
      this.#feed(served, shaken(chance, tampered(chance, chance.pick(this.#flights), others)), watch);
      return;
    }
    const change = (message: Buffer) => {
      if (kind !== "hostile" || chance.below(3) > 0) return message;
      return chance.below(2) === 0
        ? withBody(message, mutate(chance, message.subarray(12), others))
        : misheaded(chance, message);
    };
    const client = new Client(freshHello(chance.pick(this.#hellos)), chance.pick(this.#clients), change);
    const writer = new RecordWriter();
    const on = (contents: readonly Buffer[], epoch: 0 | 1 = 0) => {
      const all = epoch === 0 ? contents.flatMap((message) => pieces(chance, message)) : contents;
      const onWay = kind === "tampered" && epoch === 0 ? tampered(chance, all, others) : all;
      const records = datagrams(
        chance,
        writer,
        kind === "shaken" ? shuffledAtTimes(chance, onWay) : onWay,
        epoch,
      );
      const came = kind === "tampered" ? tampered(chance, records, others) : records;
      this.#feed(served, chance.below(2) === 0 ? came : shaken(chance, came), watch, client);
    };
    on([client.hello]);
    if (kind !== "hostile" && client.messages.length === 0)
      this.#feed(served, clear(writer, [client.hello]), watch, client);
    if (client.recordKeys) writer.protectWith(client.recordKeys);
    on(client.messages);
    if (client.finished) {
      on([client.finished], 1);
      if (kind !== "shaken") this.#feed(served, secrets(chance, client, writer, others), watch, client);
    }
    if (kind === "shaken") this.#mustConnect(served, client, writer, watch);
    if (kind === "tampered" && served.keys && !sameKeys(served.keys, client.srtp)) {
      watch.fault("a tampered handshake gives keys that the client has not", served.given);
    }
    if (served.connected > 1 || served.ended > 1)
      watch.fault("a handshake ends more than once", served.given);
  }

  /** After all that a network may do, a client that repeats its flight connects. */
  #mustConnect(served: Served, client: Client, writer: RecordWriter, watch: Watch): void {
    if (client.messages.length > 0) this.#feed(served, clear(writer, client.messages), watch, client);
    if (client.finished) this.#feed(served, [writer.write(22, 1, client.finished)], watch, client);
    if (!client.isConnected || !served.keys || !sameKeys(served.keys, client.srtp)) {
      watch.fault("a handshake that was only lost and repeated does not connect", served.given);
    }
  }

  #feed(served: Served, list: readonly Buffer[], watch: Watch, ...clients: Client[]): void {
    for (const datagram of list) {
      served.given.push(datagram);
      watch.try([datagram], () => served.server.receive(datagram));
      for (const answer of served.sent.splice(0)) for (const client of clients) client.receive(answer);
    }
  }
}

/** Messages as they are, each in a record and datagram of its own. */
function clear(writer: RecordWriter, messages: readonly Buffer[]): Buffer[] {
  return messages.map((message) => writer.write(22, 0, message));
}

function shuffledAtTimes(chance: Chance, list: readonly Buffer[]): Buffer[] {
  return chance.below(2) === 0 ? [...list] : list.toSorted(() => chance.below(3) - 1);
}

/** A message whose header is true for its new body. */
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

/** The body of a flight's ClientHello, if it has one that can be answered. */
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
