import type { LookMode, ScreenSeen, Show } from "#protocol/wall.ts";
import { namedPalette, PALETTES, type Palette, paletteOf } from "../../light/colour.ts";
import { encoded } from "../../light/photometry.ts";
import type { LookFrame, Place } from "../../wall/shown-look.ts";
import type { WallScreen } from "../broadcast/host-wall.ts";
import type { LitBroadcast, WallLight } from "./wall-light.ts";

/**
 * The look that spans the wall, as the console shows it: the same in its tiles and in its preview. Screens
 * that choose their mode themselves do not say which, so they count as solid.
 */
export class WallPicture {
  readonly #light: WallLight;
  readonly #broadcast: LitBroadcast;
  #show: Show | undefined;
  #screens: ReadonlyMap<string, WallScreen> | undefined;
  #place!: Place;
  #palette!: Palette;

  constructor(light: WallLight, broadcast: LitBroadcast) {
    this.#light = light;
    this.#broadcast = broadcast;
  }

  /** The look; undefined while screens are solid. */
  get mode(): LookMode | undefined {
    const { mode } = this.#broadcast.wall.show.peek();
    return mode === null || mode === "solid" ? undefined : mode;
  }

  /** Where the picture is: all over the wall. */
  get place(): Place {
    this.#see();
    return this.#place;
  }

  /** What the look is drawn from in this frame. */
  frame(): LookFrame {
    this.#see();
    const { now, wall, beats, spans, isLit } = this.#light;
    const show = this.#broadcast.wall.show.peek();
    // The only screen of a wall has no other to keep in phase with.
    const safety = show.safety === "wall" && this.#place.alone ? "screen" : show.safety;
    return {
      now,
      wall,
      media: now,
      beats,
      spans,
      task: { ...show, safety, wallPalette: this.#palette },
      brightness: isLit && !show.hand.blackout ? show.hand.brightness : 0,
      phase: safety === "wall" ? this.#broadcast.wall.phases.at(wall) : undefined,
    };
  }

  #see(): void {
    const { wall } = this.#broadcast;
    const [show, screens] = [wall.show.peek(), wall.placed.peek()];
    if (show === this.#show && screens === this.#screens) return;
    [this.#show, this.#screens] = [show, screens];
    const extent = wall.extent.peek();
    // The console does not know the shape of the only screen of a wall, by which its look is stretched.
    this.#place = { screen: extent, extent, show, alone: screens.size === 1 };
    this.#palette = paletteOf(show) ?? mostChosen(screens);
  }
}

/** The palette that most screens have chosen: a picture that spans them has only one. */
function mostChosen(screens: ReadonlyMap<string, WallScreen>): Palette {
  const votes = new Map<Palette, number>();
  let [most, palette]: [number, Palette] = [0, PALETTES["by-band"]];
  for (const { present, chosen } of screens.values()) {
    if (!present) continue;
    const own = namedPalette(chosen.palette) ?? PALETTES["by-band"];
    const count = (votes.get(own) ?? 0) + 1;
    votes.set(own, count);
    if (count > most) [most, palette] = [count, own];
  }
  return palette;
}

/** The share of the picture's light that one screen shows: what the host has set for it alone; 0..1. */
export function shareOf({ locked, hand }: Pick<ScreenSeen, "locked" | "hand">): number {
  return locked || hand.blackout ? 0 : hand.brightness;
}

/** A background in CSS that leaves this share of the light of what is behind it, 0..1. */
export function shadeOf(share: number): string {
  return share === 1 ? "transparent" : `rgb(0 0 0 / ${(1 - encoded(share)).toFixed(3)})`;
}
