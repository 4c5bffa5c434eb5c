import type { Page } from "playwright-core";

/** Statistics of a page's last peer connection. */
export interface Reception {
  packetsReceived: number;
  packetsLost: number;
  /** Time of the statistics, ms. */
  timestamp: number;
}

/** Runs in a page before its own scripts: keeps its last peer connection in `lastPeer`. */
export const KEEP_PEER = `globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration);
    globalThis.lastPeer = this;
  }
};`;

const RECEPTION = `lastPeer.getStats().then((stats) => {
  // Before the first packet there are no figures.
  const nothing = { packetsReceived: 0, packetsLost: 0, timestamp: Date.now() };
  const { packetsReceived, packetsLost, timestamp } =
    [...stats.values()].find(({ type }) => type === "inbound-rtp") ?? nothing;
  return { packetsReceived, packetsLost, timestamp };
})`;

/** @param page a page with {@link KEEP_PEER} */
export function receptionOf(page: Page): Promise<Reception> {
  return page.evaluate<Reception>(RECEPTION);
}
