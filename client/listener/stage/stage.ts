import type { ServerMessage } from "#protocol/messages.ts";
import { screenStage } from "../../words/en/screen-stage.ts";
import { wordsReady } from "../../words/words.ts";
import { type Capture, capture } from "./capture.ts";
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
  /** Whether the host gives it now. */
  #isGiven = false;

  constructor(options: StageUplinkOptions) {
    this.#options = options;
    const box = this.#box;
    box.className = "stage";
    box.hidden = true;
    box.setAttribute("role", "dialog");
    // A tap on it is none on the light.
    for (const type of ["click", "keydown"]) box.addEventListener(type, (event) => event.stopPropagation());
    document.body.append(box);
  }

  /** Takes a message about the stage. */
  receive(message: ServerMessage): void {
    if (message.type !== "stage") this.#uplink?.receive(message);
    else if (!message.given) this.#end();
    // Nobody is there to ask.
    else if ("kiosk" in document.documentElement.dataset) this.#leave();
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isGiven = true;
    await wordsReady();
    const t = screenStage();
    this.#show(t.ask, { title: t.title, enter: () => void this.#enter(), leave: t.decline });
  }

  async #enter(): Promise<void> {
    const t = screenStage();
    this.#show(t.starting, { leave: t.leave });
    const captured = await capture();
    if (typeof captured === "string") {
      if (this.#isGiven) this.#show(t[captured], { leave: t.close });
      return;
    }
    // The host may have taken it back meanwhile.
    if (!this.#isGiven) return captured.close();
    this.#capture = captured;
    captured.sound.addEventListener("ended", () => this.#leave());
    this.#uplink = new StageUplink(captured, this.#options);
    this.#show(captured.picture ? t.on : t.onUnseen, { leave: t.leave, preview: captured.picture });
  }

  /** The person ends it, or does not want it. */
  #leave(): void {
    this.#options.send({ type: "stage", screen: null });
    this.#end();
  }

  #end(): void {
    this.#isGiven = false;
    this.#uplink?.close();
    this.#capture?.close();
    this.#uplink = this.#capture = undefined;
    this.#box.hidden = true;
    this.#box.textContent = "";
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
    if (!this.#isGiven) return;
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
    buttons.querySelector("button")!.focus({ preventScroll: true });
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
