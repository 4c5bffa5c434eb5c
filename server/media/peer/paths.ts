import { createHash, randomBytes } from "node:crypto";
import { now } from "../clock.ts";
import { HmacSha1 } from "../kernel/hmac.ts";
import type { PeerSpec } from "../model.ts";
import type { Remote } from "../wire/port.ts";
import {
  type BindingRequest,
  type BindingSuccess,
  bindingRequest,
  bindingSuccess,
  isAuthentic,
  TRANSACTION_ID_LENGTH,
  transactionId,
} from "../wire/stun.ts";

/** An address that has not proven for this many ms that it receives gets nothing any more (RFC 7675 §5.1). */
const CONSENT_TIMEOUT = 30_000;
/** Asked every 5 seconds, by {@link Paths.tick}; after these ms without an answer also at each check. */
const PROOF_OVERDUE = 7_000;
/**
 * An address in use is checked every few seconds (Chrome 2.5, others 5); after these ms it is given up for
 * another.
 */
const SILENCE = 8_000;
/** A question is asked again with the same transaction id for this many ms, and may be answered as long. */
const QUESTION_LIFE = 10_000;
/** Addresses that are asked at once. */
const QUESTIONS_MAX = 8;
/** HMAC's block (RFC 2104 §2): a longer key is hashed first. */
const KEY_MAX = 64;

export interface PathHandlers {
  send(to: Remote, datagram: Buffer): void;
  /**
   * The address in use has proven that the browser receives there. It is another than before, or was not
   * proven yet.
   */
  proven(remote: Remote): void;
}

/** A binding request of the server's own that waits for its answer. */
interface Question {
  id: Buffer;
  /** Rises with each question. */
  order: number;
  at: number;
}

/**
 * Where a browser is. Its checks say where it wants to be reached, but the source of a datagram can be
 * forged, also by the browser's owner, who could so direct a song to an address that never asked for it.
 * Hence an address is asked before media goes there, and every few seconds after that: the server sends a
 * binding request of its own, and only who receives at that address can repeat its transaction id in an
 * answer that the browser's password signs. Every full ICE agent answers (RFC 8445 §7.3), and to an ICE-lite
 * server all browsers are one.
 */
export class Paths {
  readonly #spec: PeerSpec;
  readonly #handlers: PathHandlers;
  readonly #password: HmacSha1;
  readonly #remotePassword: HmacSha1;
  readonly #tieBreaker = randomBytes(8);
  #inUse: Remote | undefined;
  #nominated = false;
  /** When the last authentic check from the address in use came. */
  #checkedAt = now();
  /** When the address in use last proved that it receives; undefined while it has not, or need not yet. */
  #provenAt: number | undefined;
  /** Whether media may flow: from then on, moving needs a proof. */
  #guarded = false;
  #guardedAt = 0;
  /** The one address that all of the handshake's datagrams went to. */
  #handshakeAt: string | undefined;
  readonly #questions = new Map<string, Question>();
  #asked = 0;
  /** Order of the question whose answer moved the browser here: answers to older ones come too late. */
  #movedBy = 0;

  constructor(spec: PeerSpec, handlers: PathHandlers) {
    this.#spec = spec;
    this.#handlers = handlers;
    this.#password = new HmacSha1(Buffer.from(spec.password));
    this.#remotePassword = new HmacSha1(keyOf(spec.remotePassword));
  }

  /** Where datagrams for the browser go; undefined before its first check. */
  get inUse(): Remote | undefined {
    return this.#inUse;
  }

  /** Whether a connectivity check is this browser's. */
  isAuthentic(request: BindingRequest): boolean {
    return request.remoteUfrag === this.#spec.remoteUfrag && isAuthentic(request, this.#password);
  }

