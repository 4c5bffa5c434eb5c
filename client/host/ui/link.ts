/** The link by which screens join a wall. */
export function wallLink(origin: string, code: string): string {
  return `${origin}/w/${code}`;
}

/** The link of one kiosk: a screen that starts, waits and reconnects without a person. */
export function kioskLink(origin: string, code: string, screen: string): string {
  return `${wallLink(origin, code)}?kiosk&screen=${screen}`;
}

/** Whether a host name means "this computer", so that other devices cannot use it. */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}

/**
 * The origin by which other devices reach this server: the page's own. If that is localhost, it is the first
 * address that the server has on its network.
 * @returns undefined if there is none
 */
export async function sharedOrigin({ hostname, origin }: Location = location): Promise<string | undefined> {
  if (!isLoopbackName(hostname)) return origin;
  try {
    const response = await fetch("/lan.json");
    const { origins } = (await response.json()) as { origins: string[] };
    return origins[0];
  } catch {
    return undefined;
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
