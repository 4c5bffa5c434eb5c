import type { Page } from "playwright-core";

/** The name of the controller that stands in for a real one. */
export const CONTROLLER = "Test pads";

/** A controller that a page sees by Web MIDI, and no machine has. */
export interface FakeController {
  /** How often the page, as it is loaded now, has asked for MIDI. */
  asked(): Promise<number>;
  /** Plugs it in, or out. */
  plug(isIn: boolean): Promise<void>;
  /** Sends one message. A pad is 0x90 and a knob is 0xb0, plus the channel less one (MIDI 1.0). */
  send(...bytes: number[]): Promise<void>;
}

/**
 * Gives a page, from its next load on, a Web MIDI whose only controller a test uses. It is plugged in when
 * the page is loaded. Events and permissions stay the browser's own.
 */
export async function giveFakeMidi(page: Page): Promise<FakeController> {
  await page.addInitScript((name) => {
    const input = Object.assign(new EventTarget(), { name, state: "connected", open: async () => input });
    const inputs = new Map([["1", input]]);
    const access = Object.assign(new EventTarget(), { inputs });
    const fakeMidi = {
      asked: 0,
      plug(isIn: boolean) {
        if (isIn) inputs.set("1", input);
        else inputs.clear();
        access.dispatchEvent(new Event("statechange"));
      },
      send(...bytes: number[]) {
        input.dispatchEvent(new MIDIMessageEvent("midimessage", { data: Uint8Array.from(bytes) }));
      },
    };
    navigator.requestMIDIAccess = async () => {
      fakeMidi.asked += 1;
      return access as unknown as MIDIAccess;
    };
    Object.assign(globalThis, { fakeMidi });
  }, CONTROLLER);
  return {
    asked: () => page.evaluate<number>("fakeMidi.asked"),
    plug: (isIn) => page.evaluate(`fakeMidi.plug(${isIn})`),
    send: (...bytes) => page.evaluate(`fakeMidi.send(${bytes})`),
  };
}
