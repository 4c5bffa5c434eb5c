/** A message violates its specification. */
export class MalformedError extends Error {}

/**
 * Reads the big-endian fields of one TLS message in order.
 * @throws MalformedError from every method that would read past the message's end
 */
export class Reader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  /** Bytes after those that have been read. */
  get remaining(): number {
    return this.#data.length - this.#at;
  }

  /** An unsigned integer of 1 to 4 bytes. */
  uint(length: number): number {
    return this.bytes(length).readUIntBE(0, length);
  }

  /** A view of the next bytes. */
  bytes(length: number): Buffer {
    if (length > this.remaining) throw new MalformedError("message is cut short");
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  /** The content of a vector (RFC 5246 §4.3), whose length precedes it in `lengthBytes` bytes. */
  vector(lengthBytes: number): Buffer {
    return this.bytes(this.uint(lengthBytes));
  }

  /** @throws MalformedError unless the whole message has been read */
  end(): void {
    if (this.remaining > 0) throw new MalformedError("message is too long");
  }
}

/** A big-endian unsigned integer of `length` bytes. */
export function uint(value: number, length: number): Buffer {
  const data = Buffer.alloc(length);
  data.writeUIntBE(value, 0, length);
  return data;
}

/** A vector (RFC 5246 §4.3): the content's length in `lengthBytes` bytes, then the content. */
export function vector(lengthBytes: number, ...content: Uint8Array[]): Buffer {
  const data = Buffer.concat(content);
  return Buffer.concat([uint(data.length, lengthBytes), data]);
}
