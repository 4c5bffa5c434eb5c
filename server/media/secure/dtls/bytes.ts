/** A message that does not have the form its specification gives it. */
export class MalformedError extends Error {}

/**
 * Reads the big-endian fields of one TLS message in order, and never past its end.
 * @throws MalformedError from every method when the message is too short
 */
export class Reader {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  /** Bytes that have not been read yet. */
  get left(): number {
    return this.#data.length - this.#at;
  }

  /** An unsigned integer of 1 to 4 bytes. */
  uint(length: number): number {
    return this.bytes(length).readUIntBE(0, length);
  }

  /** A view of the next bytes. */
  bytes(length: number): Buffer {
    if (length > this.left) throw new MalformedError("message is cut short");
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  /** A vector (RFC 5246 §4.3): its length in `lengthBytes` bytes, then its content. */
  vector(lengthBytes: number): Buffer {
    return this.bytes(this.uint(lengthBytes));
  }

  /** @throws MalformedError when anything is left */
  end(): void {
    if (this.left > 0) throw new MalformedError("message is too long");
  }
}

/** An unsigned integer in as many bytes, big-endian. */
export function uint(value: number, length: number): Buffer {
  const data = Buffer.alloc(length);
  data.writeUIntBE(value, 0, length);
  return data;
}

/** A vector (RFC 5246 §4.3): the length of the content in `lengthBytes` bytes, then the content. */
export function vector(lengthBytes: number, ...content: Uint8Array[]): Buffer {
  const data = Buffer.concat(content);
  return Buffer.concat([uint(data.length, lengthBytes), data]);
}
