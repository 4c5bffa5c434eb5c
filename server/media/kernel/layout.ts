/**
 * How a bank's memory is laid out, in bytes. Read by TypeScript and by AssemblyScript alike.
 * A bank is its payload area, then its scratch area, then one slot after another.
 */

/** Longest payload that is forwarded: what a full MTU leaves. */
export const PAYLOAD_MAX = 1280;
/** The packet's payload in the clear, the same for all slots. */
export const PAYLOAD_AT = 0;
/** Working space of the kernel: schedule and state of SHA-1 for four lanes. */
export const SCRATCH_AT = 1280;
/** Counter blocks on their way to AES: as much as half of a slot's keystream. */
export const COUNTERS_AT = 1664;
export const SLOTS_AT = 6784;

/** The counter block's constant part: salt ⊕ SSRC (16 bytes). */
export const SLOT_COUNTER = 0;
/** SHA-1 state after the inner and the outer key block of HMAC (five 32-bit words each). */
export const SLOT_INNER = 16;
export const SLOT_OUTER = 36;
/** Rollovers of the broadcast before this listener came (32 bits). */
export const SLOT_BASE_ROLLOVERS = 56;
/** Payload type (8 bits) and SSRC (32 bits, network order). */
export const SLOT_PAYLOAD_TYPE = 60;
export const SLOT_SSRC = 64;
/** The finished packet: header, payload, tag, and room for SHA-1's padding. */
export const SLOT_PACKET = 80;
/** Keystream prepared ahead: two halves, used in turn. */
export const SLOT_KEYSTREAM = 1456;
/** Bytes of keystream in each half. */
export const KEYSTREAM_HALF = 5120;
export const SLOT_LENGTH = 11_696;
