/**
 * The address below which all of Lightwall is, with a slash at its end. A proxy may serve it below a path of
 * its site. Pages of walls are one folder further down, in `w` and `host`.
 */
export function siteOf({ origin, pathname }: Pick<Location, "origin" | "pathname">): string {
  return origin + pathname.replace(/(w|host)\/[^/]*$/, "");
}
