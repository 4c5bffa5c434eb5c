import type { Page } from "playwright-core";

/** What a page's last peer connection has received. */
export interface Reception {
  packetsReceived: number;
  packetsLost: number;
  /** When that was, ms. */
  timestamp: number;
}

/** Runs in a page before its own scripts: its last peer connection can be asked from outside. */
export const KEEP_PEER = `globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration) {
    super(configuration);
    globalThis.lastPeer = this;
  }
};`;

const RECEPTION = `lastPeer.getStats().then((stats) => {
  const { packetsReceived, packetsLost, timestamp } =
    [...stats.values()].find(({ type }) => type === "inbound-rtp");
  return { packetsReceived, packetsLost, timestamp };
})`;

/** @param page began with {@link KEEP_PEER} */
export function receptionOf(page: Page): Promise<Reception> {
  return page.evaluate<Reception>(RECEPTION);
}
