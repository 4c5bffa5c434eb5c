/** The devices for which the page says what to do; the ids of its parts. */
export type Device = "apple" | "android" | "windows" | "mac" | "linux" | "firefox";

/** The kind of a device, by what its browser says. An iPad says that it is a Mac; no Mac is touched. */
export function deviceOf({
  userAgent,
  maxTouchPoints,
}: Pick<Navigator, "userAgent" | "maxTouchPoints">): Device {
  if (/Android/.test(userAgent)) return "android";
  const isMac = /Macintosh/.test(userAgent);
  if (/iPhone|iPad|iPod/.test(userAgent) || (isMac && maxTouchPoints > 1)) return "apple";
  if (/Firefox/.test(userAgent)) return "firefox";
  if (/Windows/.test(userAgent)) return "windows";
  return isMac ? "mac" : "linux";
}
