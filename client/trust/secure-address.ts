/**
 * The address over HTTPS of a page or a path of the same server and port. A path that leads elsewhere, as a
 * link of another site might, leads to the start page.
 * @param here the address of this page
 * @param path relative to it
 */
export function secureAddress(here: string, path: string): string {
  const base = new URL(here);
  const port = base.port || (base.protocol === "http:" ? "80" : "443");
  base.protocol = "https:";
  base.port = port;
  const start = new URL("/", base).href;
  if (!URL.canParse(path, base.href)) return start;
  const found = new URL(path, base);
  return found.origin === base.origin ? found.href : start;
}
