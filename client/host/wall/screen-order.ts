import type { ScreenSeen } from "#protocol/wall.ts";
import type { ScreenHealth, Trouble } from "./screen-health.ts";

/** The order of troubles: what leaves a wall dark or slow first, what few people notice last. */
const TROUBLES: readonly Trouble[] = [
  "noMusic",
  "holdsBack",
  "late",
  "lost",
  "clockOff",
  "noLight",
  "overSocket",
  "paintsSlowly",
];

const LIGHTS: readonly ScreenHealth["light"][] = ["red", "amber", "green"];

/** The screens, those that need help most first, then by their numbers. */
export function worstFirst<Seen extends Pick<ScreenSeen, "id" | "number">>(
  screens: Iterable<Seen>,
  health: ReadonlyMap<string, ScreenHealth>,
): Seen[] {
  const seen = [...screens].map((screen) => ({ screen, health: health.get(screen.id) }));
  return seen
    .sort((one, other) => compare(one.health, other.health) || one.screen.number - other.screen.number)
    .map(({ screen }) => screen);
}

/**
 * The same screens in the order in which they were shown, without those that are gone; new ones come last.
 * @param shown the ids in that order
 */
export function asShown<Seen extends Pick<ScreenSeen, "id">>(
  screens: readonly Seen[],
  shown: readonly string[],
): Seen[] {
  const places = new Map(shown.map((id, place) => [id, place]));
  const placeOf = ({ id }: Seen) => places.get(id) ?? shown.length;
  return [...screens].sort((one, other) => placeOf(one) - placeOf(other));
}

/** Screens of which nothing is known, such as those that are switched off, come after those that do well. */
function compare(one: ScreenHealth | undefined, other: ScreenHealth | undefined): number {
  if (!one || !other) return Number(!one) - Number(!other);
  return (
    LIGHTS.indexOf(one.light) - LIGHTS.indexOf(other.light) ||
    troublePlace(one) - troublePlace(other) ||
    other.extent - one.extent
  );
}

function troublePlace({ trouble }: ScreenHealth): number {
  return trouble ? TROUBLES.indexOf(trouble) : TROUBLES.length;
}
