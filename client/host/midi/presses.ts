import type { Control } from "./bindings.ts";
import { VALUE_MAX } from "./message.ts";

/** From this value on a knob counts as on, as a switch does (MIDI 1.0, table 3). */
const ON_FROM = Math.ceil(VALUE_MAX / 2);

/** Tells presses from all else that controls send. */
export class Presses {
  /** The last value of each knob. */
  readonly #values = new Map<string, number>();

  /**
   * Whether this is a press: a pad is hit, or a knob comes to its upper half from its lower one. A knob of
   * which nothing is known was at 0, where a button rests that sends control changes.
   * @param value 0..127
   */
  isPress({ kind, channel, number, device }: Control, value: number): boolean {
    if (kind === "note") return value > 0;
    const knob = `${channel} ${number} ${device}`;
    const before = this.#values.get(knob) ?? 0;
    this.#values.set(knob, value);
    return before < ON_FROM && value >= ON_FROM;
  }
}
