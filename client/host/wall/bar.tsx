import { useSignal } from "@preact/signals";
import type { Hand } from "#protocol/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Icon } from "../ui/controls.tsx";
import { Brightness } from "./hand.tsx";
import { TextSheet } from "./text-sheet.tsx";

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
      <Brightness class="brightness" value={hand.brightness} onChange={(brightness) => set({ brightness })} />
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
