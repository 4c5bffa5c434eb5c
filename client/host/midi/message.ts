/** What a knob or a pad has sent. */
export interface MidiMessage {
  /** Pads and keys send notes. Knobs, faders and some buttons send control changes (`cc`). */
  readonly kind: "note" | "cc";
  /** As people count: 1..16. */
  readonly channel: number;
  /** Which note, 0..127, or which controller, 0..119. */
  readonly number: number;
  /** 0..127: how hard a pad was hit, 0 when it is let go; or where a knob stands. */
  readonly value: number;
}

/** The upper half of the first byte says what a message is (MIDI 1.0, table 1). */
const [NOTE_OFF, NOTE_ON, CONTROL_CHANGE] = [0x80, 0x90, 0xb0];
/** The greatest byte after the first one. */
export const VALUE_MAX = 127;
/** From this number on a control change is no knob, but says something about its channel (table 4). */
export const MODES_FROM = 120;

/**
 * Reads one whole message, as Web MIDI gives them.
 * @returns undefined for all that is neither a note nor a control change, such as the clock
 */
export function readMessage(data: Uint8Array): MidiMessage | undefined {
  if (data.length !== 3) return;
  const [status, number, value] = data as unknown as [number, number, number];
  if (number > VALUE_MAX || value > VALUE_MAX) return;
  const channel = (status & 0x0f) + 1;
  switch (status & 0xf0) {
    case NOTE_OFF:
      return { kind: "note", channel, number, value: 0 };
    case NOTE_ON:
      return { kind: "note", channel, number, value };
    case CONTROL_CHANGE:
      return number < MODES_FROM ? { kind: "cc", channel, number, value } : undefined;
    default:
      return;
  }
}
