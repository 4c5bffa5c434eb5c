import { screenName } from "../../words/screen-name.ts";
import { byId } from "./element.ts";

/** How long a screen shows its number and name. */
const IDENTIFY_MS = 6_000;

let identifying: ReturnType<typeof setTimeout> | undefined;

/** Shows the number and the name of this screen for a while. */
export function showIdentity({ number, name }: { number: string; name: string }): void {
  clearTimeout(identifying);
  byId("number").textContent = number;
  byId("name").textContent = name && screenName({ name, number: Number(number) });
  byId("identity").hidden = false;
  identifying = setTimeout(() => {
    byId("identity").hidden = true;
  }, IDENTIFY_MS);
}
