import { signal } from "@preact/signals";
import { DEVICE_MAX } from "./bindings.ts";

/**
 * Whether this page gets what controllers send: `open`, `asking` (the browser asks the host), or why not. The
 * host has not asked for it (`off`), this is no secure origin (`insecure`), the browser has no Web MIDI
 * (`unsupported`), it or the host has refused it (`refused`), or the system has no MIDI (`failed`).
 */
export type Access = "open" | "asking" | "off" | "insecure" | "unsupported" | "refused" | "failed";

/** A controller that is plugged in. */
export interface Device {
  readonly name: string;
  /** The system does not let the browser hear it, as where another program does. */
  readonly isBusy: boolean;
}

/** With these errors a browser or a person refuses what a page asks for. */
const REFUSALS: readonly unknown[] = ["NotAllowedError", "SecurityError"];

/** The MIDI controllers of this computer, by Web MIDI. */
export class Controllers {
  readonly access = signal<Access>(accessAtFirst());
  readonly devices = signal<readonly Device[]>([]);
  readonly #take: (device: string, data: Uint8Array) => void;
  #midi: MIDIAccess | undefined;
  /** The inputs that are heard, or would be if they were not busy. */
  readonly #inputs = new Set<MIDIInput>();
  readonly #busy = new WeakSet<MIDIInput>();

  /** @param take gets each message, with the name of its controller */
  constructor(take: (device: string, data: Uint8Array) => void) {
    this.#take = take;
  }

  /** Listens to all controllers, also to those that are plugged in later. The browser may ask the host. */
  async open(): Promise<void> {
    if (!["off", "refused", "failed"].includes(this.access.peek())) return;
    this.access.value = "asking";
    try {
      this.#midi = await navigator.requestMIDIAccess({ sysex: false });
    } catch (error) {
      this.access.value = REFUSALS.includes((error as Partial<Error>).name) ? "refused" : "failed";
      return;
    }
    this.#midi.addEventListener("statechange", () => this.#follow());
    this.#follow();
    this.access.value = "open";
  }

  /** Does the same if the host has allowed it at an earlier visit: the browser does not ask then. */
  async reopen(): Promise<void> {
    try {
      const { state } = await navigator.permissions.query({ name: "midi" });
      if (state === "granted") await this.open();
    } catch {
      // The browser does not tell: the host connects by a press.
    }
  }

  /** Hears the inputs that are plugged in now. */
  #follow(): void {
    const inputs = [...(this.#midi?.inputs.values() ?? [])].filter(({ state }) => state === "connected");
    for (const input of this.#inputs) if (!inputs.includes(input)) this.#inputs.delete(input);
    for (const input of inputs) {
      if (this.#inputs.has(input)) continue;
      this.#inputs.add(input);
      void this.#hear(input);
    }
    this.#showDevices();
  }

  async #hear(input: MIDIInput): Promise<void> {
    this.#busy.delete(input);
    // Of an input that was there before, this is the same listener again, which is added once.
    input.addEventListener("midimessage", this.#receive);
    try {
      await input.open();
    } catch {
      this.#busy.add(input);
      this.#showDevices();
    }
  }

  readonly #receive = ({ currentTarget, data }: MIDIMessageEvent) => {
    if (data) this.#take(nameOf(currentTarget as MIDIInput), data);
  };

  #showDevices(): void {
    this.devices.value = [...this.#inputs].map((input) => ({
      name: nameOf(input),
      isBusy: this.#busy.has(input),
    }));
  }
}

function accessAtFirst(): Access {
  // Old browsers have it on other origins too, and refuse it there.
  if (!globalThis.isSecureContext) return "insecure";
  return (navigator as Partial<Navigator>).requestMIDIAccess ? "off" : "unsupported";
}

/** Windows puts a number before the name of a controller that comes to another socket: “2- nanoKONTROL2”. */
function nameOf({ name }: MIDIInput): string {
  return (name ?? "").replace(/^\d+- /, "").slice(0, DEVICE_MAX);
}
