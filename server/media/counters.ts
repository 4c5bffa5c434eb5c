/** What a media thread has done since its last report. */
export interface Counts {
  /** Datagrams received, of any kind. */
  packetsIn: number;
  bytesIn: number;
  /** Datagrams sent, of any kind. */
  packetsOut: number;
  bytesOut: number;
  /** Packets sent again to listeners that requested them. */
  packetsRetransmitted: number;
  /** Datagrams that were malformed, and packets that came too late to be forwarded. */
  droppedIn: number;
  /** Packets of pictures that hosts have sent and that were forwarded. */
  picturesIn: number;
  /** Requests for key frames that were sent to hosts. */
  keyframesRequested: number;
  /** Packets of pictures that were too long, above the host's limit, or found the queue full. */
  picturesDropped: number;
  /** Datagrams that the system did not send. */
  droppedOut: number;
  /** Time from the first DTLS datagram to the keys, ms; one sample for each finished handshake. */
  handshakeMs: number[];
  /**
   * Time from the arrival of a host's packet to the last send in the same thread, ms; one sample a packet.
   */
  forwardMs: number[];
}

/** Samples of one kind that are kept between two reports. Further ones are discarded. */
const SAMPLES_MAX = 256;

function zeroCounts(): Counts {
  return {
    packetsIn: 0,
    bytesIn: 0,
    packetsOut: 0,
    bytesOut: 0,
    packetsRetransmitted: 0,
    droppedIn: 0,
    picturesIn: 0,
    keyframesRequested: 0,
    picturesDropped: 0,
    droppedOut: 0,
    handshakeMs: [],
    forwardMs: [],
  };
}

/** This thread's counts. Each thread has its own copy of this module, so counting a packet needs no lock. */
export let counts = zeroCounts();

/** Takes the counts since the last call. */
export function takeCounts(): Counts {
  const taken = counts;
  counts = zeroCounts();
  return taken;
}

/** Adds a sample, unless there are {@link SAMPLES_MAX} already. */
export function addSample(samples: number[], value: number): void {
  if (samples.length < SAMPLES_MAX) samples.push(value);
}
