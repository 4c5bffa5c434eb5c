/**
 * The arithmetic of the fan-out over one bank's memory, whose layout is in layout.ts. All numbers are
 * unsigned.
 */
export interface Kernel {
  /**
   * Makes the SRTP packets of four slots. A group of fewer repeats its last slot, whose packet is made once.
   * @param output where the first finished packet goes; the others follow, OUTPUT_LENGTH apart
   * @param keystream where the packet's keystream for slot 0 is; slot n's is n · `stride` further
   * @param length bytes of payload
   * @param marker 0 or 1
   * @param sequence of the broadcast, 16 bits; each slot's own follows from what its state adds
   * @param rollovers of the broadcast's sequence
   */
  protect4(
    a: number,
    b: number,
    c: number,
    d: number,
    output: number,
    keystream: number,
    stride: number,
    length: number,
    marker: number,
    sequence: number,
    timestamp: number,
    rollovers: number,
  ): void;
  /**
   * Writes the AES counter blocks of consecutive packets of one slot to BLOCKS_AT: `blocks` for each. The
   * slot's own sequence must not roll over within them.
   * @param rollovers of the first packet, like `sequence` the broadcast's
   */
  writeCounters(slot: number, rollovers: number, sequence: number, packets: number, blocks: number): void;
  /**
   * Deals what is at BLOCKS_AT out to `rows` rows of which one starts `rowLength` after the other: `length`
   * bytes to each.
   */
  deal(target: number, rows: number, rowLength: number, length: number): void;
  /**
   * HMAC-SHA1 (RFC 2104) of a message, which room for padding follows: 87 bytes.
   * @param states where the SHA-1 states after the inner and the outer key block are, five words each
   * @param digest where the 20 bytes go
   */
  hmac(states: number, message: number, length: number, digest: number): void;
}
