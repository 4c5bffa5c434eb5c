/** Samples from which the best is taken. */
const SAMPLES = 16;
/** How far two machines' clocks may drift apart, ms in one ms: an old sample is worth less. */
const DRIFT = 0.00005;
/** How fast the clock follows a change: 1 ms in two seconds, which nobody sees. */
const SLEW_RATE = 0.0005;
/** A difference that is no drift: the clock jumps. */
const JUMP_MS = 50;

/** One question to the reference: when it was sent and answered here, and received and answered there; ms. */
export interface ClockReading {
  readonly sent: number;
  readonly received: number;
  readonly replied: number;
  readonly arrived: number;
}

interface Sample {
  readonly offset: number;
  readonly roundTrip: number;
  /** Of this machine's clock. */
  readonly at: number;
}

/**
 * The wall clock, which all nodes share: this machine's monotonic clock plus an offset. One node is the
 * reference, whose offset stands still. The others ask it, and follow. When the reference is gone, the next
 * one stands still where it is, so the clock goes on without a step.
 */
export class SharedClock {
  readonly #now: () => number;
  /** The last readings: offset and round trip, ms. */
  #samples: Sample[] = [];
  #offset = 0;
  #target = 0;
  #followedAt = 0;
  /** Whether pages follow it. */
  #isSet = false;

  /** @param now this machine's monotonic clock, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The time of the wall clock, ms. */
  readonly now = (): number => this.ofLocal(this.#now());

  /** A time of this machine's clock as one of the wall clock, ms. */
  readonly ofLocal = (time: number): number => {
    this.#follow();
    return time + this.#offset;
  };

  /** The greatest possible error, ms; undefined while there is no answer. */
  get error(): number | undefined {
    const best = this.#best();
    return best && this.#errorOf(best);
  }

  /**
   * Takes the reference's answer (RFC 5905 §8). Times of this machine are of its own clock, those of the
   * reference of the wall clock.
   */
  add({ sent, received, replied, arrived }: ClockReading): void {
    const roundTrip = arrived - sent - (replied - received);
    if (!(roundTrip >= 0)) return;
    const offset = (received + replied - sent - arrived) / 2;
    this.#samples = [...this.#samples, { offset, roundTrip, at: arrived }].slice(-SAMPLES);
    this.#follow();
    this.#target = this.#best()!.offset;
    if (!this.#isSet || Math.abs(this.#target - this.#offset) >= JUMP_MS) this.#offset = this.#target;
  }

  /** Another node is the reference, or this one: it follows nobody until the next answer. */
  hold(): void {
    this.#follow();
    this.#samples = [];
    this.#target = this.#offset;
  }

  /** Pages follow the clock from now on: it does not jump any more but for a machine that has slept. */
  begin(): void {
    this.#isSet = true;
  }

  #best(): Sample | undefined {
    return this.#samples.toSorted((a, b) => this.#errorOf(a) - this.#errorOf(b))[0];
  }

  #errorOf({ roundTrip, at }: Sample): number {
    return roundTrip / 2 + (this.#now() - at) * DRIFT;
  }

  #follow(): void {
    const time = this.#now();
    const step = Math.max(0, time - this.#followedAt) * SLEW_RATE;
    this.#followedAt = time;
    this.#offset += Math.min(Math.max(this.#target - this.#offset, -step), step);
  }
}
