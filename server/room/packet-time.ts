/** Time one packet of a broadcast spans, in ms: 20 is quick, 60 costs a third. */
export type PacketTime = 20 | 60;

/** Between the two a room keeps what it has, so that it does not go back and forth. */
export interface PacketTimeLimits {
  /** Listeners from which a room is moved to 60 ms. */
  readonly longFrom: number;
  /** Listeners below which it is moved back to 20 ms. */
  readonly shortBelow: number;
}

/** The packet time for a room of so many listeners that has `present` now. */
export function packetTimeFor(listeners: number, present: PacketTime, limits: PacketTimeLimits): PacketTime {
  if (listeners >= limits.longFrom) return 60;
  return listeners < limits.shortBelow ? 20 : present;
}
