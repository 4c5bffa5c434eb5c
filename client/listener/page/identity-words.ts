import type { Screen } from "#protocol/wall.ts";
import { screenName } from "../../words/screen-name.ts";
import { byId } from "./element.ts";

/** How long a screen shows its number and name. */
const IDENTIFY_MS = 6_000;

let identifying: ReturnType<typeof setTimeout> | undefined;

/** Shows the number and the name of this screen for a while, also before its place comes into effect. */
export function showIdentity(screen: Pick<Screen, "number" | "name"> | undefined): void {
  clearTimeout(identifying);
  byId("number").textContent = String(screen?.number ?? "");
  byId("name").textContent = screen?.name ? screenName(screen) : "";
  byId("identity").hidden = false;
  identifying = setTimeout(() => {
    byId("identity").hidden = true;
  }, IDENTIFY_MS);
}
