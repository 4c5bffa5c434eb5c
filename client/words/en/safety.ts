import type { Safety } from "#protocol/wall.ts";
import { words } from "../words.ts";

/** The choice of how flashes are limited, and the warning before the limit is turned off. */
export const flashSafety = words("console/safety", {
  title: "Flash safety",
  turnOffQuestion: "Turn flash safety off?",
  warning:
    "Light that flashes more than three times a second can cause seizures in people with photosensitive " +
    "epilepsy, also in people who do not know that they have it. Warn everyone in the room first.",
  keep: "Keep it on",
  turnOff: "Turn it off",
});

/** What flashes are limited on. */
export const safetyChoices = words("console/safety-choices", {
  wall: "Whole wall",
  screen: "Each screen",
  off: "Off",
} satisfies Record<Safety, string>);

/** What each of these choices means. */
export const safetyMeanings = words("console/safety-meanings", {
  wall: "No more than three flashes a second, all screens together.",
  screen: "No more than three flashes a second on each screen. All screens together may flash more often.",
  off: "Flashes are not limited. Each screen says so, and the person there can keep the limit.",
} satisfies Record<Safety, string>);
