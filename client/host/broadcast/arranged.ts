import type { Arranged, ScreenSeen } from "#protocol/wall.ts";

/** Most screens that one message arranges. */
const ARRANGED_MAX = 200;

/** The part of a screen that the host can set. */
export function arranged({ number, present, onWall, chosen, dealt, ...rest }: ScreenSeen): Arranged {
  return rest;
}

/** Screens in groups that one message each can arrange. */
export function batched(screens: readonly ScreenSeen[]): ScreenSeen[][] {
  const groups: ScreenSeen[][] = [];
  for (let n = 0; n < screens.length; n += ARRANGED_MAX) groups.push(screens.slice(n, n + ARRANGED_MAX));
  return groups;
}
