import type { MadeSong } from "./song.ts";
import { ambient } from "./styles/ambient.ts";
import { ballad } from "./styles/ballad.ts";
import { chiptune } from "./styles/chiptune.ts";
import { fourOnTheFloor } from "./styles/four-on-the-floor.ts";
import { hipHop } from "./styles/hip-hop.ts";
import { orchestral } from "./styles/orchestral.ts";
import { rock } from "./styles/rock.ts";
import { speech } from "./styles/speech.ts";

const MAKERS = {
  "four-on-the-floor": fourOnTheFloor,
  rock,
  ballad,
  ambient,
  speech,
  chiptune,
  orchestral,
  "hip-hop": hipHop,
} as const satisfies Record<string, () => MadeSong>;

export type SongName = keyof typeof MAKERS;

/** All songs that can be made: one in each of eight styles. */
export const SONG_NAMES = Object.keys(MAKERS) as SongName[];

/** Makes a song, which takes about a second. It is the same in every run. */
export function makeSong(name: SongName): MadeSong {
  return MAKERS[name]();
}
