/** Whether the browser can show the page in full screen. iPhones cannot. */
export function canFillScreen(): boolean {
  return document.fullscreenEnabled === true;
}

/** Shows the page in full screen, if the browser can and allows it. Call it in a handler of a press. */
export function fillScreen(): void {
  if (canFillScreen() && !document.fullscreenElement) {
    document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(() => {});
  }
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  else fillScreen();
}
