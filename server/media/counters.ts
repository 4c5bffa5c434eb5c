/** What a media thread has done since the last look at it. */
export interface Counts {
  /** Datagrams of any kind, and their bytes. */
  packetsIn: number;
  bytesIn: number;
  packetsOut: number;
  bytesOut: number;
  /** Packets sent again because a listener asked for them. */
  packetsAgain: number;
  /** Datagrams that could not be read or came too late to be sent on, and that the system would not send. */
  droppedIn: number;
  droppedOut: number;
  /** From the first DTLS datagram to the keys, ms; one figure for each handshake that was finished. */
  handshakeMs: number[];
  /** From a packet of a host to the last of its listeners in the same thread, ms; see {@link SAMPLES_MAX}. */
  forwardMs: number[];
}

/** Most figures of a kind that are kept between two looks; what comes later is not looked at. */
const SAMPLES_MAX = 256;

function nothing(): Counts {
  return {
    packetsIn: 0,
    bytesIn: 0,
    packetsOut: 0,
    bytesOut: 0,
    packetsAgain: 0,
    droppedIn: 0,
    droppedOut: 0,
    handshakeMs: [],
    forwardMs: [],
  };
}

/**
 * This thread's counts: each thread has a copy of this module, and each packet only ever adds to a number.
 */
export let counts = nothing();

/** The counts since the last call. */
export function takeCounts(): Counts {
  const taken = counts;
  counts = nothing();
  return taken;
}

/** Keeps a figure, unless there are many already. */
export function sample(samples: number[], figure: number): void {
  if (samples.length < SAMPLES_MAX) samples.push(figure);
}
