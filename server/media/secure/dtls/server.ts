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

/**
 * Hellos that are answered, each with a key of its own: one that somebody else has written must not shut the
 * browser's out.
 */
const HELLOS_MAX = 4;
/**
 * Proofs that are looked at: after a wrong one the client's flight may come again, as others can write into
 * it.
 */
const PROOFS_MAX = 3;
/** How often the answer to one hello is sent, and the server's Finished. */
const SENDS_MAX = 12;
/** Protected records that wait for the keys, as a Finished may overtake the key exchange. */
const EARLY_MAX = 2;
/** Longest such record, bytes; a Finished has 48. */
const EARLY_LENGTH_MAX = 256;

export interface DtlsHandlers {
  send(datagram: Buffer): void;
  /** Whether a client's certificate, in DER, is the one that is expected. */
  accepts(certificate: Buffer): boolean;
  /**
   * The client has proved itself. Nothing that is sent under these keys, or says so, is sent before this
   * call.
   */
  connected(keys: BothSides<MasterKey>): void;
  /** The handshake failed, or the client has said goodbye. */
  ended(reason: string): void;
}

type State =
  /** For a client's proof; hellos are answered meanwhile. */
  | { at: "waiting" }
  | ({ at: "proved" } & Proved)
  | { at: "connected"; finished: Buffer; clientKeys: DirectionKeys }
  | { at: "ended" };

/**
 * The server's side of one DTLS 1.2 handshake (RFC 6347) as WebRTC uses it: one cipher suite, ephemeral keys,
 * a client certificate, SRTP keys (RFC 5764), and nothing else. Everything is derived from one transcript,
 * and no key is given out before the client has proved, with its certificate's key, that it has seen this
 * very transcript. It does no network and keeps no time: datagrams go in, and come out of the handlers. A
 * flight is sent again only when the client repeats its own, as every client does until it is answered:
 * nobody is sent more than they ask for.
 *
 *     waiting → proved → connected → ended
 */
export class DtlsServer {
  readonly #identity: Identity;
  readonly #handlers: DtlsHandlers;
  readonly #writer = new RecordWriter();
  #fragments = new Fragments();
  #early: DtlsRecord[] = [];
  #state: State = { at: "waiting" };
  /** Each with how often its flight was sent. Which of them is the client's, its proof tells. */
  readonly #answered = new Map<Answered, number>();
  #failures = 0;
  #finishedSends = 0;

  constructor(identity: Identity, handlers: DtlsHandlers) {
    this.#identity = identity;
    this.#handlers = handlers;
  }

  /**
   * Takes a datagram of the client. Whatever is not a proper record of this handshake is dropped (RFC 6347
   * §4.1.2.7).
   */
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
    this.#answered.clear();
    this.#forgetFlight();
  }

  #receiveClear(record: DtlsRecord): void {
    // Once the client is proved, what is not protected says nothing any more.
    if (this.#state.at !== "waiting") return;
    this.#fragments.add(record.fragment, 0);
    const hello = this.#fragments.take(CLIENT_HELLO);
    if (hello) this.#answer(hello);
    this.#prove();
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
    } else if (state.at === "waiting" && this.#early.length < EARLY_MAX) {
      if (record.fragment.length <= EARLY_LENGTH_MAX) this.#early.push(copyOf(record));
    }
  }

  #answer(hello: Buffer): void {
    let answered = this.#answered.keys().find((known) => known.hello.equals(hello));
    if (!answered) {
      if (this.#answered.size >= HELLOS_MAX) return;
      try {
        answered = answerHello(hello, this.#identity);
      } catch (error) {
        // Without an alert: if somebody else has written it, the alert would end the browser's own handshake.
        if (error instanceof HelloError) return;
        throw error;
      }
    }
    const sends = this.#answered.get(answered) ?? 0;
    this.#answered.set(answered, sends + 1);
    if (sends < SENDS_MAX)
      this.#send(answered.flight.map((message) => this.#writer.write(HANDSHAKE, 0, message)));
  }

  #prove(): void {
    const certificate = this.#fragments.message(CERTIFICATE);
    const keyExchange = this.#fragments.message(CLIENT_KEY_EXCHANGE);
    const certificateVerify = this.#fragments.message(CERTIFICATE_VERIFY);
    if (!certificate || !keyExchange || !certificateVerify || this.#answered.size === 0) return;
    const early = this.#early;
    this.#forgetFlight();
    const flight = { certificate, keyExchange, certificateVerify };
    let reason = "";
    for (const answered of this.#answered.keys()) {
      try {
        this.#state = { at: "proved", ...proveClient(answered, flight, this.#handlers.accepts) };
        break;
      } catch (error) {
        if (!(error instanceof ProofError)) throw error;
        reason = error.message;
      }
    }
    if (this.#state.at === "waiting") this.#refuse(reason);
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
    this.#answered.clear();
    this.#writer.protectWith(keys.server);
    this.#state = { at: "connected", finished: message, clientKeys: keys.client };
    this.#handlers.connected(srtpKeys(master, randoms));
    this.#sendFinished(message);
  }

  #sendFinished(message: Buffer): void {
    if (this.#finishedSends++ >= SENDS_MAX) return;
    const change = this.#writer.write(CHANGE_CIPHER_SPEC, 0, Buffer.from([1]));
    this.#send([change, this.#writer.write(HANDSHAKE, 1, message)]);
  }

  #send(records: readonly Buffer[]): void {
    for (const datagram of toDatagrams(records)) this.#handlers.send(datagram);
  }

  /**
   * The client's flight may come once more; or, after too many, the client is told in the clear that this
   * cannot work.
   */
  #refuse(reason: string): void {
    if (++this.#failures < PROOFS_MAX) return;
    this.#send([this.#writer.write(ALERT, 0, Buffer.from([FATAL, HANDSHAKE_FAILURE]))]);
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
