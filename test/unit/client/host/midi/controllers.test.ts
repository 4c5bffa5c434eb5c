import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Controllers } from "../../../../../client/host/midi/controllers.ts";

/** An input of a controller, as Web MIDI has it. */
class Input extends EventTarget {
  readonly name: string | null;
  state: MIDIPortDeviceState = "connected";
  isBusy = false;
  opened = 0;

  constructor(name: string | null) {
    super();
    this.name = name;
  }

  async open(): Promise<this> {
    this.opened += 1;
    if (this.isBusy) throw new DOMException("busy", "InvalidAccessError");
    return this;
  }

  send(...bytes: number[]): void {
    this.dispatchEvent(Object.assign(new Event("midimessage"), { data: Uint8Array.from(bytes) }));
  }
}

const newAccess = () => Object.assign(new EventTarget(), { inputs: new Map<string, Input>() });
let access: ReturnType<typeof newAccess>;
const request = vi.fn();
const query = vi.fn();
let taken: [device: string, bytes: number[]][];
let controllers: Controllers;

beforeEach(() => {
  taken = [];
  access = newAccess();
  request.mockReset().mockResolvedValue(access);
  query.mockReset().mockResolvedValue({ state: "granted" });
  vi.stubGlobal("isSecureContext", true);
  vi.stubGlobal("navigator", { requestMIDIAccess: request, permissions: { query } });
  controllers = newControllers();
});

afterEach(() => vi.unstubAllGlobals());

const newControllers = () => new Controllers((device, data) => taken.push([device, [...data]]));

async function plug(id: string, input: Input): Promise<void> {
  access.inputs.set(id, input);
  access.dispatchEvent(new Event("statechange"));
  await vi.waitFor(() => expect(input.opened).toBeGreaterThan(0));
}

describe("controllers", () => {
  test("are not asked for until the host wants them, and then without system exclusive", async () => {
    expect(controllers.access.value).toBe("off");
    expect(request).not.toHaveBeenCalled();
    const opening = controllers.open();
    expect(controllers.access.value).toBe("asking");
    await controllers.open();
    await opening;
    expect(controllers.access.value).toBe("open");
    expect(request.mock.calls).toEqual([[{ sysex: false }]]);
  });

  test("are heard, also those that are plugged in later", async () => {
    const pads = new Input("Pads");
    access.inputs.set("1", pads);
    await controllers.open();
    pads.send(0x90, 36, 100);
    const knobs = new Input(null);
    await plug("2", knobs);
    knobs.send(0xb0, 7, 1);
    expect(controllers.devices.value.map(({ name }) => name)).toEqual(["Pads", ""]);
    expect(taken).toEqual([
      ["Pads", [0x90, 36, 100]],
      ["", [0xb0, 7, 1]],
    ]);
  });

  test("are gone when they are unplugged, and heard once when they are back", async () => {
    const pads = new Input("Pads");
    access.inputs.set("1", pads);
    await controllers.open();
    pads.state = "disconnected";
    access.dispatchEvent(new Event("statechange"));
    expect(controllers.devices.value).toEqual([]);
    pads.state = "connected";
    access.dispatchEvent(new Event("statechange"));
    expect(controllers.devices.value).toHaveLength(1);
    expect(pads.opened).toBe(2);
    pads.send(0x90, 36, 100);
    expect(taken).toHaveLength(1);
  });

  test("that the system does not give are told apart, and are heard when it does", async () => {
    const pads = Object.assign(new Input("Pads"), { isBusy: true });
    access.inputs.set("1", pads);
    await controllers.open();
    await vi.waitFor(() => expect(controllers.devices.value).toEqual([{ name: "Pads", isBusy: true }]));
    access.inputs.clear();
    access.dispatchEvent(new Event("statechange"));
    pads.isBusy = false;
    await plug("1", pads);
    expect(controllers.devices.value).toEqual([{ name: "Pads", isBusy: false }]);
  });

  test("keep their names where Windows numbers them", async () => {
    access.inputs.set("1", new Input("2- nanoKONTROL2"));
    await controllers.open();
    expect(controllers.devices.value).toEqual([{ name: "nanoKONTROL2", isBusy: false }]);
  });
});

describe("without access", () => {
  test("the reason is told before the host asks: no secure origin, or no Web MIDI", async () => {
    vi.stubGlobal("navigator", {});
    const unsupported = newControllers();
    expect(unsupported.access.value).toBe("unsupported");
    await unsupported.open();
    expect(unsupported.access.value).toBe("unsupported");
    vi.stubGlobal("isSecureContext", false);
    expect(newControllers().access.value).toBe("insecure");
  });

  test.each([
    ["NotAllowedError", "refused"],
    ["SecurityError", "refused"],
    ["InvalidStateError", "failed"],
    ["NotSupportedError", "failed"],
  ])("after a %s it is %s, and the host may try again", async (name, told) => {
    request.mockRejectedValueOnce(new DOMException("", name));
    await controllers.open();
    expect(controllers.access.value).toBe(told);
    await controllers.open();
    expect(controllers.access.value).toBe("open");
  });
});

describe("at a later visit", () => {
  test("controllers are opened without a press where the host has allowed it", async () => {
    await controllers.reopen();
    expect(controllers.access.value).toBe("open");
    expect(query.mock.calls).toEqual([[{ name: "midi" }]]);
  });

  test.each(["prompt", "denied"])("nobody is asked where the permission is “%s”", async (state) => {
    query.mockResolvedValue({ state });
    await controllers.reopen();
    expect(request).not.toHaveBeenCalled();
    expect(controllers.access.value).toBe("off");
  });

  test("nobody is asked where the browser does not tell", async () => {
    query.mockRejectedValue(new TypeError("midi"));
    await controllers.reopen();
    vi.stubGlobal("navigator", { requestMIDIAccess: request });
    await controllers.reopen();
    expect(request).not.toHaveBeenCalled();
    expect(controllers.access.value).toBe("off");
  });
});
