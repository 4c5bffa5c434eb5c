/** Sequence numbers in one cycle: they have 16 bits (RFC 3550 §5.1). */
export const SEQUENCE_NUMBERS = 0x1_0000;

/** The index with this sequence number that is nearest to the newest index (RFC 3711 §3.3.1, appendix A). */
export function nearestIndex(sequence: number, newest: number): number {
  const base = newest - (newest % SEQUENCE_NUMBERS);
  const guess = base + sequence;
  if (guess - newest > SEQUENCE_NUMBERS / 2 && base > 0) return guess - SEQUENCE_NUMBERS;
  if (newest - guess > SEQUENCE_NUMBERS / 2) return guess + SEQUENCE_NUMBERS;
  return guess;
}
