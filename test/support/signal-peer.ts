import { RawPeer } from "./raw-peer.ts";
import type { SignalClient } from "./signal-client.ts";

/**
 * Connects the media of a page by its session.
 * @param role `host` sends, `listener` receives
 * @throws Error with the code of the refusal
 */
export function connectMedia(
  page: SignalClient,
  role: "host" | "listener",
  { stage = false } = {},
): Promise<RawPeer> {
  return RawPeer.join(role, async (sdp) => {
    page.send({ type: "offer", sdp, ...(stage && { stage }) });
    const answer = await page.next("answer", "error");
    if ((answer.stage ?? false) !== stage) throw new Error("the answer is for another offer");
    if (answer.type === "error") throw new Error(answer.code);
    return { peer: "", answer: answer.sdp };
  });
}
