import { batch, computed, type Signal, signal } from "@preact/signals";
import { sourceProblems, sources } from "../../words/en/sources.ts";
import type { Channel } from "./channel.ts";
import { type LiveSound, microphones, openLive } from "./live-source.ts";
import type { Output } from "./output.ts";
import { SongProblem } from "./song-problem.ts";

/** Long enough to make no click, s. */
const FADE_S = 0.06;

/** Live sound in place of songs. */
export class Live {
  /** What is heard; undefined while songs are. */
  readonly sound = signal<LiveSound | undefined>();
  /** Whether the host has muted it. */
  readonly muted = signal(false);
  /** The microphones and lines that can be chosen. */
  readonly devices = signal<readonly MediaDeviceInfo[]>([]);
  readonly mutesLoudspeaker = computed(() => this.sound.value?.mutesLoudspeaker ?? false);
  /** How people call what is heard. */
  readonly title = computed(() => {
    const sound = this.sound.value;
    if (!sound) return "";
    const source = sources()[sound.kind];
    return sound.name === "" ? source : sources().named({ source, name: sound.name });
  });
  readonly #output: () => Output;
  readonly #problem: Signal<string>;
  #channel: Channel | undefined;

  /** @param problem gets a text for the host if the sound ends by itself */
  constructor(output: () => Output, problem: Signal<string>) {
    this.#output = output;
    this.#problem = problem;
  }

  /**
   * Plays live sound, in place of what was played before.
   * @throws SongProblem if the browser or the host refuses
   */
  async start(open: () => Promise<LiveSound>): Promise<void> {
    const output = this.#output();
    const resumed = output.resume();
    const sound = await open();
    await resumed;
    // In one batch, so that the wall is not sent a pause between two sounds.
    batch(() => {
      const wasMuted = this.muted.peek() && sound.kind === this.sound.peek()?.kind;
      this.stop();
      this.#channel = output.connect(sound.enter(output.context));
      this.#channel.mute();
      this.#channel.fadeIn(FADE_S);
      // Another microphone is as silent as the one before.
      if (wasMuted) this.setMuted(true);
      sound.onEnd = () => void this.#replace(sound);
      this.sound.value = sound;
    });
    // Not awaited: whoever waits for the sound pauses the songs as soon as it is there.
    if (sound.kind === "microphone") void this.#listDevices();
  }

  async #listDevices(): Promise<void> {
    this.devices.value = await microphones();
  }

  /** Silences what is heard, here and in the broadcast, or lets it be heard again. */
  setMuted(isMuted: boolean): void {
    if (!this.#channel) return;
    this.muted.value = isMuted;
    this.#channel?.setGain(isMuted ? Number.NEGATIVE_INFINITY : 0, FADE_S);
  }

  stop(): void {
    const [sound, channel] = [this.sound.peek(), this.#channel];
    if (!sound) return;
    this.muted.value = false;
    this.sound.value = undefined;
    this.#channel = undefined;
    channel?.fadeOut(FADE_S);
    setTimeout(() => {
      channel?.close();
      sound.close();
    }, FADE_S * 1_000);
  }

  /** Goes on in another audio graph. */
  renew(): void {
    const sound = this.sound.peek();
    if (!sound) return;
    this.#channel?.close();
    const output = this.#output();
    this.#channel = output.connect(sound.enter(output.context));
    if (this.muted.peek()) this.setMuted(true);
  }

  /** A microphone that was unplugged gives way to the system's usual one. */
  async #replace(sound: LiveSound): Promise<void> {
    if (sound !== this.sound.peek()) return;
    // The host knows that nobody is on stage any more.
    if (sound.kind === "stage") return this.stop();
    try {
      if (sound.kind === "microphone") return await this.start(() => openLive("microphone"));
    } catch (error) {
      if (!(error instanceof SongProblem)) throw error;
    }
    this.#problem.value = sourceProblems().gone({ name: this.title.peek() });
    this.stop();
  }
}
