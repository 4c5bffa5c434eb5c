import { timingSafeEqual } from "node:crypto";
import type { MasterKey } from "../srtp-keys.ts";
import { type Answered, answerHello, type Identity, ProofError, type Proved, proveClient } from "./flight.ts";
import {
  CERTIFICATE,
  CERTIFICATE_VERIFY,
  CLIENT_HELLO,
  CLIENT_KEY_EXCHANGE,
  FINISHED,
  Fragments,
  handshakeMessage,
  MESSAGE_HEADER_LENGTH,
} from "./fragments.ts";
import { HelloError } from "./hello.ts";
import { type BothSides, type DirectionKeys, srtpKeys, verifyData } from "./key-schedule.ts";
import {
  ALERT,
  CHANGE_CIPHER_SPEC,
  type DtlsRecord,
  HANDSHAKE,
  openRecord,
  RecordWriter,
  readRecords,
  toDatagrams,
} from "./record.ts";

/** Alert levels and descriptions (RFC 5246 §7.2). */
const FATAL = 2;
const CLOSE_NOTIFY = 0;
const HANDSHAKE_FAILURE = 40;

/** Hellos that are answered, each with a key of its own: somebody else's must not shut the browser's out. */
const HELLOS_MAX = 4;
const ALERTS_MAX = 4;
/** Proofs that are looked at: after a wrong one the client's flight may come again, as others can write into it. */
const PROOFS_MAX = 3;
/** How often one flight is sent. */
const SENDS_MAX = 12;
/** Protected records that wait for the keys, as a Finished may overtake the key exchange. */
const EARLY_MAX = 2;
/** Longest such record, bytes; a Finished has 48. */
const EARLY_LENGTH_MAX = 256;

export interface DtlsHandlers {
  send(datagram: Buffer): void;
  /** Whether a client's certificate, in DER, is the one that is expected. */
  accepts(certificate: Buffer): boolean;
  /** The client has proved itself. Nothing that is sent under these keys, or says so, is sent before this call. */
  connected(keys: BothSides<MasterKey>): void;
  /** The handshake failed, or the client has said goodbye. */
  ended(reason: string): void;
}

type State =
  | { at: "waiting" }
  | ({ at: "answered" } & Answered)
  | ({ at: "proved" } & Proved)
  | { at: "connected"; finished: Buffer; clientKeys: DirectionKeys }
  | { at: "ended" };

/**
 * The server's side of one DTLS 1.2 handshake (RFC 6347) as WebRTC uses it: one cipher suite, ephemeral keys, a client
 * certificate, SRTP keys (RFC 5764), and nothing else. Everything is derived from one transcript, and no key is given
 * out before the client has proved, with its certificate's key, that it has seen this very transcript. It does no
 * network and keeps no time: datagrams go in, and come out of the handlers. A flight is sent again only when the client
 * repeats its own, as every client does until it is answered: nobody is sent more than they ask for.
 *
 *     waiting → answered → proved → connected → ended
 */
export class DtlsServer {
  readonly #identity: Identity;
  readonly #handlers: DtlsHandlers;
  readonly #writer = new RecordWriter();
  #fragments = new Fragments();
  #early: DtlsRecord[] = [];
  #state: State = { at: "waiting" };
  #hellos = 0;
  #alerts = 0;
  #failures = 0;
  #sends = 0;

  constructor(identity: Identity, handlers: DtlsHandlers) {
    this.#identity = identity;
    this.#handlers = handlers;
  }

  /** Takes a datagram of the client. Whatever is not a proper record of this handshake is dropped (RFC 6347 §4.1.2.7). */
  receive(datagram: Buffer): void {
    for (const record of readRecords(datagram)) {
      if (record.epoch === 1) this.#receiveProtected(record);
      // Alerts in the clear are dropped too: anyone could end a handshake with one.
      else if (record.epoch === 0 && record.type === HANDSHAKE) this.#receiveClear(record);
    }
  }

  /** Ends it without a word; idempotent. */
  close(): void {
    this.#state = { at: "ended" };
    this.#forgetFlight();
  }

