import { byId } from "./element.ts";

/** The smallest text that the host's words have, px. */
const SIZE_MIN_PX = 20;
/** How much of the largest size that fits is used, for a margin. */
const SHARE = 0.93;

/**
 * Keeps the host's words as large as the screen allows, without breaking a word: they are read from across a
 * room. Is called once.
 */
export function fitMessage(): void {
  const message = byId("message");
  const fits = (size: number) => {
    message.style.fontSize = `${size}px`;
    return message.scrollWidth <= message.clientWidth && message.scrollHeight <= message.clientHeight;
  };
  const enlarge = () => {
    if (message.textContent === "") return;
    message.classList.remove("long");
    let [small, large] = [SIZE_MIN_PX, Math.max(message.clientWidth, message.clientHeight)];
    while (large - small > 1) {
      const size = Math.floor((small + large) / 2);
      if (fits(size)) small = size;
      else large = size;
    }
    message.classList.toggle("long", !fits(small));
    message.style.fontSize = `${Math.max(SHARE * small, SIZE_MIN_PX)}px`;
  };
  new MutationObserver(enlarge).observe(message, { childList: true });
  addEventListener("resize", enlarge);
  enlarge();
}
