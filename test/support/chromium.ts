import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { findProgram } from "./find-program.ts";

const CANDIDATES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/snap/bin/chromium",
];

const ADVICE = `
  Debian, Ubuntu:  sudo apt-get install chromium
  Fedora:          sudo dnf install chromium
  macOS:           brew install --cask chromium
Or name the one you have: CHROMIUM=/path/to/chromium npm test`;

/**
 * Features of Chromium that tests switch off. Chromium takes only the last such list, so it repeats those of
 * Playwright's list that matter here: what changes addresses or paints late, and what asks the internet.
 */
const FEATURES_OFF = [
  // A renderer for the address bar of each window, which no test sees. It costs as much as a screen's page.
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

const FLAGS = [
  `--disable-features=${FEATURES_OFF.join()}`,
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages in the background run at their full rate, as on devices of their own.
  "--disable-renderer-backgrounding",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
];

/**
 * The path of this machine's Chromium.
 * @throws Error with advice if there is none
 */
export function findChromium(): string {
  const asked = process.env.CHROMIUM;
  const found = findProgram(asked ? [asked] : CANDIDATES);
  if (found) return found;
  const problem = asked
    ? `CHROMIUM is ${asked}, which is not a program. The browser tests need one:`
    : "The browser tests need Chromium, and this machine has none in the usual places:";
  throw new Error(problem + ADVICE);
}

/**
 * What pages hear and see if they ask: a microphone that beeps each second and two cameras, or a tab whose
 * title is “Shared”.
 */
export type Captures = "microphone" | "tab" | "";

/**
 * Starts Chromium without a window.
 * @param forbidsUdp whether WebRTC may not use UDP, as by the policy `WebRtcIPHandling` of a company
 * @param kiosk whether pages may play sound without a user gesture
 * @param captures what pages may hear
 * @param keepsLeftPages whether *Back* shows a page as it was left, which Playwright switches off
 * @param within command that starts it elsewhere, such as in a network of its own
 * @param home the user's home folder, with the authorities that the user trusts
 * @param anyCertificate whether it accepts certificates that no authority has signed
 */
export async function launchChromium({
  kiosk = false,
  anyCertificate = false,
  forbidsUdp = false,
  home = "",
  captures = "" as Captures,
  plainName = "",
  keepsLeftPages = false,
  within = [] as readonly string[],
} = {}): Promise<Browser> {
  const autoplay = kiosk ? "no-user-gesture-required" : "document-user-activation-required";
  const args = [...FLAGS, `--autoplay-policy=${autoplay}`];
  if (anyCertificate) args.push("--ignore-certificate-errors");
  if (forbidsUdp) args.push("--webrtc-ip-handling-policy=disable_non_proxied_udp");
  if (captures === "microphone") args.push("--use-fake-ui-for-media-stream");
  if (captures === "microphone") args.push("--use-fake-device-for-media-stream=device-count=2");
  if (captures === "tab") args.push("--auto-select-tab-capture-source-by-title=Shared");
  // A name that is not localhost: pages opened by it are not on a secure origin.
  if (plainName) args.push(`--host-resolver-rules=MAP ${plainName} 127.0.0.1`);
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  // What is muted is silent for those too who capture it.
  const ignoreDefaultArgs = captures === "tab" ? ["--mute-audio"] : [];
  if (keepsLeftPages) ignoreDefaultArgs.push("--disable-back-forward-cache");
  const executablePath = within.length > 0 ? startedWithin(within) : findChromium();
  const env = home ? { ...process.env, HOME: home } : process.env;
  return chromium.launch({ executablePath, args, ignoreDefaultArgs, env });
}

/** The path of a program that starts Chromium by a command: Playwright can only be told a program. */
function startedWithin(command: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "lightwall-chromium-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "chromium");
  writeFileSync(path, `#!/bin/sh\nexec ${command.join(" ")} "${findChromium()}" "$@"\n`, { mode: 0o755 });
  return path;
}
