/**
 * Whether the server takes this page for one of another site, which a WebSocket that it has refused does not
 * say. For pages one level below the site.
 * @throws TypeError or AbortError if no answer comes
 */
export async function isPageRefused(signal: AbortSignal): Promise<boolean> {
  // Browsers send the page's origin with POST, as with a WebSocket.
  const { status } = await fetch("../ws", { method: "POST", signal });
  return status === 403;
}
