/** How much of a file is read at once: large enough to be fast, small beside what a page may need. */
const BLOCK_BYTES = 1_000_000;

/**
 * Part of a file; shorter where the file ends.
 * @throws DOMException if the file cannot be read any more
 */
export async function bytesAt(file: Blob, from: number, length: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(from, from + length).arrayBuffer());
}

/** Text of one byte a character. */
export function textAt(bytes: DataView, at: number, length: number): string {
  const end = Math.min(at + length, bytes.byteLength);
  let text = "";
  for (let n = at; n < end; n++) text += String.fromCharCode(bytes.getUint8(n));
  return text;
}

/** Reads a file from front to back, some bytes at a time, with one block of it in memory. */
export class ForwardReader {
  readonly #file: Blob;
  #block = new DataView(new ArrayBuffer(0));
  #blockAt = 0;

  constructor(file: Blob) {
    this.#file = file;
  }

  /**
   * Bytes from a position on; fewer where the file ends.
   * @param length at most a block's
   */
  async at(from: number, length: number): Promise<DataView<ArrayBuffer>> {
    const inBlock = from - this.#blockAt;
    if (inBlock < 0 || inBlock + length > this.#block.byteLength) {
      const wanted = Math.min(Math.max(length, BLOCK_BYTES), Math.max(this.#file.size - from, 0));
      this.#block = await bytesAt(this.#file, from, wanted);
      this.#blockAt = from;
    }
    const at = from - this.#blockAt;
    return new DataView(this.#block.buffer, at, Math.min(length, this.#block.byteLength - at));
  }

  /** As {@link at}, but undefined, instead of a promise, where the block must be read first. */
  inBlock(from: number, length: number): DataView<ArrayBuffer> | undefined {
    const at = from - this.#blockAt;
    if (at < 0 || at + length > this.#block.byteLength) return undefined;
    return new DataView(this.#block.buffer, at, length);
  }
}

/** How much {@link BlockwiseBlob} reads at once: small, as a tag is often all that is wanted. */
const SMALL_BLOCK_BYTES = 65_536;

/**
 * A file for a library that reads some bytes at a time, each with a call to the browser's process. This one
 * reads blocks, and gives parts of them.
 */
export class BlockwiseBlob extends Blob {
  #block = new ArrayBuffer(0);
  #blockAt = 0;

  constructor(file: Blob, type: string) {
    super([file], { type });
  }

  override slice(from = 0, to = this.size, type = ""): Blob {
    if (from < 0 || to < from || to - from > SMALL_BLOCK_BYTES) return super.slice(from, to, type);
    return Object.assign(new Blob([]), { arrayBuffer: () => this.#read(from, Math.min(to, this.size)) });
  }

  async #read(from: number, to: number): Promise<ArrayBuffer> {
    if (from < this.#blockAt || to > this.#blockAt + this.#block.byteLength) {
      this.#block = await super.slice(from, from + SMALL_BLOCK_BYTES).arrayBuffer();
      this.#blockAt = from;
    }
    return this.#block.slice(from - this.#blockAt, to - this.#blockAt);
  }
}
