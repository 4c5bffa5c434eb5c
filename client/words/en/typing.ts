import { count, words } from "../words.ts";

/** How much more may be typed into a field. */
export const typing = words("console/typing", {
  left: count({
    one: "{count} character left",
    other: "{count} characters left",
  }),
  tooMany: count({
    one: "{count} character too many: the end is cut off",
    other: "{count} characters too many: the end is cut off",
  }),
});
