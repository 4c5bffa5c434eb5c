import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { cutText } from "#protocol/text.ts";
import { type ScreenSeen, TEXT_MAX } from "#protocol/wall.ts";
import { byHand } from "../../words/en/bar.ts";
import { textPresets, textSheet } from "../../words/en/text.ts";
import { screenName } from "../../words/screen-name.ts";
import type { HostWall } from "../broadcast/host-wall.ts";
import { PressButton } from "../ui/press-button.tsx";
import { LiveField } from "../ui/typed-field.tsx";
import { inOrderSeen } from "./tidy.ts";

interface TextSheetProps {
  wall: HostWall;
  open: Signal<boolean>;
}

/** Writes the text on all screens or on some. It is shown when the host says so, not while it is typed. */
export function TextSheet({ wall, open }: TextSheetProps) {
  const [t, hands] = [textSheet(), byHand()];
  const { hand, spreadText, scrollText } = wall.show.value;
  const screens = inOrderSeen([...wall.placed.value.values()]).filter(({ present }) => present);
  const withText = screens.filter((screen) => screen.hand.text !== "");
  const isForSome = useSignal(withText.length > 0 && hand.text === "");
  const chosen = useSignal<ReadonlySet<string>>(new Set(withText.map(({ id }) => id)));
  const receivers = screens.filter(({ id }) => chosen.value.has(id));
  const setText = (text: string) => {
    const give = (some: readonly ScreenSeen[], own: string) =>
      wall.adjust(some.map((screen) => ({ ...screen, hand: { ...screen.hand, text: own } })));
    if (isForSome.value) give(receivers, text);
    else {
      // A screen's own text would hide that of all.
      give(withText, "");
      wall.setShow({ hand: { ...wall.show.peek().hand, text } });
    }
  };
  const typed = useSignal(hand.text || (withText[0]?.hand.text ?? ""));
  const isCleared = isForSome.value
    ? receivers.every((one) => one.hand.text === "")
    : hand.text === "" && withText.length === 0;
  const isForNone = isForSome.value && receivers.length === 0;
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
    typed.value = cutText(text.trim(), TEXT_MAX);
    setText(typed.value);
  };
  return (
    <section
      ref={sheet}
      class="sheet text-sheet"
      role="dialog"
      aria-label={t.title}
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
        <LiveField
          text={typed}
          textMax={TEXT_MAX}
          field={field}
          id="text"
          aria-label={hands.textOverLight}
          placeholder={hands.textOverLight}
        />
        <PressButton class="primary" isIdle={typed.value.trim() === "" || isForNone} data-testid="text-show">
          {hands.show}
        </PressButton>
        <PressButton isIdle={isCleared} onPress={() => setText("")} data-testid="text-clear">
          {hands.clear}
        </PressButton>
      </form>
      <Either
        label={t.to}
        isSecond={isForSome.value}
        words={[t.toAll, t.toSome]}
        testids={["text-to-all", "text-to-some"]}
        onChoose={(isSome) => {
          isForSome.value = isSome;
        }}
      />
      {isForSome.value ? (
        <Receivers screens={screens} chosen={chosen} />
      ) : (
        <div class="text-ways">
          <Either
            label={t.where}
            isSecond={spreadText}
            words={[t.onEach, t.overWall]}
            testids={["text-each", "text-spread"]}
            onChoose={(isSpread) => wall.setShow({ spreadText: isSpread })}
          />
          <Either
            label={t.motion}
            isSecond={scrollText}
            words={[t.stands, t.runs]}
            testids={["text-stands", "text-runs"]}
            onChoose={(runs) => wall.setShow({ scrollText: runs })}
          />
        </div>
      )}
      <div class="presets">
        {Object.values(textPresets()).map((text) => (
          <PressButton key={text} class="small" isIdle={isForNone} onPress={() => show(text)}>
            {text}
          </PressButton>
        ))}
      </div>
    </section>
  );
}

interface ReceiversProps {
  screens: readonly ScreenSeen[];
  /** Ids of those that are chosen. */
  chosen: Signal<ReadonlySet<string>>;
}

/** Chooses screens by their numbers and names. */
function Receivers({ screens, chosen }: ReceiversProps) {
  const t = textSheet();
  const toggle = (id: string) => {
    const ids = new Set(chosen.peek());
    if (!ids.delete(id)) ids.add(id);
    chosen.value = ids;
  };
  return (
    <fieldset class="receivers" aria-label={t.chooseScreens}>
      {screens.length === 0 && <p class="small quiet">{t.noScreens}</p>}
      {screens.map((screen) => (
        <button
          key={screen.id}
          type="button"
          class="small"
          aria-pressed={chosen.value.has(screen.id)}
          onClick={() => toggle(screen.id)}
        >
          <strong>{screen.number}</strong> <span dir="auto">{screenName(screen)}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface EitherProps {
  label: string;
  isSecond: boolean;
  words: readonly [first: string, second: string];
  testids: readonly [first: string, second: string];
  onChoose(isSecond: boolean): void;
}

/** A choice of two. */
function Either({ label, isSecond, words, testids, onChoose }: EitherProps) {
  return (
    <fieldset class="segments" aria-label={label}>
      {([0, 1] as const).map((n) => (
        <button
          key={n}
          type="button"
          aria-pressed={isSecond === (n === 1)}
          onClick={() => onChoose(n === 1)}
          data-testid={testids[n]}
        >
          {words[n]}
        </button>
      ))}
    </fieldset>
  );
}
