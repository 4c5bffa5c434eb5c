import { byId } from "./page.ts";

/** How long a screen says who it is, ms. */
const NAMING_MS = 6_000;

let naming: ReturnType<typeof setTimeout> | undefined;

/** Shows for a while which screen this is. */
export function sayName({ number, name }: { number: string; name: string }): void {
  clearTimeout(naming);
  byId("number").textContent = number;
  byId("name").textContent = name;
  byId("identity").hidden = false;
  naming = setTimeout(() => {
    byId("identity").hidden = true;
  }, NAMING_MS);
}
