import { FIRST_SHOW, NO_HAND } from "#protocol/wall.ts";
import { ENERGY_MAX, ENERGY_MIN } from "#protocol/wall-choices.ts";
import { type Parts, PRESSES, recallScene, setHand } from "../actions.ts";

/** What a knob sets to where it stands. */
interface Dial {
  readonly min: number;
  readonly max: number;
  /** What a pad sets: the value of a new wall. */
  readonly usual: number;
  set(parts: Parts, value: number): void;
}

const DIALS = {
  brightness: {
    min: 0,
    max: 1,
    usual: NO_HAND.brightness,
    set: ({ broadcast }, brightness) => setHand(broadcast, () => ({ brightness })),
  },
  energy: {
    min: ENERGY_MIN,
    max: ENERGY_MAX,
    usual: FIRST_SHOW.energy,
    set: ({ broadcast }, energy) => broadcast.wall.setShow({ energy }),
  },
} satisfies Record<string, Dial>;

/** Scenes that controls recall, by their positions in the list: the first ones. */
export const SCENES_MAX = 16;

type DialName = keyof typeof DIALS;
type PressName = keyof typeof PRESSES;
/** What each control can do that is not about a scene of the list. */
export type PlainAction = DialName | PressName;
/** What a control can do. `scene3` recalls the third scene of the list. */
export type ActionName = PlainAction | `scene${number}`;

/** In the order in which they are listed. */
export const PLAIN_ACTIONS: readonly PlainAction[] = [
  "blackout",
  "freeze",
  "brightness",
  "energy",
  "nextScene",
  "play",
  "previousSong",
  "nextSong",
  "identify",
  "undo",
  "redo",
];

/** The actions for scenes, in the order of the list. */
export const SCENE_ACTIONS: readonly ActionName[] = Array.from(
  { length: SCENES_MAX },
  (_, position) => `scene${position + 1}` as const,
);

const ALL: ReadonlySet<unknown> = new Set<ActionName>([...PLAIN_ACTIONS, ...SCENE_ACTIONS]);

/** Whether this is the name of an action. */
export function isAction(name: unknown): name is ActionName {
  return ALL.has(name);
}

/** Does what a pad is bound to. */
export function press(action: ActionName, parts: Parts): void {
  if (action in PRESSES) PRESSES[action as PressName](parts);
  else if (isDial(action)) DIALS[action].set(parts, DIALS[action].usual);
  else recallScene(parts, SCENE_ACTIONS.indexOf(action));
}

/** Whether a knob that is bound to this sets it to where it stands. */
export function isDial(action: ActionName): action is DialName {
  return action in DIALS;
}

/** Sets something to where a knob stands. @param share 0..1 */
export function turn(action: DialName, share: number, parts: Parts): void {
  const { min, max, set } = DIALS[action];
  // A knob has 128 steps, which are hardly finer than these.
  set(parts, Math.round((min + share * (max - min)) * 100) / 100);
}
