import { useRef } from "preact/hooks";
import type { Safety } from "#protocol/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";

const CHOICES: readonly [safety: Safety, label: string, meaning: string][] = [
  ["wall", "Whole wall", "No more than three flashes a second, all screens together."],
  [
    "screen",
    "Each screen",
    "No more than three flashes a second on each screen. All screens together may flash more often.",
  ],
  ["off", "Off", "Flashes are not limited. Each screen says so, and the person there can keep the limit."],
];

/** Chooses how flashes are limited. To turn the limit off, the host must confirm a warning. */
export function FlashSafety({ broadcast }: { broadcast: HostBroadcast }) {
  const warning = useRef<HTMLDialogElement>(null);
  const { safety } = broadcast.wall.show.value;
  const choose = (chosen: Safety) => {
    if (chosen === "off") warning.current?.showModal();
    else broadcast.wall.setShow({ safety: chosen });
  };
  const turnOff = () => {
    warning.current?.close();
    broadcast.wall.setShow({ safety: "off" });
  };
  return (
    <section class="choices" aria-labelledby="safety">
      <h2 id="safety" class="small quiet">
        Flash safety
      </h2>
      <div class="segments">
        {CHOICES.map(([name, label]) => (
          <button
            key={name}
            type="button"
            aria-pressed={safety === name}
            onClick={() => choose(name)}
            data-testid={`safety-${name}`}
          >
            {label}
          </button>
        ))}
      </div>
      <p class={safety === "off" ? "small alert" : "small quiet"} data-testid="safety">
        {CHOICES.find(([name]) => name === safety)?.[2]}
      </p>
      <dialog ref={warning} aria-labelledby="flash-warning">
        <h2 id="flash-warning">Turn flash safety off?</h2>
        <p class="quiet">
          Light that flashes more than three times a second can cause seizures in people with photosensitive
          epilepsy, also in people who do not know that they have it. Warn everyone in the room first.
        </p>
        <div class="answers">
          <button
            type="button"
            class="primary"
            onClick={() => warning.current?.close()}
            data-testid="safety-keep"
          >
            Keep it on
          </button>
          <button type="button" onClick={turnOff} data-testid="safety-off-confirm">
            Turn it off
          </button>
        </div>
      </dialog>
    </section>
  );
}
