import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Hand } from "#protocol/wall.ts";
import { TEXT_MAX } from "#protocol/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { HostWall } from "../broadcast/host-wall.ts";
import { Icon } from "../ui/controls.tsx";

/** What is always within reach: what the host does to all screens by hand, and undoing it. */
export function Bar({ broadcast }: { broadcast: HostBroadcast }) {
  const { wall } = broadcast;
  const { hand } = wall.show.value;
  const isReady = broadcast.phase.value === "ready";
  const last = isReady ? wall.history.last.value : undefined;
  const next = isReady ? wall.history.next.value : undefined;
  const isTextOpen = useSignal(false);
  const set = (change: Partial<Hand>) => wall.setShow({ hand: { ...wall.show.peek().hand, ...change } });
  return (
    <section class="bar" aria-label="All screens">
      <button
        type="button"
        class="big"
        aria-pressed={hand.blackout}
        title="Blackout (B)"
        onClick={() => set({ blackout: !hand.blackout })}
        data-testid="text-blackout"
      >
        <Icon name="dark" />
        <span>Blackout</span>
      </button>
      <button
        type="button"
        aria-pressed={hand.freeze}
        title="Freeze (F)"
        onClick={() => set({ freeze: !hand.freeze })}
        data-testid="text-freeze"
      >
        <Icon name="freeze" />
        <span>Freeze</span>
      </button>
      <label class="brightness" title="Brightness (− +)">
        <span class="small quiet">Brightness</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={hand.brightness}
          style={{ "--filled": hand.brightness }}
          aria-valuetext={`${Math.round(100 * hand.brightness)} %`}
          onInput={(event) => set({ brightness: event.currentTarget.valueAsNumber })}
          data-testid="brightness"
        />
      </label>
      <button
        type="button"
        aria-pressed={hand.text !== ""}
        aria-expanded={isTextOpen.value}
        aria-haspopup="dialog"
        title="Text on all screens (T)"
        onClick={() => {
          isTextOpen.value = !isTextOpen.value;
        }}
        data-testid="bar-text"
      >
        <Icon name="text" />
        <span>Text</span>
      </button>
      <button
        type="button"
        class="identify"
        title="All screens show number and name (I)"
        onClick={() => wall.identify()}
        data-testid="identify-all"
      >
        <Icon name="identify" />
        <span>
          Identify<span class="wide"> all</span>
        </span>
      </button>
      <span class="steps">
        <button
          type="button"
          disabled={!last}
          title={last ? `Undo ${last.label} (Ctrl Z)` : "Nothing to undo"}
          aria-label={last ? `Undo ${last.label}` : "Undo"}
          onClick={() => wall.history.undo()}
          data-testid="undo"
        >
          <Icon name="undo" />
          <span>Undo</span>
        </button>
        <button
          type="button"
          disabled={!next}
          title={next ? `Redo ${next.label} (Ctrl Shift Z)` : "Nothing to redo"}
          aria-label={next ? `Redo ${next.label}` : "Redo"}
          onClick={() => wall.history.redo()}
          data-testid="redo"
        >
          <Icon name="redo" />
        </button>
      </span>
      {isTextOpen.value && <TextSheet wall={wall} open={isTextOpen} />}
    </section>
  );
}

/** Texts that hosts often need. */
const PRESETS = ["Welcome", "Five minutes", "Thank you", "Please stay calm"] as const;

interface TextSheetProps {
  wall: HostWall;
  open: Signal<boolean>;
}

/** Writes the text on all screens. It is shown when the host says so, not while it is typed. */
function TextSheet({ wall, open }: TextSheetProps) {
  const { hand, spreadText } = wall.show.value;
  const setText = (text: string) => wall.setShow({ hand: { ...wall.show.peek().hand, text } });
  const typed = useSignal(hand.text);
  const field = useRef<HTMLInputElement>(null);
  const sheet = useRef<HTMLElement>(null);
  const close = () => {
    open.value = false;
    document.querySelector<HTMLElement>("[data-testid=bar-text]")?.focus();
  };
  useEffect(() => {
    field.current?.focus();
    const press = (event: PointerEvent) => {
      const target = event.target as Element;
      if (!target.closest(".bar")) open.value = false;
    };
    document.addEventListener("pointerdown", press);
    return () => document.removeEventListener("pointerdown", press);
  }, [open]);
  const show = (text: string) => {
    typed.value = text;
    setText(text.trim());
  };
  return (
    <section
      ref={sheet}
      class="sheet text-sheet"
      role="dialog"
      aria-label="Text on all screens"
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          show(typed.value);
        }}
      >
        <input
          ref={field}
          id="text"
          type="text"
          dir="auto"
          aria-label="Text over the light"
          placeholder="Text over the light"
          maxLength={TEXT_MAX}
          value={typed}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="primary" disabled={typed.value.trim() === ""} data-testid="text-show">
          Show
        </button>
        <button
          type="button"
          disabled={hand.text === ""}
          onClick={() => setText("")}
          data-testid="text-clear"
        >
          Clear
        </button>
      </form>
      <fieldset class="segments" aria-label="Where the text is">
        {([false, true] as const).map((isSpread) => (
          <button
            key={String(isSpread)}
            type="button"
            aria-pressed={spreadText === isSpread}
            onClick={() => wall.setShow({ spreadText: isSpread })}
            data-testid={isSpread ? "text-spread" : "text-each"}
          >
            {isSpread ? "One text over the wall" : "On each screen"}
          </button>
        ))}
      </fieldset>
      <div class="presets">
        {PRESETS.map((text) => (
          <button key={text} type="button" class="small" onClick={() => show(text)}>
            {text}
          </button>
        ))}
      </div>
    </section>
  );
}
