import { useRef } from "preact/hooks";
import type { Safety } from "#protocol/wall.ts";
import { SAFETIES } from "#protocol/wall-choices.ts";
import { flashSafety, safetyChoices, safetyMeanings } from "../../words/en/safety.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { afterPaint } from "../ui/after-paint.ts";

/** Chooses how flashes are limited. To turn the limit off, the host must confirm a warning. */
export function FlashSafety({ broadcast }: { broadcast: HostBroadcast }) {
  const t = flashSafety();
  const section = useRef<HTMLElement>(null);
  const warning = useRef<HTMLDialogElement>(null);
  const { safety } = broadcast.wall.show.value;
  const ask = () => {
    // In a panel that was left meanwhile nobody would see it, and it would hold the whole page.
    if (section.current?.offsetParent) warning.current?.showModal();
  };
  const choose = (chosen: Safety) => {
    if (chosen === "off") afterPaint(ask);
    else broadcast.wall.setShow({ safety: chosen });
  };
  const turnOff = () => {
    warning.current?.close();
    broadcast.wall.setShow({ safety: "off" });
  };
  return (
    <section ref={section} class="choices" aria-labelledby="safety">
      <h2 id="safety" class="small quiet">
        {t.title}
      </h2>
      <div class="segments">
        {SAFETIES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={safety === name}
            onClick={() => choose(name)}
            data-testid={`safety-${name}`}
          >
            {safetyChoices()[name]}
          </button>
        ))}
      </div>
      <p class={safety === "off" ? "small alert" : "small quiet"} data-testid="safety">
        {safetyMeanings()[safety]}
      </p>
      <dialog ref={warning} aria-labelledby="flash-warning">
        <h2 id="flash-warning">{t.turnOffQuestion}</h2>
        <p class="quiet">{t.warning}</p>
        <div class="answers">
          <button
            type="button"
            class="primary"
            onClick={() => warning.current?.close()}
            data-testid="safety-keep"
          >
            {t.keep}
          </button>
          <button type="button" onClick={turnOff} data-testid="safety-off-confirm">
            {t.turnOff}
          </button>
        </div>
      </dialog>
    </section>
  );
}