  /** An authentic check: answers it, and follows the browser where it wants to be. */
  receiveCheck(request: BindingRequest, from: Remote): void {
    const time = now();
    this.#handlers.send(from, bindingSuccess(request, this.#password, from));
    // The browser nominates the pair it wants, and a later nomination from elsewhere is a browser that has
    // moved (RFC 8445 §8.1.1 as ICE-lite). Until then, or when the address in use has fallen silent, the
    // one that speaks is it.
    const isWanted = request.nominates || !this.#nominated || time - this.#checkedAt > SILENCE;
    if (request.nominates) this.#nominated = true;
    if (from.key === this.#inUse?.key) {
      this.#checkedAt = time;
      if (this.#guarded && this.#isOverdue(time)) this.#ask(from, time);
    } else if (isWanted) {
      if (this.#guarded) this.#ask(from, time);
      else this.#use(from, time);
    }
  }

  /**
   * An answer to a question.
   * @returns whether it proves that the browser receives where it came from
   */
  receiveAnswer(answer: BindingSuccess, from: Remote): boolean {
    const time = now();
    const question = this.#questions.get(from.key);
    if (!question || time - question.at > QUESTION_LIFE) return false;
    if (!transactionId(answer).equals(question.id) || !isAuthentic(answer, this.#remotePassword))
      return false;
    this.#questions.delete(from.key);
    const isNews = from.key !== this.#inUse?.key || this.#provenAt === undefined;
    if (from.key !== this.#inUse?.key) {
      if (question.order < this.#movedBy) return true;
      this.#movedBy = question.order;
      this.#use(from, time);
    }
    this.#provenAt = time;
    if (isNews) this.#handlers.proven(from);
    return true;
  }

  /** The handshake's first datagram has come. */
  handshakeStarts(): void {
    this.#handshakeAt = this.#inUse?.key;
  }

  /**
   * The handshake is done. If all of it went to one address, that is proven: nobody can answer a flight
   * without having seen it. If not, the address in use is asked, and `proven` tells when media may flow.
   * @returns whether media may flow
   */
  handshakeDone(): boolean {
    const time = now();
    this.#guarded = true;
    this.#guardedAt = time;
    if (this.#handshakeAt !== undefined) this.#provenAt = time;
    else if (this.#inUse) this.#ask(this.#inUse, time);
    return this.#provenAt !== undefined;
  }

  /** Called every five seconds: asks whether the browser still receives (RFC 7675 §5.1). */
  tick(time: number): void {
    if (this.#guarded && this.#inUse) this.#ask(this.#inUse, time);
  }

  /** Whether it is too long since the address in use has proven that it receives. */
  isConsentLost(time: number): boolean {
    return this.#guarded && time - (this.#provenAt ?? this.#guardedAt) > CONSENT_TIMEOUT;
  }

  #isOverdue(time: number): boolean {
    return this.#provenAt === undefined || time - this.#provenAt > PROOF_OVERDUE;
  }

  #use(remote: Remote, time: number): void {
    this.#inUse = remote;
    this.#checkedAt = time;
    this.#handshakeAt = undefined;
  }

  #ask(remote: Remote, time: number): void {
    let question = this.#questions.get(remote.key);
    if (!question || time - question.at > QUESTION_LIFE) {
      question = { id: randomBytes(TRANSACTION_ID_LENGTH), order: ++this.#asked, at: time };
      this.#questions.delete(remote.key);
      this.#questions.set(remote.key, question);
      if (this.#questions.size > QUESTIONS_MAX) {
        const [oldest] = this.#questions.keys();
        this.#questions.delete(oldest!);
      }
    }
    const { remoteUfrag, ufrag } = this.#spec;
    const datagram = bindingRequest({
      id: question.id,
      username: `${remoteUfrag}:${ufrag}`,
      tieBreaker: this.#tieBreaker,
      password: this.#remotePassword,
    });
    this.#handlers.send(remote, datagram);
  }
}

function keyOf(password: string): Buffer {
  const key = Buffer.from(password);
  return key.length > KEY_MAX ? createHash("sha1").update(key).digest() : key;
}
