import { useLayoutEffect, useRef } from "preact/hooks";
import { midiAccess, midiActions, midiLearning, midiScenes } from "../../words/en/midi.ts";
import type { SceneBook } from "../wall/scenes/scene-book.ts";
import { type Scene, shownName } from "../wall/scenes/scenes.ts";
import type { Control } from "./bindings.ts";
import type { Midi } from "./midi.ts";
import { type ActionName, PLAIN_ACTIONS, type PlainAction, SCENE_ACTIONS } from "./midi-actions.ts";

interface ControlListProps {
  midi: Midi;
  book: SceneBook;
}

/** What controls can do, and which of them does it. */
export function ControlList({ midi, book }: ControlListProps) {
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    // The button that has connected the controller is gone, and the focus with it.
    const isFocusLost = list.current?.closest(":popover-open") && document.activeElement === document.body;
    if (isFocusLost) list.current?.querySelector("button")?.focus();
  }, []);
  const scenes = book.all.value;
  const bindings = midi.bindings.value;
  // One may be bound to a scene that was removed since.
  const ofScenes = SCENE_ACTIONS.filter(
    (one, position) => position < scenes.length || bindings.some(({ action }) => action === one),
  );
  return (
    <ul ref={list} aria-label={midiLearning().actions}>
      {[...PLAIN_ACTIONS, ...ofScenes].map((action) => (
        <Row
          key={action}
          midi={midi}
          action={action}
          name={actionName(action, scenes)}
          controls={bindings.filter((binding) => binding.action === action)}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  midi: Midi;
  action: ActionName;
  name: string;
  controls: readonly Control[];
}

function Row({ midi, action, name, controls }: RowProps) {
  const t = midiLearning();
  const learn = useRef<HTMLButtonElement>(null);
  const isLearning = midi.learning.value === action;
  const forget = () => {
    midi.forget(action);
    // The pressed button goes, and the focus with it.
    learn.current?.focus();
  };
  return (
    <li data-testid={`midi-${action}`}>
      <span class="what">
        <span>{name}</span>
        {isLearning && <span class="small move">{t.move}</span>}
        {!isLearning &&
          controls.map((control) => (
            <span key={JSON.stringify(control)} class="small quiet">
              {controlText(control)}
            </span>
          ))}
      </span>
      {controls.length > 0 && (
        <button type="button" class="small" aria-label={t.forgetAction({ action: name })} onClick={forget}>
          {t.forget}
        </button>
      )}
      <button
        ref={learn}
        type="button"
        class="small"
        aria-pressed={isLearning}
        aria-label={t.learnAction({ action: name })}
        onClick={() => (isLearning ? midi.stopLearning() : midi.learn(action))}
      >
        {t.learn}
      </button>
    </li>
  );
}

/** What an action is called: a scene by its position and, if there is one, its name. */
export function actionName(action: ActionName, scenes: readonly Scene[]): string {
  const position = SCENE_ACTIONS.indexOf(action);
  if (position < 0) return midiActions()[action as PlainAction];
  const [scene, number] = [scenes[position], position + 1];
  return scene
    ? midiScenes().sceneNamed({ number, scene: shownName(scene) })
    : midiScenes().scene({ number });
}

/** What a control is called. */
export function controlText({ kind, device, number, channel }: Control): string {
  return midiLearning()[kind]({ device: device || midiAccess().unnamed, number, channel });
}
