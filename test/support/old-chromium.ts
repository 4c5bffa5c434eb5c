import type { Page } from "playwright-core";

/**
 * What Chromium has got since version 87, by the object that has it; "" is the global object. Versions are
 * those of MDN's browser-compat-data. Syntax and CSS cannot be taken away: old-browsers.test.ts checks them.
 */
const NEWER: Readonly<Record<string, readonly string[]>> = {
  "": [
    "AudioData",
    "AudioDecoder",
    "AudioEncoder",
    "CSSContainerRule",
    "CSSLayerBlockRule",
    "CloseWatcher",
    "EncodedAudioChunk",
    "Float16Array",
    "Highlight",
    "Iterator",
    "MediaStreamTrackGenerator",
    "MediaStreamTrackProcessor",
    "Navigation",
    "RTCRtpScriptTransform",
    "Sanitizer",
    "ToggleEvent",
    "URLPattern",
    "VideoDecoder",
    "VideoEncoder",
    "VideoFrame",
    "ViewTransition",
    "VirtualKeyboard",
    "WebTransport",
    "navigation",
    "queryLocalFonts",
    "reportError",
    "scheduler",
    "structuredClone",
  ],
  AbortSignal: ["abort", "any", "timeout"],
  "AbortSignal.prototype": ["reason", "throwIfAborted"],
  Array: ["fromAsync"],
  "Array.prototype": ["at", "findLast", "findLastIndex", "toReversed", "toSorted", "toSpliced", "with"],
  "AudioContext.prototype": ["outputLatency", "setSinkId", "sinkId", "playoutStats"],
  "Blob.prototype": ["bytes"],
  "CanvasRenderingContext2D.prototype": ["createConicGradient", "letterSpacing", "reset", "roundRect"],
  "Crypto.prototype": ["randomUUID"],
  "Document.prototype": ["startViewTransition"],
  "Element.prototype": ["ariaNotify", "checkVisibility", "getHTML", "moveBefore", "setHTMLUnsafe"],
  "HTMLElement.prototype": [
    "hidePopover",
    "inert",
    "popover",
    "showPopover",
    "togglePopover",
    "virtualKeyboardPolicy",
  ],
  "HTMLMediaElement.prototype": ["preservesPitch"],
  Map: ["groupBy"],
  "Navigator.prototype": ["userAgentData", "virtualKeyboard", "windowControlsOverlay"],
  Object: ["groupBy", "hasOwn"],
  Promise: ["try", "withResolvers"],
  "RTCRtpReceiver.prototype": ["jitterBufferTarget"],
  ReadableStream: ["from"],
  RegExp: ["escape"],
  Response: ["json"],
  "Set.prototype": ["difference", "intersection", "isDisjointFrom", "isSubsetOf", "isSupersetOf", "union"],
  "String.prototype": ["at", "isWellFormed", "toWellFormed"],
  URL: ["canParse", "parse"],
  Uint8Array: ["fromBase64", "fromHex"],
};

/** Takes away what is newer. Runs in pages and workers, so it uses nothing from outside. */
function takeAway(newer: Readonly<Record<string, readonly string[]>>): void {
  const find = (path: string): unknown =>
    path
      .split(".")
      .reduce<unknown>((owner, name) => (owner as Record<string, unknown> | undefined)?.[name], globalThis);
  for (const [path, names] of Object.entries(newer)) {
    const owner = path === "" ? globalThis : find(path);
    if (!owner) continue;
    for (const name of names) Reflect.deleteProperty(owner as object, name);
  }
  const typed = Object.getPrototypeOf(Uint8Array.prototype);
  for (const name of ["at", "findLast", "findLastIndex", "toReversed", "toSorted", "with"]) {
    Reflect.deleteProperty(typed, name);
  }
}

/** Makes a page and its workers believe from its next load on that they run in Chromium 87. */
export async function becomeChromium87(page: Page): Promise<void> {
  await page.addInitScript(takeAway, NEWER);
  const script = `(${takeAway})(${JSON.stringify(NEWER)});\n`;
  // Playwright runs no script of ours in workers before their own.
  await page.route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}
