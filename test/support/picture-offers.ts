import { readFileSync } from "node:fs";
import { ICE_PASSWORD } from "./offers.ts";

/** Chromium's SSRCs in its offer as a host. */
export const HOST_SSRCS = { song: 16600363, high: 3525934656, low: 2985762143 } as const;

/** An offer of audio and two video sections, as a browser has made it. */
export function pictureOffer(name: `${"chromium" | "firefox"}-${"host" | "listener"}`): string {
  return readFileSync(new URL(`../fixtures/offers/${name}.sdp`, import.meta.url), "utf8");
}

/** Chromium's offer with the ICE credentials of `checksFor`, and another certificate. */
export function chromiumOffer(role: "host" | "listener", fingerprint: string): string {
  return pictureOffer(`chromium-${role}`)
    .replaceAll(/^a=ice-ufrag:.*$/gm, "a=ice-ufrag:Wx1y")
    .replaceAll(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${ICE_PASSWORD}`)
    .replaceAll(/^a=fingerprint:.*$/gm, `a=fingerprint:sha-256 ${fingerprint}`);
}
