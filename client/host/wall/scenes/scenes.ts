import { MADE_SCENES as MADE, type SceneShow } from "#protocol/scenes.ts";
import { FIRST_SHOW, MODES, OWN_PALETTE } from "#protocol/wall.ts";
import {
  ENERGY_MAX,
  ENERGY_MIN,
  FORMER_RULES,
  PALETTE_NAMES,
  PATTERNS,
  RULES,
} from "#protocol/wall-choices.ts";
import { sceneNames } from "../../../words/en/scenes.ts";

type SceneKey = keyof typeof MADE;

/** All that a wall does, under a name. */
export interface Scene {
  /** In English if every console has it: songs keep it in any language. */
  readonly name: string;
  readonly show: SceneShow;
  /** The host has saved it. */
  readonly isOwn: boolean;
  /** What it is called, if every console has it. */
  readonly key?: SceneKey;
}

/** Longest name of a scene, in UTF-16 units. */
export const SCENE_NAME_MAX = 24;
/** Most scenes that a host can save. */
const OWN_MAX = 40;

/** The scenes that every console has. */
export const MADE_SCENES: readonly Scene[] = Object.entries(MADE).map(([key, scene]) => ({
  ...scene,
  isOwn: false,
  key: key as SceneKey,
}));

/** What a scene is called in the language of the page. */
export function shownName({ name, key }: Scene): string {
  return key ? sceneNames()[key] : name;
}

/** Whether the wall does what a scene says. */
export function isShown({ show }: Scene, now: SceneShow): boolean {
  return (
    show.mode === now.mode &&
    show.pattern === now.pattern &&
    show.rule === now.rule &&
    show.palette === now.palette &&
    show.energy === now.energy
  );
}

/** What a scene keeps of the show. */
export function sceneShowOf({ mode, pattern, rule, palette, energy }: SceneShow): SceneShow {
  return { mode, pattern, rule, palette, energy };
}

/** The host's own scenes with this one: under a name that one of them has, it takes its place. */
export function withScene(own: readonly Scene[], name: string, show: SceneShow): Scene[] {
  const others = own.filter((scene) => scene.name !== name);
  return [...others, { name, show: sceneShowOf(show), isOwn: true }].slice(-OWN_MAX);
}

/** The scenes in what the browser has kept, without any that this version does not know. */
export function readScenes(stored: unknown): Scene[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry: Partial<Scene> | null) => {
    const { name, show: saved } = entry ?? {};
    // Of an earlier version.
    const show = saved && { ...saved, rule: FORMER_RULES[saved.rule] ?? saved.rule };
    const isValid =
      typeof name === "string" &&
      name !== "" &&
      name.length <= SCENE_NAME_MAX &&
      (show?.mode === null || includes(MODES, show?.mode)) &&
      includes(PATTERNS, show?.pattern) &&
      includes(RULES, show?.rule) &&
      (show?.palette === null || includes([...PALETTE_NAMES, OWN_PALETTE], show?.palette));
    // Scenes that were saved before have no energy.
    const kept = typeof show?.energy === "number" ? show.energy : FIRST_SHOW.energy;
    const energy = Math.min(Math.max(kept, ENERGY_MIN), ENERGY_MAX);
    return isValid ? [{ name, show: { ...sceneShowOf(show as SceneShow), energy }, isOwn: true }] : [];
  });
}

function includes(values: readonly string[], value: unknown): boolean {
  return values.includes(value as string);
}
