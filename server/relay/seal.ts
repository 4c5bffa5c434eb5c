import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

/** Version of this form. A node ignores messages of other versions. */
const VERSION = 1;
/** Bytes of a sender's id. It is random, and new with each start, so no key is ever used by two senders. */
const SENDER_BYTES = 8;
/** Bytes of a sender's counter. */
const COUNTER_BYTES = 6;
/** Bytes of the time of sealing, s since 1970. */
const TIME_BYTES = 4;
const TIME_AT = 1 + SENDER_BYTES + COUNTER_BYTES;
const HEADER_BYTES = TIME_AT + TIME_BYTES;
/** A message that is older or newer than this was recorded, or the machines' clocks are wrong; s. */
const AGE_MAX_S = 120;
/** AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D §5.2.1, §8.2.1). */
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Senders whose keys are remembered. Of more, the ones that have been silent longest are derived again. */
const SENDERS_MAX = 4_096;

/*
 * The nodes of one installation share a secret of 32 random bytes. Everything that they send one another is
 * sealed with keys that follow from it, so whoever can only reach NATS neither reads it nor makes a node take
 * anything.
 */

/** The name of a broadcast where others can read it: it does not reveal the wall's code. */
export function hiddenName(secret: Uint8Array, broadcast: string): string {
  return createHmac("sha256", derive(secret, "", "lightwall names"))
    .update(broadcast)
    .digest("hex")
    .slice(0, 32);
}

/** Seals messages: one for each connection, because it counts them. */
export class Sealer {
  readonly #sender = randomBytes(SENDER_BYTES);
  readonly #key: KeyObject;
  #count = 0;

  constructor(secret: Uint8Array) {
    this.#key = senderKey(secret, this.#sender);
  }

  /** The sender's id, as {@link Opened} has it. */
  get sender(): string {
    return this.#sender.toString("hex");
  }

  /** @param subject where the message goes; it opens nowhere else */
  seal(subject: string, plain: Uint8Array): Buffer {
    this.#count++;
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header[0] = VERSION;
    this.#sender.copy(header, 1);
    header.writeUIntBE(this.#count, 1 + SENDER_BYTES, COUNTER_BYTES);
    header.writeUInt32BE(Math.floor(Date.now() / 1_000), TIME_AT);
    return Buffer.concat([header, encrypt(this.#key, nonceOf(header), contextOf(header, subject), plain)]);
  }
}

/** A message that another node of this installation has sealed. */
export interface Opened {
  /** Id of its sender. */
  readonly sender: string;
  /** Counts the sender's messages, from 1 on. */
  readonly count: number;
  readonly plain: Buffer;
}

/** Opens sealed messages. */
export class Opener {
  readonly #secret: Uint8Array;
  readonly #keys = new Map<string, KeyObject>();

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** Opens a message; undefined if no node of this installation has sealed it now for this subject. */
  open(subject: string, sealed: Buffer): Opened | undefined {
    if (sealed.length < HEADER_BYTES + TAG_BYTES || sealed[0] !== VERSION) return;
    if (Math.abs(Date.now() / 1_000 - sealed.readUInt32BE(TIME_AT)) > AGE_MAX_S) return;
    const header = sealed.subarray(0, HEADER_BYTES);
    const sender = header.toString("hex", 1, 1 + SENDER_BYTES);
    const key = this.#keys.get(sender) ?? senderKey(this.#secret, header.subarray(1, 1 + SENDER_BYTES));
    const body = sealed.subarray(HEADER_BYTES);
    const plain = decrypt(key, nonceOf(header), contextOf(header, subject), body);
    if (!plain) return;
    this.#remember(sender, key);
    return { sender, count: header.readUIntBE(1 + SENDER_BYTES, COUNTER_BYTES), plain };
  }

  #remember(sender: string, key: KeyObject): void {
    this.#keys.delete(sender);
    this.#keys.set(sender, key);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > SENDERS_MAX && oldest !== undefined) this.#keys.delete(oldest);
  }
}

/** Seals what is kept, under a random nonce: it is written rarely, and read by any node at any time. */
export class Vault {
  readonly #key: KeyObject;

  constructor(secret: Uint8Array) {
    this.#key = derive(secret, "", "lightwall vault");
  }

  /** @param name of what is kept; it opens under no other */
  lock(name: string, plain: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    return Buffer.concat([nonce, encrypt(this.#key, nonce, Buffer.from(name), plain)]);
  }

  /** What was kept under a name; undefined if no node of this installation has locked it. */
  unlock(name: string, locked: Buffer): Buffer | undefined {
    if (locked.length < NONCE_BYTES + TAG_BYTES) return;
    const nonce = locked.subarray(0, NONCE_BYTES);
    return decrypt(this.#key, nonce, Buffer.from(name), locked.subarray(NONCE_BYTES));
  }
}

/** Encrypts, and adds the tag. @param context what the text belongs to; it is not in the result */
function encrypt(key: KeyObject, nonce: Buffer, context: Buffer, plain: Uint8Array): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(context);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undoes {@link encrypt}; undefined if the tag is wrong: then it is a stranger's. */
function decrypt(key: KeyObject, nonce: Buffer, context: Buffer, body: Buffer): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(context);
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return;
  }
}

/** What a message belongs to: its header, and the subject on which it goes. */
function contextOf(header: Buffer, subject: string): Buffer {
  return Buffer.concat([header, Buffer.from(subject)]);
}

function senderKey(secret: Uint8Array, sender: Uint8Array): KeyObject {
  return derive(secret, sender, "lightwall relay");
}

/** HKDF with SHA-256 (RFC 5869). A key object costs a tenth of what a key in a buffer costs at each use. */
function derive(secret: Uint8Array, salt: Uint8Array | string, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", secret, salt, purpose, 32)));
}

/** A nonce that counts: the key is the sender's alone, so none is used twice. */
function nonceOf(header: Buffer): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  header.copy(nonce, NONCE_BYTES - COUNTER_BYTES, 1 + SENDER_BYTES);
  return nonce;
}
