import { useSignal } from "@preact/signals";
import type { Hand } from "#protocol/wall.ts";
import { bar, byHand } from "../../words/en/bar.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Icon } from "../ui/controls.tsx";
import { PressButton } from "../ui/press-button.tsx";
import { Brightness } from "./hand.tsx";
import { TextSheet } from "./text-sheet.tsx";

/** What is always within reach: what the host does to all screens by hand, and undoing it. */
export function Bar({ broadcast }: { broadcast: HostBroadcast }) {
  const [t, hands] = [bar(), byHand()];
  const { wall } = broadcast;
  const { hand } = wall.show.value;
  const isReady = broadcast.phase.value === "ready";
  const last = isReady ? wall.history.last.value : undefined;
  const next = isReady ? wall.history.next.value : undefined;
  const hasText = [...wall.placed.value.values()].some((screen) => screen.present && screen.hand.text !== "");
  const isTextOpen = useSignal(false);
  const set = (change: Partial<Hand>) => wall.setShow({ hand: { ...wall.show.peek().hand, ...change } });
  return (
    <section class="bar" aria-label={t.allScreens}>
      <button
        type="button"
        class="big"
        aria-pressed={hand.blackout}
        title={t.blackoutKey({ key: "B" })}
        onClick={() => set({ blackout: !hand.blackout })}
        data-testid="text-blackout"
      >
        <Icon name="dark" />
        <span>{hands.blackout}</span>
      </button>
      <button
        type="button"
        aria-pressed={hand.freeze}
        title={t.freezeKey({ key: "F" })}
        onClick={() => set({ freeze: !hand.freeze })}
        data-testid="text-freeze"
      >
        <Icon name="freeze" />
        <span>{hands.freeze}</span>
      </button>
      <Brightness class="brightness" value={hand.brightness} onChange={(brightness) => set({ brightness })} />
      <button
        type="button"
        aria-pressed={hand.text !== "" || hasText}
        aria-expanded={isTextOpen.value}
        aria-haspopup="dialog"
        title={t.textKey({ key: "T" })}
        onClick={() => {
          isTextOpen.value = !isTextOpen.value;
        }}
        data-testid="bar-text"
      >
        <Icon name="text" />
        <span>{hands.text}</span>
      </button>
      <button
        type="button"
        class="identify"
        title={t.identifyKey({ key: "I" })}
        onClick={() => wall.identify()}
        data-testid="identify-all"
      >
        <Icon name="identify" />
        <span class="narrow">{t.identify}</span>
        <span class="wide">{t.identifyAll}</span>
      </button>
      <span class="steps">
        <PressButton
          isIdle={!last}
          title={last ? t.undoStepKey({ step: last.label }) : t.nothingToUndo}
          aria-label={last ? t.undoStep({ step: last.label }) : t.undo}
          onPress={() => wall.history.undo()}
          data-testid="undo"
        >
          <Icon name="undo" />
          <span>{t.undo}</span>
        </PressButton>
        <PressButton
          isIdle={!next}
          title={next ? t.redoStepKey({ step: next.label }) : t.nothingToRedo}
          aria-label={next ? t.redoStep({ step: next.label }) : t.redo}
          onPress={() => wall.history.redo()}
          data-testid="redo"
        >
          <Icon name="redo" />
        </PressButton>
      </span>
      {isTextOpen.value && <TextSheet wall={wall} open={isTextOpen} />}
    </section>
  );
}
