import { midiAccess, midiLearning } from "../../words/en/midi.ts";
import { PressButton } from "../ui/press-button.tsx";
import type { SceneBook } from "../wall/scenes/scene-book.ts";
import { actionName, ControlList, controlText } from "./control-list.tsx";
import type { Access, Device } from "./controllers.ts";
import type { Midi } from "./midi.ts";
import "./midi.css";

interface MidiPanelProps {
  midi: Midi;
  book: SceneBook;
}

/** A button that opens what MIDI controllers do: connects them, and learns what each control does. */
export function MidiPanel({ midi, book }: MidiPanelProps) {
  const t = midiAccess();
  const access = midi.controllers.access.value;
  const devices = midi.controllers.devices.value;
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !midi.learning.peek()) return;
    // It ends the learning, and leaves the panel open and the screen selected.
    event.preventDefault();
    event.stopPropagation();
    midi.stopLearning();
  };
  return (
    <>
      <button type="button" popovertarget="midi" class="small" data-testid="midi">
        {t.title}
      </button>
      <div
        id="midi"
        popover="auto"
        role="dialog"
        aria-labelledby="midi-title"
        onKeyDown={press}
        onToggle={({ newState }) => {
          if (newState === "closed") midi.stopLearning();
        }}
      >
        <h2 id="midi-title">{t.title}</h2>
        <p class="quiet">{t.meaning}</p>
        <p role="status" data-testid="midi-access">
          {accessText(access, devices)}
        </p>
        {["off", "asking", "refused", "failed"].includes(access) && (
          <PressButton
            class="primary"
            isIdle={access === "asking"}
            onPress={() => void midi.controllers.open()}
            data-testid="midi-connect"
          >
            {t.connect}
          </PressButton>
        )}
        {access === "open" && <ControlList midi={midi} book={book} />}
        <p class="unseen" role="status" data-testid="midi-learning">
          {learningText(midi, book)}
        </p>
      </div>
    </>
  );
}

/** Which controllers are connected; if none are, why, and what to do. */
function accessText(access: Access, devices: readonly Device[]): string {
  const t = midiAccess();
  if (access !== "open") return t[access];
  if (devices.length === 0) return t.none;
  const named = devices.map(({ name, isBusy }) => ({ name: name || t.unnamed, isBusy }));
  const heard = named.filter(({ isBusy }) => !isBusy).map(({ name }) => name);
  const busy = named.filter(({ isBusy }) => isBusy).map(({ name }) => t.busy({ device: name }));
  return [...(heard.length > 0 ? [t.connected({ devices: heard.join(", ") })] : []), ...busy].join(" ");
}

/** What is learned now or was learned last, for screen readers: the list shows it. */
function learningText(midi: Midi, book: SceneBook): string {
  const t = midiLearning();
  const [learning, learned, scenes] = [midi.learning.value, midi.learned.value, book.all.value];
  if (learning) return t.moveFor({ action: actionName(learning, scenes) });
  if (!learned) return "";
  return t.learned({ action: actionName(learned.action, scenes), control: controlText(learned) });
}