  #receiveClear(record: DtlsRecord): void {
    // Once the client is proved, what is not protected says nothing any more.
    if (this.#state.at !== "waiting" && this.#state.at !== "answered") return;
    this.#fragments.add(record.fragment, 0);
    const hello = this.#fragments.take(CLIENT_HELLO);
    if (hello) this.#answer(hello);
    if (this.#state.at === "answered") this.#prove(this.#state);
  }

  #receiveProtected(record: DtlsRecord): void {
    const state = this.#state;
    if (state.at === "proved") {
      const content = openRecord(record, state.keys.client);
      if (!content || record.type !== HANDSHAKE) return;
      this.#fragments.add(content, 1);
      const finished = this.#fragments.take(FINISHED);
      if (finished) this.#finish(finished, state);
    } else if (state.at === "connected") {
      const content = openRecord(record, state.clientKeys);
      if (!content) return;
      // The client repeats its last flight: the server's was lost.
      if (record.type === HANDSHAKE) this.#sendFinished(state.finished);
      if (record.type === ALERT && (content[0] === FATAL || content[1] === CLOSE_NOTIFY)) {
        this.#end("dtls closed by the browser");
      }
    } else if (state.at === "answered" && this.#early.length < EARLY_MAX) {
      if (record.fragment.length <= EARLY_LENGTH_MAX) this.#early.push(copyOf(record));
    }
  }

  #answer(hello: Buffer): void {
    if (this.#state.at === "answered" && hello.equals(this.#state.hello)) {
      this.#sendFlight(this.#state.flight);
      return;
    }
    if (this.#hellos >= HELLOS_MAX) return;
    try {
      this.#state = { at: "answered", ...answerHello(hello, this.#identity) };
    } catch (error) {
      if (!(error instanceof HelloError)) throw error;
      // A browser gives up by this alert; if the hello was not the browser's, its own may still come.
      if (this.#state.at === "waiting") this.#sendAlert(error.alert);
      return;
    }
    this.#hellos++;
    this.#forgetFlight();
    this.#sends = 0;
    this.#sendFlight(this.#state.flight);
  }

  #prove(answered: Answered): void {
    const certificate = this.#fragments.message(CERTIFICATE);
    const keyExchange = this.#fragments.message(CLIENT_KEY_EXCHANGE);
    const certificateVerify = this.#fragments.message(CERTIFICATE_VERIFY);
    if (!certificate || !keyExchange || !certificateVerify) return;
    const early = this.#early;
    this.#forgetFlight();
    try {
      const flight = { certificate, keyExchange, certificateVerify };
      this.#state = { at: "proved", ...proveClient(answered, flight, this.#handlers.accepts) };
    } catch (error) {
      // Without a reason of its own: malformed, or a key share that is no point of the curve.
      this.#refuse(error instanceof ProofError ? error.message : "dtls failed");
    }
    for (const record of early) this.#receiveProtected(record);
  }

  #finish(finished: Buffer, { master, randoms, keys, transcript }: Proved): void {
    const proof = finished.subarray(MESSAGE_HEADER_LENGTH);
    const expected = verifyData(master, "client", transcript);
    if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) {
      this.#end("dtls failed");
      return;
    }
    const own = verifyData(master, "server", Buffer.concat([transcript, finished]));
    const message = handshakeMessage(FINISHED, 5, own);
    this.#sends = 0;
    this.#writer.protectWith(keys.server);
    this.#state = { at: "connected", finished: message, clientKeys: keys.client };
    this.#handlers.connected(srtpKeys(master, randoms));
    this.#sendFinished(message);
  }

  /** Sends messages, each in a record of its own. */
  #sendFlight(flight: readonly Buffer[]): void {
    this.#send(flight.map((message) => this.#writer.write(HANDSHAKE, 0, message)));
  }

  #sendFinished(message: Buffer): void {
    const change = this.#writer.write(CHANGE_CIPHER_SPEC, 0, Buffer.from([1]));
    this.#send([change, this.#writer.write(HANDSHAKE, 1, message)]);
  }

  #send(records: readonly Buffer[]): void {
    if (this.#sends++ >= SENDS_MAX) return;
    for (const datagram of toDatagrams(records)) this.#handlers.send(datagram);
  }

  /** A fatal alert in the clear, for a client without keys. */
  #sendAlert(description: number): void {
    if (this.#alerts++ < ALERTS_MAX) {
      this.#handlers.send(this.#writer.write(ALERT, 0, Buffer.from([FATAL, description])));
    }
  }

  /** The client's flight may come once more; or, after too many, the client is told in the clear that this cannot work. */
  #refuse(reason: string): void {
    if (++this.#failures < PROOFS_MAX) return;
    this.#sendAlert(HANDSHAKE_FAILURE);
    this.#end(reason);
  }

  #end(reason: string): void {
    this.close();
    this.#handlers.ended(reason);
  }

  /** Forgets what has come of the client's flight. */
  #forgetFlight(): void {
    this.#fragments = new Fragments();
    this.#early = [];
  }
}

/** A record that outlives its datagram, whose memory is not its own. */
function copyOf({ type, epoch, header, fragment }: DtlsRecord): DtlsRecord {
  return { type, epoch, header: Buffer.from(header), fragment: Buffer.from(fragment) };
}
