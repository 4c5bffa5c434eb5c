import { signal } from "@preact/signals";
import type { Parts } from "../actions.ts";
import { ENDED } from "../broadcast/phase.ts";
import { keepStored, readStored } from "../ui/storage.ts";
import { actionOf, type Binding, readBindings, withBinding, withoutAction } from "./bindings.ts";
import { Controllers } from "./controllers.ts";
import { readMessage, VALUE_MAX } from "./message.ts";
import { type ActionName, isDial, press, turn } from "./midi-actions.ts";
import { Presses } from "./presses.ts";

/** Where localStorage has what each control does: one JSON array. */
export const MIDI_KEY = "lightwall.midi";

/** Lets the knobs and pads of MIDI controllers act on the console, and learns which of them does what. */
export class Midi {
  readonly controllers = new Controllers((device, data) => this.receive(device, data));
  readonly bindings = signal<readonly Binding[]>(readBindings(readStored(MIDI_KEY)));
  /** The action that the next control is bound to; undefined while none is. */
  readonly learning = signal<ActionName | undefined>();
  /** What was learned last; undefined once something else is to be learned. */
  readonly learned = signal<Binding | undefined>();
  readonly #presses = new Presses();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    if (this.bindings.peek().length > 0) void this.controllers.reopen();
  }

  /** Binds the next control that is used to an action. */
  learn(action: ActionName): void {
    this.learning.value = action;
    this.learned.value = undefined;
  }

  stopLearning(): void {
    this.learning.value = undefined;
    this.learned.value = undefined;
  }

  /** Unbinds all controls of an action. */
  forget(action: ActionName): void {
    this.stopLearning();
    this.#keep(withoutAction(this.bindings.peek(), action));
  }

  /** Handles a message of a controller. */
  receive(device: string, data: Uint8Array): void {
    const message = readMessage(data);
    // In these phases keys do nothing either.
    if (!message || ENDED.has(this.#parts.broadcast.phase.peek())) return;
    const { value, ...control } = { ...message, device };
    const isPress = this.#presses.isPress(control, value);
    const learning = this.learning.peek();
    if (learning) {
      // A pad that was pressed before is let go.
      if (message.kind === "cc" || isPress) this.#bind({ ...control, action: learning });
      return;
    }
    const action = actionOf(this.bindings.peek(), control);
    if (!action) return;
    if (message.kind === "cc" && isDial(action)) turn(action, value / VALUE_MAX, this.#parts);
    else if (isPress) press(action, this.#parts);
  }

  #bind(binding: Binding): void {
    this.learning.value = undefined;
    this.learned.value = binding;
    this.#keep(withBinding(this.bindings.peek(), binding));
  }

  #keep(bindings: readonly Binding[]): void {
    this.bindings.value = bindings;
    keepStored(MIDI_KEY, bindings);
  }
}
