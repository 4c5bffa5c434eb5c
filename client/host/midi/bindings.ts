import { type MidiMessage, MODES_FROM, VALUE_MAX } from "./message.ts";
import { type ActionName, isAction } from "./midi-actions.ts";

/** A knob, a fader or a pad. */
export interface Control extends Omit<MidiMessage, "value"> {
  /** The name of its controller. */
  readonly device: string;
}

/** What a control does. */
export interface Binding extends Control {
  readonly action: ActionName;
}

/** Most controls that are kept. No controller has as many. */
export const BINDINGS_MAX = 256;
/** Longest name of a controller, UTF-16 units. */
export const DEVICE_MAX = 100;
/** Channels of a MIDI connection. */
const CHANNELS = 16;

/** What a control does, if it is bound. */
export function actionOf(bindings: readonly Binding[], control: Control): ActionName | undefined {
  return bindings.find((binding) => isSame(binding, control))?.action;
}

/** The bindings with this one more. A control does one thing: what it did before it does no longer. */
export function withBinding(bindings: readonly Binding[], binding: Binding): Binding[] {
  return [...bindings.filter((other) => !isSame(other, binding)), binding].slice(-BINDINGS_MAX);
}

/** The bindings without those to an action. */
export function withoutAction(bindings: readonly Binding[], action: ActionName): Binding[] {
  return bindings.filter((binding) => binding.action !== action);
}

/** The bindings in what the browser has kept, without any that are invalid. */
export function readBindings(stored: unknown): Binding[] {
  if (!Array.isArray(stored)) return [];
  return stored.slice(-BINDINGS_MAX).reduce<Binding[]>((bindings, entry) => {
    const binding = readBinding(entry);
    return binding ? withBinding(bindings, binding) : bindings;
  }, []);
}

function readBinding(entry: Partial<Record<keyof Binding, unknown>> | null): Binding | undefined {
  const { device, kind, channel, number, action } = entry ?? {};
  const isValid =
    typeof device === "string" &&
    device.length <= DEVICE_MAX &&
    (kind === "note" || kind === "cc") &&
    isWithin(channel, 1, CHANNELS) &&
    isWithin(number, 0, kind === "cc" ? MODES_FROM - 1 : VALUE_MAX) &&
    isAction(action);
  return isValid ? ({ device, kind, channel, number, action } as Binding) : undefined;
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isSame(one: Control, other: Control): boolean {
  return (
    one.kind === other.kind &&
    one.number === other.number &&
    one.channel === other.channel &&
    one.device === other.device
  );
}
