import { params, words } from "./words.ts";

export const screens = words("shared/screens", {
  numbered: params("Screen {number}"),
});

/** What a screen is called: by its name, or by its number while nobody has named it. */
export function screenName({ name, number }: { readonly name: string; readonly number: number }): string {
  // The server gives a screen without a name this one.
  return name === "" || name === `Screen ${number}` ? screens().numbered({ number }) : name;
}
