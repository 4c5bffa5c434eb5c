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

/** An address loses consent when it has not answered a consent check for this many ms (RFC 7675 §5.1). */
const CONSENT_TIMEOUT_MS = 30_000;
/**
 * A consent check is sent every 5 s, by {@link IceAgent.tick}. If the last answer is older than this many ms,
 * one is also sent for each connectivity check of the browser.
 */
const CONSENT_OVERDUE_MS = 7_000;
/**
 * Browsers check the selected address every few seconds (Chrome 2.5, others 5). After this many ms without a
 * check, another address may be selected without a nomination.
 */
const SILENCE_MS = 8_000;
/** A consent check is repeated with the same transaction id for this many ms, and can be answered as long. */
const CONSENT_CHECK_LIFETIME_MS = 10_000;
/** Addresses with an open consent check. */
const CONSENT_CHECKS_MAX = 8;
/** Block size of HMAC-SHA1 (RFC 2104 §2). A longer key is hashed first. */
const HMAC_KEY_MAX_BYTES = 64;

export interface IceHandlers {
  send(to: Remote, datagram: Buffer): void;
  /** The selected address is validated. It is a new address, or was not validated before. */
  validated(remote: Remote): void;
}

/** A binding request of the server that may still be answered. */
interface ConsentCheck {
  id: Buffer;
  /** Increases with each consent check. */
  order: number;
  sentAt: number;
}

/**
 * The server's ICE agent for one browser (ICE-lite, RFC 8445 §2.5). It selects the address that media goes
 * to, and follows the browser when it migrates.
 *
 * A connectivity check says where the browser wants to be reached. But the source address of a datagram can
 * be forged, even by the browser's user, who could direct a broadcast to an address that never asked for it.
 * So the server sends a consent check (RFC 7675) of its own before media goes to an address, and every few
 * seconds after that. An answer must repeat the transaction id and be signed with the browser's password, so
 * only a browser that receives at the address can give it. Every full ICE agent answers (RFC 8445 §7.3), and
 * browsers are full agents.
 */
export class IceAgent {
  readonly #spec: PeerSpec;
  readonly #handlers: IceHandlers;
  readonly #password: HmacSha1;
  readonly #remotePassword: HmacSha1;
  readonly #tieBreaker = randomBytes(8);
  #selected: Remote | undefined;
  /** Whether the browser has nominated an address. */
  #hasNominated = false;
  /** Time of the last authentic check from the selected address. */
  #checkedAt = now();
  /** Time of the last proof that the browser receives at the selected address; undefined before the first. */
  #validatedAt: number | undefined;
  /** Time at which the handshake finished. From then on, only validated addresses are selected. */
  #handshakeFinishedAt: number | undefined;
  /** Key of the one address that all datagrams of the handshake went to; undefined if there were several. */
  #handshakeKey: string | undefined;
  /** Open consent checks by address, oldest first. */
  readonly #consentChecks = new Map<string, ConsentCheck>();
  #sent = 0;
  /** Order of the consent check whose answer selected the address. Answers to older ones are too late. */
  #selectedBy = 0;

  constructor(spec: PeerSpec, handlers: IceHandlers) {
    this.#spec = spec;
    this.#handlers = handlers;
    this.#password = new HmacSha1(Buffer.from(spec.password));
    this.#remotePassword = new HmacSha1(hmacKey(spec.remotePassword));
  }

  /** The address that datagrams for the browser go to; undefined before its first check. */
  get selected(): Remote | undefined {
    return this.#selected;
  }

  /** Whether a connectivity check is from this browser. */
  isAuthentic(request: BindingRequest): boolean {
    return request.remoteUfrag === this.#spec.remoteUfrag && isAuthentic(request, this.#password);
  }

