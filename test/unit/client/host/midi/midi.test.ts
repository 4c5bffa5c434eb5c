import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Parts } from "../../../../../client/host/actions.ts";
import { HostWall } from "../../../../../client/host/broadcast/host-wall.ts";
import type { ConnectionPhase } from "../../../../../client/host/broadcast/phase.ts";
import { MIDI_KEY, Midi } from "../../../../../client/host/midi/midi.ts";
import type { ActionName } from "../../../../../client/host/midi/midi-actions.ts";
import { FIRST_SHOW } from "../../../../../server/protocol/wall.ts";
import { ENERGY_MAX, ENERGY_MIN } from "../../../../../server/protocol/wall-choices.ts";
import { memoryStorage } from "../../../../support/storage.ts";

const song = { toggle: vi.fn(), previous: vi.fn(), next: vi.fn() };
const book = { all: signal(["first", "second"]), recall: vi.fn(), next: vi.fn() };
const phase = signal<ConnectionPhase>("ready");
let wall: HostWall;
let midi: Midi;

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  vi.stubGlobal("localStorage", memoryStorage());
  phase.value = "ready";
  wall = new HostWall(() => true);
  wall.begin(FIRST_SHOW, []);
  midi = newMidi();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const newMidi = () => new Midi({ song, broadcast: { phase, wall }, book } as unknown as Parts);
const send = (...bytes: number[]) => midi.receive("Pads", Uint8Array.from(bytes));
const hit = (note: number) => send(0x90, note, 100);
const turn = (knob: number, value: number) => send(0xb0, knob, value);

function learn(action: ActionName, ...bytes: number[]): void {
  midi.learn(action);
  send(...bytes);
  expect(midi.learned.value?.action).toBe(action);
}

describe("a control learns", () => {
  test("an action, and does it from its next use on", () => {
    learn("blackout", 0x90, 36, 100);
    expect(wall.show.value.hand.blackout).toBe(false);
    send(0x80, 36, 0);
    hit(36);
    expect(wall.show.value.hand.blackout).toBe(true);
    hit(36);
    expect(wall.show.value.hand.blackout).toBe(false);
  });

  test("nothing from a pad that is let go, or from the clock", () => {
    midi.learn("blackout");
    send(0xf8);
    send(0x80, 36, 0);
    expect(midi.learning.value).toBe("blackout");
    expect(midi.bindings.value).toEqual([]);
  });

  test("nothing after the host has stopped it, or where another page hosts the wall", () => {
    midi.learn("blackout");
    midi.stopLearning();
    hit(36);
    midi.learn("blackout");
    phase.value = "elsewhere";
    hit(36);
    expect(midi.bindings.value).toEqual([]);
  });

  test("another action in place of the first one", () => {
    learn("blackout", 0x90, 36, 100);
    learn("freeze", 0x90, 36, 100);
    hit(36);
    expect(wall.show.value.hand).toMatchObject({ blackout: false, freeze: true });
  });

  test("for later visits too, until it is forgotten", () => {
    learn("freeze", 0x90, 36, 100);
    midi = newMidi();
    hit(36);
    expect(wall.show.value.hand.freeze).toBe(true);
    midi.forget("freeze");
    expect(JSON.parse(localStorage.getItem(MIDI_KEY)!)).toEqual([]);
    hit(36);
    expect(wall.show.value.hand.freeze).toBe(true);
  });
});

describe("a knob", () => {
  test("sets the brightness to where it stands, in one step that can be undone", () => {
    learn("brightness", 0xb0, 7, 10);
    for (const value of [0, 32, 127, 64]) turn(7, value);
    expect(wall.show.value.hand.brightness).toBeCloseTo(0.5, 2);
    wall.history.undo();
    expect(wall.show.value.hand.brightness).toBe(1);
    expect(wall.history.last.value).toBeUndefined();
  });

  test("sets the energy over its whole range", () => {
    learn("energy", 0xb0, 8, 10);
    const energies = [0, 127].map((value) => {
      turn(8, value);
      return wall.show.value.energy;
    });
    expect(energies).toEqual([ENERGY_MIN, ENERGY_MAX]);
  });

  test("presses a switch where it comes to its upper half, from where it was learned", () => {
    learn("blackout", 0xb0, 7, 90);
    turn(7, 91);
    expect(wall.show.value.hand.blackout).toBe(false);
    turn(7, 63);
    turn(7, 64);
    turn(7, 65);
    expect(wall.show.value.hand.blackout).toBe(true);
  });
});

test("a pad sets full brightness, and the energy of a new wall", () => {
  learn("brightness", 0x90, 36, 1);
  learn("energy", 0x90, 37, 1);
  wall.setShow({ hand: { ...FIRST_SHOW.hand, brightness: 0.2 }, energy: 2 });
  hit(36);
  hit(37);
  expect(wall.show.value).toMatchObject({ hand: { brightness: 1 }, energy: 1 });
});

test("pads play and skip songs and recall scenes, those that there are", () => {
  const actions = ["play", "previousSong", "nextSong", "nextScene", "scene2", "scene3"] as const;
  for (const [n, action] of actions.entries()) learn(action, 0x90, n, 100);
  for (const n of actions.keys()) hit(n);
  for (const called of [song.toggle, song.previous, song.next, book.next])
    expect(called).toHaveBeenCalledTimes(1);
  expect(book.recall.mock.calls).toEqual([["second"]]);
});

test("pads undo and redo, unless the server is away", () => {
  learn("undo", 0x90, 1, 100);
  learn("redo", 0x90, 2, 100);
  wall.setShow({ energy: 2 });
  phase.value = "reconnecting";
  hit(1);
  expect(wall.show.value.energy).toBe(2);
  phase.value = "ready";
  hit(1);
  expect(wall.show.value.energy).toBe(1);
  hit(2);
  expect(wall.show.value.energy).toBe(2);
});

test("a pad does nothing where another page hosts the wall", () => {
  learn("blackout", 0x90, 36, 100);
  phase.value = "replaced";
  hit(36);
  expect(wall.show.value.hand.blackout).toBe(false);
});
