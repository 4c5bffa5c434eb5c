import type { ConfigKey } from "./keys.ts";

/** Keys of earlier versions: the old name, and the key that replaces it. */
export const RENAMED_KEYS: Readonly<Record<string, ConfigKey>> = {
  ROOMS_MAX: "WALLS_MAX",
  ROOMS_PER_HOUR: "WALLS_PER_HOUR",
  ROOM_IDLE_MINUTES: "WALL_IDLE_MINUTES",
  ROOM_HOSTLESS_HOURS: "WALL_HOSTLESS_HOURS",
};

/** Keys whose values are never shown. Flags cannot set them: every user of a machine can see flags. */
export const SECRET_KEYS: ReadonlySet<ConfigKey> = new Set([
  "ADMIN_TOKEN",
  "METRICS_TOKEN",
  "RELAY_URL",
  "SECRET",
  "TURN_SECRET",
]);