  /** Answers an authentic connectivity check, and selects its address if the browser wants that. */
  receiveCheck(request: BindingRequest, from: Remote): void {
    const time = now();
    this.#handlers.send(from, bindingSuccess(request, this.#password, from));
    // The browser nominates the pair that it selects. A later nomination from another address means that the
    // browser has migrated (RFC 8445 §8.1.1, as ICE-lite). Before the first nomination, and when the selected
    // address has been silent, the address of the latest check is wanted.
    const isWanted = request.nominates || !this.#hasNominated || time - this.#checkedAt > SILENCE_MS;
    if (request.nominates) this.#hasNominated = true;
    const isConnected = this.#handshakeFinishedAt !== undefined;
    if (from.key === this.#selected?.key) {
      this.#checkedAt = time;
      if (isConnected && this.#isConsentOverdue(time)) this.#sendConsentCheck(from, time);
    } else if (isWanted) {
      if (isConnected) this.#sendConsentCheck(from, time);
      else this.#select(from, time);
    }
  }

  /**
   * Receives a success response.
   * @returns whether it answers a consent check, and so validates its source address
   */
  receiveResponse(response: BindingSuccess, from: Remote): boolean {
    const time = now();
    const check = this.#consentChecks.get(from.key);
    if (!check || time - check.sentAt > CONSENT_CHECK_LIFETIME_MS) return false;
    if (!transactionId(response).equals(check.id) || !isAuthentic(response, this.#remotePassword))
      return false;
    this.#consentChecks.delete(from.key);
    const isNew = from.key !== this.#selected?.key || this.#validatedAt === undefined;
    if (from.key !== this.#selected?.key) {
      if (check.order < this.#selectedBy) return true;
      this.#selectedBy = check.order;
      this.#select(from, time);
    }
    this.#validatedAt = time;
    if (isNew) this.#handlers.validated(from);
    return true;
  }

  /** The first datagram of the handshake has arrived. */
  handshakeStarted(): void {
    this.#handshakeKey = this.#selected?.key;
  }

  /**
   * The handshake is finished. If all of its datagrams went to one address, that address is validated,
   * because a flight cannot be answered by someone who has not received it. If not, a consent check is sent
   * to the selected address, and `validated` is called when it is answered.
   * @returns whether media may be sent
   */
  handshakeFinished(): boolean {
    const time = now();
    this.#handshakeFinishedAt = time;
    if (this.#handshakeKey !== undefined) this.#validatedAt = time;
    else if (this.#selected) this.#sendConsentCheck(this.#selected, time);
    return this.#validatedAt !== undefined;
  }

  /** Sends the periodic consent check (RFC 7675 §5.1). Call it every five seconds. */
  tick(time: number): void {
    if (this.#handshakeFinishedAt !== undefined && this.#selected)
      this.#sendConsentCheck(this.#selected, time);
  }

  /** Whether the selected address has not been validated for too long. */
  isConsentLost(time: number): boolean {
    if (this.#handshakeFinishedAt === undefined) return false;
    return time - (this.#validatedAt ?? this.#handshakeFinishedAt) > CONSENT_TIMEOUT_MS;
  }

  #isConsentOverdue(time: number): boolean {
    return this.#validatedAt === undefined || time - this.#validatedAt > CONSENT_OVERDUE_MS;
  }

  #select(remote: Remote, time: number): void {
    this.#selected = remote;
    this.#checkedAt = time;
    this.#handshakeKey = undefined;
  }

  #sendConsentCheck(remote: Remote, time: number): void {
    let check = this.#consentChecks.get(remote.key);
    if (!check || time - check.sentAt > CONSENT_CHECK_LIFETIME_MS) {
      check = { id: randomBytes(TRANSACTION_ID_LENGTH), order: ++this.#sent, sentAt: time };
      this.#consentChecks.delete(remote.key);
      this.#consentChecks.set(remote.key, check);
      if (this.#consentChecks.size > CONSENT_CHECKS_MAX) {
        const [oldest] = this.#consentChecks.keys();
        this.#consentChecks.delete(oldest!);
      }
    }
    const { remoteUfrag, ufrag } = this.#spec;
    const datagram = bindingRequest({
      id: check.id,
      username: `${remoteUfrag}:${ufrag}`,
      tieBreaker: this.#tieBreaker,
      password: this.#remotePassword,
    });
    this.#handlers.send(remote, datagram);
  }
}

function hmacKey(password: string): Buffer {
  const key = Buffer.from(password);
  return key.length > HMAC_KEY_MAX_BYTES ? createHash("sha1").update(key).digest() : key;
}
