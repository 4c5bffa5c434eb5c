/** Words that nobody reads are dimmed and begin to wander after this time, ms. */
const DIM_AFTER_MS = 60_000;
/** A kiosk without light shows nothing any more after this time, ms. */
const OFF_AFTER_MS = 3_600_000;

/**
 * Protects a screen that is kept on from burning in. What it says steps back when neither the state of the
 * page nor a person has changed anything for a while: `data-resting` of the document, for the style sheet.
 */
export function restWhenIdle(): void {
  const root = document.documentElement;
  let dimming: ReturnType<typeof setTimeout> | undefined;
  let goingOff: ReturnType<typeof setTimeout> | undefined;
  const wake = () => {
    delete root.dataset.resting;
    clearTimeout(dimming);
    clearTimeout(goingOff);
    dimming = setTimeout(() => {
      root.dataset.resting = "dim";
    }, DIM_AFTER_MS);
    if (!("kiosk" in root.dataset)) return;
    goingOff = setTimeout(() => {
      root.dataset.resting = "off";
    }, OFF_AFTER_MS);
  };
  new MutationObserver(wake).observe(root, { attributeFilter: ["data-state"] });
  for (const type of ["pointerdown", "pointermove", "keydown"]) addEventListener(type, wake);
  wake();
}
