import type { ServerMessage } from "#protocol/messages.ts";
import { screenStage } from "../../words/en/screen-stage.ts";
import { wordsReady } from "../../words/words.ts";
import { type Capture, canCapture, capture } from "./capture.ts";
import { StageUplink, type StageUplinkOptions } from "./stage-uplink.ts";

/**
 * The stage of the wall at a screen: asks the person, when the host gives it, and sends microphone and camera
 * until one of the two ends it. Loaded when the host gives it for the first time.
 */
export class Stage {
  readonly #options: StageUplinkOptions;
  readonly #box = document.createElement("section");
  #capture: Capture | undefined;
  #uplink: StageUplink | undefined;
  /** Counts what the host has given and taken back: what was asked before is of no use any more. */
  #turn = 0;

  constructor(options: StageUplinkOptions) {
    this.#options = options;
    const box = this.#box;
    box.className = "stage";
    box.hidden = true;
    box.setAttribute("role", "dialog");
    box.tabIndex = -1;
    // A tap on it is none on the light.
    for (const type of ["click", "keydown"]) box.addEventListener(type, (event) => event.stopPropagation());
    document.body.append(box);
  }

  /** Takes a message about the stage. */
  receive(message: ServerMessage): void {
    if (message.type !== "stage") {
      this.#uplink?.receive(message);
      return;
    }
    this.end();
    if (!message.given) return;
    // Nobody is there to ask.
    if ("kiosk" in document.documentElement.dataset) this.#leave();
    else void this.#ask(this.#turn);
  }

  /** Sends nothing any more, and switches microphone and camera off; idempotent. */
  end(): void {
    this.#turn += 1;
    this.#uplink?.close();
    this.#capture?.close();
    this.#uplink = this.#capture = undefined;
    this.#box.hidden = true;
    this.#box.textContent = "";
  }

  async #ask(turn: number): Promise<void> {
    await wordsReady();
    if (turn !== this.#turn) return;
    const t = screenStage();
    if (canCapture())
      this.#show(t.ask, { title: t.title, enter: () => void this.#enter(turn), leave: t.decline });
    else this.#show(t.needsHttps, { title: t.title, leave: t.close });
  }

  async #enter(turn: number): Promise<void> {
    const t = screenStage();
    this.#show(t.starting, { leave: t.leave });
    const captured = await capture();
    // The host may have taken it back meanwhile, and given it again.
    if (turn !== this.#turn) {
      if (typeof captured !== "string") captured.close();
      return;
    }
    if (typeof captured === "string") {
      this.#show(t[captured], { leave: t.close });
      return;
    }
    this.#capture = captured;
    captured.sound.addEventListener("ended", () => {
      if (turn === this.#turn) this.#leave();
    });
    this.#uplink = new StageUplink(captured, this.#options);
    this.#show(captured.picture ? t.on : t.onUnseen, { leave: t.leave, preview: captured.picture });
  }

  /** The person ends it, or does not want it. */
  #leave(): void {
    this.#options.send({ type: "stage", screen: null });
    this.end();
  }

  #show(
    text: string,
    {
      title,
      enter,
      leave,
      preview,
    }: { title?: string; enter?: () => void; leave: string; preview?: MediaStreamTrack | undefined },
  ): void {
    const box = this.#box;
    box.textContent = "";
    box.setAttribute("aria-label", title ?? text);
    if (preview) box.append(previewOf(preview));
    if (title) box.append(Object.assign(document.createElement("h2"), { textContent: title }));
    const line = Object.assign(document.createElement("p"), { textContent: text });
    line.setAttribute("role", "status");
    box.append(line);
    const buttons = Object.assign(document.createElement("div"), { className: "row" });
    if (enter) buttons.append(button(screenStage().enter, enter, "primary"));
    buttons.append(button(leave, () => this.#leave(), ""));
    box.append(buttons);
    box.hidden = false;
    // Not a button: a key that the person presses for something else must not answer.
    box.focus({ preventScroll: true });
  }
}

function button(text: string, press: () => void, className: string): HTMLButtonElement {
  const made = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: text,
    className,
  });
  made.addEventListener("click", press);
  return made;
}

/** What the wall sees, as in a mirror. */
function previewOf(track: MediaStreamTrack): HTMLVideoElement {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  video.setAttribute("aria-hidden", "true");
  video.play().catch(() => {});
  return video;
}
