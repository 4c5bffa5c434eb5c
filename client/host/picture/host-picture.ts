import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { PictureSource } from "#protocol/messages.ts";
import { captureProblems } from "../../words/en/picture.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { type Captured, cameras, openCaptured, PictureProblem } from "./captured.ts";
import { PictureCanvas } from "./picture-canvas.ts";

/** What the host can choose; on `stage` is a listener to whom the host has given it. */
type Choice = PictureSource | "off" | "stage";

/** What the picture needs of the broadcast. */
type Sends = Pick<HostBroadcast, "onAir" | "pictures">;

/** The host's picture: where it comes from, and what the wall gets of it. */
export class HostPicture {
  /** What the host has chosen. Films of the queue are shown unless it chooses otherwise. */
  readonly choice = signal<Choice>("film");
  /** Text for the host: what went wrong last; "" if nothing did. */
  readonly problem = signal("");
  /** The cameras that can be chosen. */
  readonly devices = signal<readonly MediaDeviceInfo[]>([]);
  readonly #captured = signal<Captured | undefined>();
  /** What the system calls the camera or the window; "" if there is none. */
  readonly name = computed(() => this.#captured.value?.name ?? "");
  /** Where the picture comes from now; undefined while there is none. */
  readonly source: ReadonlySignal<PictureSource | undefined>;
  /** The same while the wall gets it: the host is live, and the server forwards pictures. */
  readonly sent: ReadonlySignal<PictureSource | undefined>;
  /** What is sent, for a preview; undefined while there is no picture. */
  readonly stream = signal<MediaStream | undefined>();
  readonly #sends: Sends;
  #canvas: PictureCanvas | undefined;
  /** What the host has chosen last counts. */
  #choices = 0;

  /** @param film where the pictures of the present song are seen; undefined if it has none */
  constructor(film: ReadonlySignal<HTMLVideoElement | undefined>, sends: Sends) {
    this.#sends = sends;
    const { onAir, pictures } = sends;
    const shown = computed(() => (this.choice.value === "film" ? film.value : undefined));
    const isForwarded = computed(() => pictures.forwards.value !== false);
    const video = computed(() =>
      isForwarded.value ? (this.#captured.value?.video ?? shown.value) : undefined,
    );
    this.source = computed(() => video.value && sourceOf(this.choice.value));
    const isSent = computed(() => onAir.value !== "off" && pictures.forwards.value === true);
    this.sent = computed(() => (isSent.value ? this.source.value : undefined));
    effect(() => {
      const source = this.source.value;
      this.#show(video.value, source);
    });
    effect(() => this.#send());
    // A camera that nobody gets must not stay on.
    effect(() => {
      if (!isForwarded.value) untracked(() => this.release());
    });
  }

  /** Switches the camera or the shared screen off: this page is not the host any more, or nobody gets it. */
  release(): void {
    this.#choices += 1;
    if (this.#captured.peek()) this.#take("off");
  }

  /**
   * Shows another picture. Call it in a handler of a press, as browsers ask the host then.
   * @param device the id of the camera; undefined for the system's usual one
   */
  async choose(choice: PictureSource | "off", device?: string): Promise<void> {
    const isLast = this.#begin();
    if (choice === "off" || choice === "film") return this.#take(choice);
    // Many phones have one camera on at a time.
    if (choice === "camera" && this.choice.peek() === "camera") this.#captured.peek()?.close();
    try {
      const captured = await openCaptured(choice, device);
      if (!isLast()) return captured.close();
      captured.onEnd = () => this.#handleEnd(captured);
      this.#take(choice, captured);
      if (choice === "camera") this.devices.value = await cameras();
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error;
      if (!isLast()) return;
      this.problem.value = error.message;
      // The camera before is off by now, also if it was another choice that closed it.
      if (this.#captured.peek()?.hasEnded()) this.#take("off");
    }
  }

  /** Shows a picture from the stage until it ends, then the films again if they were chosen before. */
  show(captured: Captured): void {
    if (captured === this.#captured.peek()) return;
    this.#begin();
    const before = this.choice.peek();
    captured.onEnd = () => {
      if (captured === this.#captured.peek()) this.#take(before === "film" ? "film" : "off");
    };
    this.#take("stage", captured);
  }

  /** @returns what tells whether the host has chosen nothing since */
  #begin(): () => boolean {
    this.problem.value = "";
    this.#choices += 1;
    const choice = this.#choices;
    return () => choice === this.#choices;
  }

  #take(choice: Choice, captured?: Captured): void {
    const former = this.#captured.peek();
    // In one batch, so that the wall is not told of an end between two pictures.
    batch(() => {
      this.choice.value = choice;
      this.#captured.value = captured;
    });
    former?.close();
  }

  #handleEnd(captured: Captured): void {
    if (captured !== this.#captured.peek()) return;
    const { cameraGone, sharingEnded } = captureProblems();
    this.problem.value = captured.kind === "camera" ? cameraGone({ name: captured.name }) : sharingEnded;
    this.#take("off");
  }

  #show(video: HTMLVideoElement | undefined, source: PictureSource | undefined): void {
    if (!video && !this.#canvas) return;
    this.#canvas ??= new PictureCanvas();
    this.#canvas.show(video, source === "screen" ? "detail" : "motion");
    this.stream.value = video && this.#canvas.stream;
  }

  #send(): void {
    const source = this.source.value;
    // Read in any case, so that this runs again when there is a canvas.
    const stream = this.stream.value;
    const size = stream && this.#canvas?.size.value;
    const { canvas: image, track } = this.#canvas ?? {};
    const isThere = source && size && image && track;
    this.#sends.pictures.set(isThere ? { source, track, image, ...size } : undefined);
  }
}

/** What everyone is told: the stage has a camera too. */
function sourceOf(choice: Choice): PictureSource | undefined {
  if (choice === "off") return undefined;
  return choice === "stage" ? "camera" : choice;
}
