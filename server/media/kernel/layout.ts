/**
 * How a bank's memory is laid out, in bytes. Read by TypeScript and by AssemblyScript alike. What a packet's
 * pass over all listeners reads lies in the order in which it is read: state after state, and one packet's
 * keystream for slot after slot.
 */

/** Listeners a bank holds. */
export const SLOTS = 256;
/** Longest payload that is forwarded: what a full MTU leaves. */
export const PAYLOAD_MAX = 1280;

/** The packet's payload in the clear, the same for all slots. */
export const PAYLOAD_AT = 0;
/** Working space of the kernel: schedule and state of SHA-1 for four lanes. */
export const SCRATCH_AT = 1280;
/** Finished packets, four and then four more: header, payload, tag, and room for SHA-1's padding. */
export const OUTPUTS_AT = 1664;
export const OUTPUT_LENGTH = 1376;
/** Counter blocks of one slot on their way to AES, and its keystream on the way back. */
export const BLOCKS_AT = 12_672;
/** Bytes of one slot's keystream for a chunk of packets, at most. */
export const CHUNK_MAX = 5120;

export const STATES_AT = 17_792;
/** The counter block's constant part: salt ⊕ SSRC (16 bytes). */
export const STATE_COUNTER = 0;
/** SHA-1 state after the inner and the outer key block of HMAC (five 32-bit words each). */
export const STATE_INNER = 16;
export const STATE_OUTER = 36;
/**
 * What is added to the broadcast's index to give the listener's own: to its rollovers (32 bits, modulo 2^32),
 * and to its sequence number (16 bits), whose carry goes to the rollovers.
 */
export const STATE_ROLLOVER_OFFSET = 56;
export const STATE_SEQUENCE_OFFSET = 60;
/** Payload type (8 bits) and SSRC (32 bits, network order). */
export const STATE_PAYLOAD_TYPE = 62;
export const STATE_SSRC = 64;
export const STATE_LENGTH = 80;

/**
 * Keystream prepared ahead: two halves, used in turn. In each there is a row for each packet of a chunk, and
 * in the row a place for each slot.
 */
export const KEYSTREAM_AT = 38_272;
export const KEYSTREAM_HALF = SLOTS * CHUNK_MAX;
export const BANK_LENGTH = KEYSTREAM_AT + 2 * KEYSTREAM_HALF;
