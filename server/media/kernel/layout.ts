/**
 * The layout of a bank's memory: offsets and lengths in bytes. TypeScript and AssemblyScript share this file.
 * To forward one packet to all listeners, the kernel reads all states and all keystreams of that packet. Both
 * lie slot after slot, in reading order.
 */

/** Listeners that a bank holds. */
export const SLOTS = 256;
/** Longest payload that is forwarded; with headers and tag it fits into one Ethernet frame. */
export const PAYLOAD_BYTES_MAX = 1280;

/** The packet's payload in the clear, the same for all slots. */
export const PAYLOAD_AT = 0;
/** The kernel's working memory: SHA-1's message schedule and state, for four lanes. */
export const SCRATCH_AT = 1280;
/** Eight buffers for finished packets: header, payload, tag, and space for SHA-1's padding. */
export const OUTPUTS_AT = 1664;
/** Length of one of these buffers. */
export const OUTPUT_LENGTH = 1376;
/** Counter blocks of one slot, the input of AES; then that slot's keystream, its output. */
export const BLOCKS_AT = 12_672;
/** Longest keystream of one slot for a chunk of packets. */
export const CHUNK_BYTES_MAX = 5120;

/** The states of all slots. */
export const STATES_AT = 17_792;
// Offsets in a slot's state.
/** Constant part of the counter block: salt ⊕ SSRC (16 bytes). */
export const STATE_COUNTER = 0;
/** SHA-1 state after HMAC's inner key block (five 32-bit words). */
export const STATE_INNER = 16;
/** SHA-1 state after HMAC's outer key block (five 32-bit words). */
export const STATE_OUTER = 36;
/** Difference between the listener's rollover counter and the broadcast's (32 bits, modulo 2^32). */
export const STATE_ROLLOVER_OFFSET = 56;
/**
 * Difference between the listener's sequence number and the broadcast's (16 bits). The sum's carry is added
 * to the rollover counter.
 */
export const STATE_SEQUENCE_OFFSET = 60;
/** Payload type (8 bits). */
export const STATE_PAYLOAD_TYPE = 62;
/** SSRC (32 bits, network byte order). */
export const STATE_SSRC = 64;
/** Length of a slot's state. */
export const STATE_LENGTH = 80;

/**
 * Keystream made in advance, in two halves that are used in turn. A half has one row for each packet of a
 * chunk; a row has one cell for each slot.
 */
export const KEYSTREAM_AT = 38_272;
/** Length of a half. */
export const KEYSTREAM_HALF = SLOTS * CHUNK_BYTES_MAX;
/** Length of the whole memory. */
export const BANK_LENGTH = KEYSTREAM_AT + 2 * KEYSTREAM_HALF;
