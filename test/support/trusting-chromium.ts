import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { findProgram } from "./find-program.ts";

/** The program that adds authorities to those of a user's Chromium; undefined without it. */
export const CERTUTIL = findProgram(["certutil"]);

/**
 * Starts a Chromium whose user trusts an authority, as people make theirs trust it.
 * @param authority its certificate, PEM
 * @param home a folder for the files of that user
 */
export function launchTrusting(authority: string, home: string): Promise<Browser> {
  const store = join(home, ".pki/nssdb");
  mkdirSync(store, { recursive: true });
  writeFileSync(join(home, "authority.pem"), authority);
  const certutil = (...args: string[]) => execFileSync(CERTUTIL!, [...args, "-d", `sql:${store}`]);
  certutil("-N", "--empty-password");
  certutil("-A", "-t", "C,,", "-n", "Lightwall", "-i", join(home, "authority.pem"));
  return launchChromium({ home });
}
