import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { Peer } from "../../shared/peer.ts";
import { backoff } from "../join/backoff.ts";
import type { Capture } from "./capture.ts";

/** Most bits per second of the picture: the host's page decodes it, and encodes it again for the wall. */
const BITS_PER_SECOND_MAX = 1_500_000;
const PICTURES_PER_SECOND_MAX = 30;

export interface StageUplinkOptions {
  /** @returns false while the server cannot be reached */
  send(message: ClientMessage): boolean;
  iceServers(): readonly RTCIceServer[];
}

/** Sends what a person on stage gives, by a connection of its own beside the one of the wall. */
export class StageUplink {
  readonly #options: StageUplinkOptions;
  readonly #capture: Capture;
  #peer: Peer | undefined;
  /** Offers whose replies have not arrived; only the last one's is of use. */
  #unanswered = 0;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(capture: Capture, options: StageUplinkOptions) {
    this.#capture = capture;
    this.#options = options;
    void this.#offer();
  }

  /** Takes a message about the stage. */
  receive(message: ServerMessage): void {
    if (message.type === "answer") {
      this.#unanswered -= 1;
      const peer = this.#peer;
      if (this.#unanswered === 0) peer?.accept(message.sdp).catch(() => this.#lost(peer));
    } else if (message.type === "error") {
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#lost(this.#peer);
    } else if (message.type === "media-closed" && this.#unanswered === 0) this.#lost(this.#peer);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#peer?.close();
    this.#peer = undefined;
  }

  async #offer(): Promise<void> {
    this.close();
    const { sound, picture } = this.#capture;
    const encoding = { maxBitrate: BITS_PER_SECOND_MAX, maxFramerate: PICTURES_PER_SECOND_MAX };
    const peer = new Peer({
      iceServers: this.#options.iceServers(),
      publish: sound,
      publishPictures: picture ? [{ direction: "sendonly", sendEncodings: [encoding] }] : [],
      onState: (state) => {
        if (state === "connected") this.#failures = 0;
        else if (state !== "connecting") this.#lost(peer);
      },
    });
    this.#peer = peer;
    if (picture) await peer.pictures[0]!.sender.replaceTrack(picture);
    const sdp = await peer.offer();
    if (peer === this.#peer && this.#options.send({ type: "offer", sdp, stage: true })) this.#unanswered += 1;
  }

  /** Offers again after a wait that doubles with every failure. */
  #lost(peer: Peer | undefined): void {
    if (!peer || peer !== this.#peer) return;
    this.close();
    this.#retry = setTimeout(() => void this.#offer(), backoff(this.#failures++));
  }
}
