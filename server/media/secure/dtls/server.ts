import { timingSafeEqual } from "node:crypto";
import type { MasterKey } from "../srtp-keys.ts";
import {
  type AnsweredHello,
  answerHello,
  type Identity,
  ProofError,
  type ProvedClient,
  proveClient,
} from "./flight.ts";
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

/** Alert level (RFC 5246 §7.2). */
const WARNING = 1;
const FATAL = 2;
// Alert descriptions (RFC 5246 §7.2).
const CLOSE_NOTIFY = 0;
const HANDSHAKE_FAILURE = 40;

/**
 * ClientHellos that are answered in one handshake, each with a new key pair. More than one, because a forged
 * hello must not prevent the answer to the browser's own.
 */
const HELLOS_MAX = 4;
/**
 * Client flights that are verified before the handshake fails. More than one, because others can forge a part
 * of a flight; the client then sends its own again.
 */
const PROOFS_MAX = 3;
/** How often the answer to one hello is sent, and how often the server's Finished. */
const SENDS_MAX = 12;
/** Protected records that are kept until there are keys: a Finished can overtake the key exchange. */
const EARLY_RECORDS_MAX = 2;
/** Longest such record; a Finished has 48 bytes. */
const EARLY_RECORD_BYTES_MAX = 256;

export interface DtlsHandlers {
  send(datagram: Buffer): void;
  /** Whether a client's certificate, in DER, is the expected one. */
  accepts(certificate: Buffer): boolean;
  /**
   * The client is authenticated. The server's Finished is sent after this call.
   * @param farewell a datagram with a close_notify, to be sent when the session is over
   */
  connected(keys: BothSides<MasterKey>, farewell: Buffer): void;
  /** The handshake failed, or the client sent a close_notify or a fatal alert (RFC 5246 §7.2). */
  ended(reason: string): void;
}

type State =
  /** Answers hellos, and waits for a client's flight. */
  | { at: "waiting" }
  /** The client's flight is verified; its Finished is missing. */
  | ({ at: "proved" } & ProvedClient)
  | { at: "connected"; finished: Buffer; clientKeys: DirectionKeys }
  | { at: "ended" };

/**
 * The server's side of one DTLS 1.2 handshake (RFC 6347), with the part of it that WebRTC uses: one cipher
 * suite, ephemeral keys, a client certificate, and SRTP keys (RFC 5764). All keys are derived from one
 * transcript. The handlers receive them only after the client has signed this transcript with its
 * certificate's key. The class has no socket and no timer: {@link receive} takes datagrams, and a handler
 * sends them. A flight is sent again only when the client repeats its own, which every client does until it
 * is answered.
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
  /** Answered hellos, and how often each flight was sent. The client's proof shows which hello is its own. */
  readonly #answered = new Map<AnsweredHello, number>();
  #failures = 0;
  #finishedSends = 0;

  constructor(identity: Identity, handlers: DtlsHandlers) {
    this.#identity = identity;
    this.#handlers = handlers;
  }

  /**
   * Takes a datagram of the client. Records that are invalid in this state are dropped (RFC 6347 §4.1.2.7).
   */
  receive(datagram: Buffer): void {
    for (const record of readRecords(datagram)) {
      if (record.epoch === 1) this.#receiveProtected(record);
      // Alerts in the clear are dropped too. Otherwise a forged one could end the handshake.
      else if (record.epoch === 0 && record.type === HANDSHAKE) this.#receiveClear(record);
    }
  }

  /** Ends the session without an alert; idempotent. */
  close(): void {
    this.#state = { at: "ended" };
    this.#answered.clear();
    this.#forgetFlight();
  }

  #receiveClear(record: DtlsRecord): void {
    // Once the client is authenticated, records in the clear are ignored.
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
      // The client repeats its last flight because it did not receive the server's.
      if (record.type === HANDSHAKE) this.#sendFinished(state.finished);
      if (record.type === ALERT && (content[0] === FATAL || content[1] === CLOSE_NOTIFY)) {
        this.#end("dtls closed by the browser");
      }
    } else if (state.at === "waiting" && this.#early.length < EARLY_RECORDS_MAX) {
      if (record.fragment.length <= EARLY_RECORD_BYTES_MAX) this.#early.push(copyOf(record));
    }
  }

  #answer(hello: Buffer): void {
    let answered = this.#answered.keys().find((known) => known.hello.equals(hello));
    if (!answered) {
      if (this.#answered.size >= HELLOS_MAX) return;
      try {
        answered = answerHello(hello, this.#identity);
      } catch (error) {
        // No alert is sent: if the hello was forged, the alert would end the browser's own handshake.
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

  #finish(finished: Buffer, { master, randoms, keys, transcript }: ProvedClient): void {
    const proof = finished.subarray(MESSAGE_HEADER_LENGTH);
    const expected = verifyData(master, "client", transcript);
    if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) {
      this.#end("dtls client's Finished is wrong");
      return;
    }
    const own = verifyData(master, "server", Buffer.concat([transcript, finished]));
    const message = handshakeMessage(FINISHED, 5, own);
    this.#answered.clear();
    this.#writer.protectWith(keys.server);
    this.#state = { at: "connected", finished: message, clientKeys: keys.client };
    // Written now, so that nobody needs this object when the session is over.
    const farewell = this.#writer.write(ALERT, 1, Buffer.from([WARNING, CLOSE_NOTIFY]));
    this.#handlers.connected(srtpKeys(master, randoms), farewell);
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
   * Allows the client another flight; after {@link PROOFS_MAX} flights, ends the handshake with a fatal
   * alert.
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

  /** Discards all received parts of the client's flight. */
  #forgetFlight(): void {
    this.#fragments = new Fragments();
    this.#early = [];
  }
}

/** A record with its own memory, for one that is kept longer than its datagram. */
function copyOf({ type, epoch, header, fragment }: DtlsRecord): DtlsRecord {
  return { type, epoch, header: Buffer.from(header), fragment: Buffer.from(fragment) };
}
