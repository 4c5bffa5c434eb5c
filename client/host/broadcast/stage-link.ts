import { signal } from "@preact/signals";
import type { ClientMessage, ServerMessage } from "#protocol/messages.ts";
import { Peer, type PeerState } from "../../shared/peer.ts";

/** The wait before another offer after the media connection is lost. */
const RETRY_MS = 1_000;

/** What comes from the stage. Both tracks are there from the start, and silent until something is sent. */
export interface StageMedia {
  readonly sound: MediaStreamTrack;
  readonly picture: MediaStreamTrack | undefined;
}

/**
 * The stage of the wall, to which the host may let one listener: what that person sends comes to this page
 * alone, by a connection of its own beside the one of the broadcast.
 */
export class StageLink {
  /** Number of the screen whose person is on stage; undefined for nobody. */
  readonly screen = signal<number | undefined>();
  /** What comes from there; undefined while nobody is there, and until the server has answered. */
  readonly media = signal<StageMedia | undefined>();
  /** Whether anything has come from there. */
  readonly isHeard = signal(false);
  iceServers: readonly RTCIceServer[] = [];
  readonly #send: (message: ClientMessage) => boolean;
  #peer: Peer | undefined;
  /** Offers whose replies have not arrived; only the last one's is of use. */
  #unanswered = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** @param send returns false if the server cannot be reached */
  constructor(send: (message: ClientMessage) => boolean) {
    this.#send = send;
  }

  /** Lets the person at the screen with this id on stage, in place of another one; with null, nobody. */
  give(screen: string | null): void {
    this.#send({ type: "stage", screen });
  }

  /** The server says who is on stage. */
  setScreen(screen: number | undefined): void {
    const isAnother = screen !== this.screen.peek();
    if (isAnother) this.#disconnect();
    this.screen.value = screen;
    if (screen !== undefined && !this.#peer) void this.#offer();
  }

  /** The signalling connection is lost. The server says who is on stage when it is back. */
  suspend(): void {
    this.#unanswered = 0;
    this.#disconnect();
    this.screen.value = undefined;
  }

  /** @returns whether the message was one of the stage's */
  receive(message: ServerMessage): boolean {
    if (!("stage" in message && message.stage === true)) return false;
    if (message.type === "answer") this.#accept(message.sdp);
    // An answer comes before its connection is closed, so what is closed is another one.
    else if (message.type === "media-closed" && this.#unanswered === 0) this.#lost();
    else if (message.type === "error") {
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#lost();
    }
    return true;
  }

  async #offer(): Promise<void> {
    this.#disconnect();
    const tracks: MediaStreamTrack[] = [];
    const peer = new Peer({
      iceServers: this.iceServers,
      onTrack: (track) => {
        tracks.push(track);
        const sound = tracks.find(({ kind }) => kind === "audio");
        if (peer !== this.#peer || !sound) return;
        this.media.value = { sound, picture: tracks.find(({ kind }) => kind === "video") };
      },
      onState: (state) => this.#handleState(peer, state),
    });
    this.#peer = peer;
    // One layer is enough: nobody but this page gets what comes from the stage.
    peer.pc.addTransceiver("video", { direction: "recvonly" });
    const sdp = await peer.offer();
    if (peer === this.#peer && this.#send({ type: "offer", sdp, stage: true })) this.#unanswered += 1;
  }

  #accept(sdp: string): void {
    this.#unanswered -= 1;
    const peer = this.#peer;
    if (!peer || this.#unanswered > 0) return;
    peer.accept(sdp).catch(() => {
      if (peer === this.#peer) this.#lost();
    });
  }

  #handleState(peer: Peer, state: PeerState): void {
    if (peer === this.#peer && (state === "failed" || state === "closed")) this.#lost();
  }

  #lost(): void {
    this.#disconnect();
    this.#retry = setTimeout(() => {
      if (this.screen.peek() !== undefined) void this.#offer();
    }, RETRY_MS);
  }

  #disconnect(): void {
    clearTimeout(this.#retry);
    this.#peer?.close();
    this.#peer = undefined;
    this.media.value = undefined;
    this.isHeard.value = false;
  }
}
