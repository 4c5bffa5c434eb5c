/** The address of a wall's screens. */
export function wallLink(origin: string, code: string): string {
  return `${origin}/w/${code}`;
}

/** The address of one screen that starts and waits by itself. */
export function kioskLink(origin: string, code: string, screen: string): string {
  return `${wallLink(origin, code)}?kiosk&screen=${screen}`;
}

/** Whether a host name means "this machine" and is of no use to a phone. */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}

/**
 * The origin at which others reach this server: the page's own, unless that is localhost; then the
 * first of the addresses that the server has on its network. Undefined where it has none.
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
 * Copies text. On plain http there is no clipboard API, so the old way is kept. False where neither works.
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
