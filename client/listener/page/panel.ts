import { byId } from "./element.ts";
import { fillScreen } from "./full-screen.ts";
import type { State } from "./status.ts";

/** How long the controls stay after they were last touched, ms. */
const SHOWN_MS = 15_000;
/** How long the pointer shows over the light after it was moved, ms. */
const POINTER_MS = 3_000;
/** Keys that do something only together with another one. */
const MODIFIERS: ReadonlySet<string> = new Set(["Alt", "AltGraph", "CapsLock", "Control", "Meta", "Shift"]);
/** States of a page that is not in its wall: there is no light to control, and the page has a form. */
const OUTSIDE: ReadonlySet<string | undefined> = new Set<State>([
  "too-old",
  "outdated",
  "unknown",
  "full",
  "busy",
  "not-open",
  "closed",
  "password",
  "wrong-password",
]);

/** How long the ring lasts that answers a tap, ms. */
const RING_MS = 450;

const root = document.documentElement;

/**
 * The panel of the controls. A press on the light or a key opens it. A button, a press on the light and
 * Escape close it; otherwise it stays for as long as a person uses it.
 */
export class Panel {
  readonly #panel = byId("controls");
  readonly #more = byId("more");
  readonly #rest = byId("rest");
  /** What had the focus before the controls were opened. */
  #opener: Element | null = null;
  /** A person has tapped on the light. */
  #isTapped = false;
  /** A key was pressed since a pointer was last used on the controls. */
  #isByKeyboard = false;
  #fading: ReturnType<typeof setTimeout> | undefined;
  #hidingPointer: ReturnType<typeof setTimeout> | undefined;

  readonly #onSpark: () => void;

  /** @param onSpark a person has tapped on the light, and the host wants to see such taps */
  constructor(onSpark: () => void) {
    this.#onSpark = onSpark;
    byId("close-controls").addEventListener("click", () => this.#close());
    this.#more.addEventListener("click", () => {
      this.#expand(this.#more.getAttribute("aria-expanded") !== "true");
    });
    for (const type of ["pointerdown", "pointermove", "keydown", "input", "focusin"]) {
      this.#panel.addEventListener(type, () => this.#stay());
    }
    this.#panel.addEventListener("pointerdown", () => {
      this.#isByKeyboard = false;
    });
    addEventListener("pointermove", () => this.#showPointer());
    new MutationObserver(() => {
      if (!this.#isOffered) this.#close();
    }).observe(root, { attributeFilter: ["data-state"] });
  }

  /** Opens or closes the controls where a press anywhere on the page asks for it. */
  pressed(event: Event): void {
    const target = event.target as Element;
    const isOnControl = target.closest("form, button, label, a") !== null;
    if (event instanceof KeyboardEvent) this.#keyPressed(event, isOnControl);
    else if (isOnControl || this.#panel.contains(target)) return;
    else {
      this.#fillScreen();
      this.#spark(event as MouseEvent);
      if (this.#isOpen) this.#close();
      else this.#open();
    }
  }

  /** The first tap fills the screen; the second one may be for something else. */
  #fillScreen(): void {
    if (!this.#isTapped && !("kiosk" in root.dataset)) fillScreen();
    this.#isTapped = true;
  }

  #spark({ clientX, clientY }: MouseEvent): void {
    if (!this.#isOffered || !("sparks" in root.dataset)) return;
    this.#onSpark();
    const ring = document.createElement("i");
    ring.className = "ring";
    ring.style.left = `${clientX}px`;
    ring.style.top = `${clientY}px`;
    document.body.append(ring);
    setTimeout(() => ring.remove(), RING_MS);
  }

  #keyPressed({ key, altKey, ctrlKey, metaKey }: KeyboardEvent, isOnControl: boolean): void {
    this.#isByKeyboard = true;
    if (key === "Escape") {
      this.#close();
      return;
    }
    const isForControl = isOnControl && (key === "Enter" || key === " ");
    const isForBrowser = MODIFIERS.has(key) || altKey || ctrlKey || metaKey;
    if (this.#isOpen || isForControl || isForBrowser) return;
    this.#open();
    // Not on a control: the same press would work it.
    if (this.#isOpen) this.#panel.focus({ preventScroll: true });
  }

  get #isOpen(): boolean {
    return root.dataset.controls === "shown";
  }

  get #isOffered(): boolean {
    return !("kiosk" in root.dataset) && !OUTSIDE.has(root.dataset.state);
  }

  #open(): void {
    if (!this.#isOffered) return;
    this.#opener = document.activeElement;
    // Where the host gives the palette and the look, there is nothing to show before the rest.
    const isOnlyRest = byId("palette").hasAttribute("hidden") && byId("mode").hasAttribute("hidden");
    this.#more.hidden = isOnlyRest;
    this.#expand(isOnlyRest);
    for (const chosen of this.#panel.querySelectorAll(".strip :checked"))
      chosen.scrollIntoView({ block: "nearest", inline: "center" });
    this.#panel.scrollTop = 0;
    root.dataset.controls = "shown";
    this.#stay();
  }

  #close(): void {
    clearTimeout(this.#fading);
    if (!this.#isOpen) return;
    const focused = document.activeElement;
    delete root.dataset.controls;
    if (!this.#panel.contains(focused)) return;
    (focused as HTMLElement).blur();
    if (this.#opener !== document.body) (this.#opener as HTMLElement | null)?.focus();
  }

  /** Shows the controls for a while from now on. */
  #stay(): void {
    clearTimeout(this.#fading);
    if (this.#isOpen) this.#fading = setTimeout(() => this.#fade(), SHOWN_MS);
  }

  #fade(): void {
    // A person who uses the keyboard may take longer. Chromium before 86 does not know `:focus-visible`.
    if (this.#isByKeyboard && this.#panel.contains(document.activeElement)) this.#stay();
    else this.#close();
  }

  #expand(isExpanded: boolean): void {
    this.#rest.hidden = !isExpanded;
    this.#more.setAttribute("aria-expanded", String(isExpanded));
  }

  #showPointer(): void {
    clearTimeout(this.#hidingPointer);
    root.dataset.pointer = "shown";
    this.#hidingPointer = setTimeout(() => {
      delete root.dataset.pointer;
    }, POINTER_MS);
  }
}
