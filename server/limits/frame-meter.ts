/** What a chunk costs beside its bytes, by measurement: a Buffer and its backing store, bytes. */
const CHUNK_COST = 256;

/**
 * Measures how much a client has sent of a WebSocket message that is not complete: ws keeps that and does not
 * tell. Reads frame headers only (RFC 6455 §5.2), and leaves it to ws to judge them.
 */
export class FrameMeter {
  /** Bytes of the header that is being read, at most 14. */
  readonly #header = Buffer.alloc(14);
  #headerLength = 0;
  /** Payload of the present frame that is still to come, bytes. */
  #payloadLeft = 0;
  /** The present frame is a control frame, or the last one of its message. */
  #isControl = false;
  #isLast = true;
  #isInMessage = false;
  #held = 0;
  #completed = 0;
  #controls = 0;

  /** Messages, and control frames between them, that are complete. */
  get completed(): number {
    return this.#completed;
  }

  /** Control frames that are complete (RFC 6455 §5.5). */
  get controls(): number {
    return this.#controls;
  }

  /** What is held of a message or a frame that is not complete, bytes; 0 between messages. */
  get held(): number {
    return this.#held;
  }

  /** The client has sent this. */
  read(chunk: Uint8Array): void {
    this.#held += CHUNK_COST;
    for (let at = 0; at < chunk.length; ) {
      const taken = this.#payloadLeft > 0 ? this.#skip(chunk.length - at) : this.#readHeader(chunk[at]!);
      this.#held += taken;
      at += taken;
      if (this.#payloadLeft === 0 && this.#headerLength === 0)
        this.#ended(at < chunk.length ? at : undefined);
    }
  }

  #skip(available: number): number {
    const taken = Math.min(available, this.#payloadLeft);
    this.#payloadLeft -= taken;
    return taken;
  }

  #readHeader(byte: number): number {
    const header = this.#header;
    header[this.#headerLength++] = byte;
    if (this.#headerLength < 2) return 1;
    const short = header[1]! & 0x7f;
    const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const maskBytes = header[1]! & 0x80 ? 4 : 0;
    if (this.#headerLength < 2 + lengthBytes + maskBytes) return 1;
    if (lengthBytes === 8) this.#payloadLeft = Number(header.readBigUInt64BE(2));
    else this.#payloadLeft = lengthBytes === 2 ? header.readUInt16BE(2) : short;
    this.#isControl = (header[0]! & 0x08) !== 0;
    this.#isLast = (header[0]! & 0x80) !== 0;
    this.#headerLength = 0;
    if (!this.#isControl) this.#isInMessage = true;
    return 1;
  }

  /**
   * A frame is complete.
   * @param at where in its chunk it ends; undefined at its end
   */
  #ended(at: number | undefined): void {
    if (this.#isControl) this.#controls += 1;
    else if (this.#isLast) this.#isInMessage = false;
    if (!this.#isInMessage) this.#completed += 1;
    // A control frame may stand between the fragments of a message (RFC 6455 §5.4), which are kept then. What
    // follows in the same chunk keeps all of that.
    if (!this.#isInMessage) this.#held = at === undefined ? 0 : CHUNK_COST + at;
  }
}
