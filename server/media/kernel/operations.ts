/** The kernel's functions. They work on one bank's memory (see layout.ts). All numbers are unsigned. */
export interface Kernel {
  /**
   * Makes the SRTP packets of four slots. For fewer slots, the caller repeats the last one; the kernel may
   * leave the packet of a repeated slot out.
   * @param output address of the first finished packet; the next ones follow at intervals of OUTPUT_LENGTH
   * @param keystream address of the packet's keystream for slot 0; slot n's starts n · `stride` bytes later
   * @param length bytes of payload
   * @param marker 0 or 1
   * @param sequence the broadcast's sequence number, 16 bits; a slot's state has the difference to its own
   * @param rollovers the broadcast's rollover counter
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
   * Writes the AES counter blocks of consecutive packets of one slot to BLOCKS_AT: `blocks` for each packet.
   * The slot's own sequence number must not roll over between the first packet and the last.
   * @param rollovers the broadcast's rollover counter at the first packet
   * @param sequence the broadcast's sequence number of the first packet
   */
  writeCounters(slot: number, rollovers: number, sequence: number, packets: number, blocks: number): void;
  /**
   * Copies the bytes at BLOCKS_AT to `rows` rows: the first `length` bytes to the first row, and so on.
   * @param target address in the first row; the next rows follow at intervals of `rowLength`
   */
  deal(target: number, rows: number, rowLength: number, length: number): void;
  /**
   * HMAC-SHA1 (RFC 2104) of a message. Padding overwrites the bytes after the message, 87 at most.
   * @param states address of the SHA-1 states after the inner and the outer key block, five words each
   * @param digest address for the 20 bytes of the result
   */
  hmac(states: number, message: number, length: number, digest: number): void;
}
