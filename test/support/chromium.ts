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

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Several pages at once, each at its full rate, as each would have on a device of its own.
  "--disable-renderer-backgrounding",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
];

/**
 * This machine's Chromium.
 * @throws Error that says how to get one
 */
export function findChromium(): string {
  const asked = process.env.CHROMIUM;
  const found = findProgram(asked ? [asked] : CANDIDATES);
  if (found) return found;
  const problem = asked
    ? `CHROMIUM is ${asked}, which is no program. The browser tests need one:`
    : "The browser tests need Chromium, and this machine has none where they look for it:";
  throw new Error(problem + ADVICE);
}

/**
 * Starts Chromium without a window. Sound waits for a press in it as on anyone's machine, unless it
 * is set up as a `kiosk`. With `anyCertificate` it takes also those that no authority has signed.
 */
export async function launchChromium({ kiosk = false, anyCertificate = false } = {}): Promise<Browser> {
  const autoplay = kiosk ? "no-user-gesture-required" : "document-user-activation-required";
  const args = [...FLAGS, `--autoplay-policy=${autoplay}`];
  if (anyCertificate) args.push("--ignore-certificate-errors");
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return chromium.launch({ executablePath: findChromium(), args });
}
