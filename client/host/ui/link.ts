import { isLoopbackName } from "#protocol/loopback-name.ts";
import { siteOf } from "../../shared/site.ts";

/**
 * The link by which screens join a wall.
 * @param site an address of this server, without a slash at its end
 */
export function wallLink(site: string, code: string): string {
  return `${site}/w/${code}`;
}

/** The link of one kiosk: a screen that starts, waits and reconnects without a person. */
export function kioskLink(site: string, code: string, screen: string): string {
  return `${wallLink(site, code)}?kiosk&screen=${screen}`;
}

/** The address of this page's own site, without a slash at its end. */
export function ownSite(page: Location = location): string {
  return siteOf(page).slice(0, -1);
}

/**
 * The addresses by which other devices may reach this server, the likeliest first: the one that its operator
 * has set, this page's own, and those that the server has on its networks. None of them is localhost.
 */
export async function sharedSites(page: Location = location): Promise<string[]> {
  const own = isLoopbackName(page.hostname) ? [] : [ownSite(page)];
  try {
    const response = await fetch("../lan.json");
    if (!response.ok) return own;
    const { publicUrl, origins } = (await response.json()) as { publicUrl: string | null; origins: string[] };
    // A server whose certificate few devices trust names its addresses with plain HTTP, also this page's.
    const plain = own.map((site) => site.replace(/^https:/, "http:"));
    const first = plain.every((site) => origins.includes(site)) ? plain : own;
    return [...new Set([...(publicUrl === null ? [] : [publicUrl]), ...first, ...origins])];
  } catch {
    return own;
  }
}

/**
 * Copies text. Pages on plain HTTP have no Clipboard API; there it selects the text and uses `execCommand`.
 * @returns false if neither works
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.position = "fixed";
  field.style.opacity = "0";
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
