/** Memory that a chunk takes in addition to its content, bytes: a Buffer and its backing store, measured. */
const CHUNK_OVERHEAD_BYTES = 256;

/**
 * Measures how much of an unfinished WebSocket message ws buffers for a client, because ws does not expose
 * that. Parses frame headers only (RFC 6455 §5.2) and does not validate them: ws does.
 */
export class FrameMeter {
  /** The header that is being read: at most 14 bytes. */
  readonly #header = Buffer.alloc(14);
  #headerLength = 0;
  /** Payload of the current frame that has not arrived yet, bytes. */
  #payloadLeft = 0;
  /** Whether the current frame is a control frame (RFC 6455 §5.5). */
  #isControl = false;
  /** Whether the current frame is the last one of its message (FIN). */
  #isLast = true;
  /** Whether a message has begun and not ended. */
  #isInMessage = false;
  #bytes = 0;
  #completed = 0;
  #controls = 0;

  /** Number of complete messages, and of complete control frames between messages. */
  get completed(): number {
    return this.#completed;
  }

  /** Number of complete control frames. */
  get controls(): number {
    return this.#controls;
  }

  /** Memory of the message or frame that is not complete, bytes; 0 between messages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts a chunk that the client has sent. */
  read(chunk: Uint8Array): void {
    this.#bytes += CHUNK_OVERHEAD_BYTES;
    for (let at = 0; at < chunk.length; ) {
      const taken = this.#payloadLeft > 0 ? this.#skip(chunk.length - at) : this.#readHeader(chunk[at]!);
      this.#bytes += taken;
      at += taken;
      if (this.#payloadLeft === 0 && this.#headerLength === 0)
        this.#endFrame(at < chunk.length ? at : undefined);
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
   * Handles the end of a frame.
   * @param at the offset in the chunk at which the frame ends; undefined if the chunk ends there too
   */
  #endFrame(at: number | undefined): void {
    if (this.#isControl) this.#controls += 1;
    else if (this.#isLast) this.#isInMessage = false;
    if (!this.#isInMessage) this.#completed += 1;
    // A control frame may stand between the fragments of a message (RFC 6455 §5.4): ws keeps the fragments.
    // The start of another message keeps the memory of its whole chunk.
    if (!this.#isInMessage) this.#bytes = at === undefined ? 0 : CHUNK_OVERHEAD_BYTES + at;
  }
}
