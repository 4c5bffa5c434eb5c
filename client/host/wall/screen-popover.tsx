import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { NAME_MAX, type ScreenSeen, SIZE_MAX } from "#protocol/wall.ts";
import { pictureLook } from "../../words/en/picture.ts";
import { screenSettings } from "../../words/en/popover.ts";
import { hostStage } from "../../words/en/stage.ts";
import { screenName } from "../../words/screen-name.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Icon } from "../ui/controls.tsx";
import { formatBand, formatFigures } from "../ui/format.ts";
import { TypedField } from "../ui/typed-field.tsx";
import { BandField } from "./band-field.tsx";
import { HandControls } from "./hand.tsx";
import { KioskLink } from "./join.tsx";
import { hintFor } from "./screen-health.ts";
import { healthById } from "./wall-health.ts";

/** Space between a tile and the popover, and at least to the edges of the window; px. */
const MARGIN_PX = 12;
/** Up to this width of the window the popover is a sheet at its lower edge; px. See `wall.css`. */
const SHEET_MAX_PX = 900;

interface ScreenPopoverProps {
  broadcast: HostBroadcast;
  /** The id of the selected screen. */
  selected: Signal<string | undefined>;
}

/** The settings of the selected screen, beside its tile. */
export function ScreenPopover({ broadcast, selected }: ScreenPopoverProps) {
  const screen = broadcast.wall.screens.value.get(selected.value ?? "");
  return screen ? <Popover key={screen.id} {...{ broadcast, screen, selected }} /> : null;
}

interface PopoverProps extends ScreenPopoverProps {
  screen: ScreenSeen;
}

function Popover({ broadcast, screen, selected }: PopoverProps) {
  const t = screenSettings();
  const name = screenName(screen);
  const isNamed = name !== screenName({ name: "", number: screen.number });
  const box = useRef<HTMLElement>(null);
  /** The row of the list of screens that was pressed. */
  const row = useRef(document.activeElement?.closest<HTMLElement>(".screen-list button"));
  const { wall } = broadcast;
  const set = (change: Partial<ScreenSeen>) => wall.arrange({ ...screen, ...change });
  const tile = () => document.querySelector<HTMLElement>(`.screen[data-id="${screen.id}"]`);
  const close = () => {
    selected.value = undefined;
    // On a phone the row is hidden until the popover has gone.
    if (row.current?.isConnected) requestAnimationFrame(() => row.current?.focus());
    else tile()?.focus();
  };
  useLayoutEffect(() => {
    const place = () => placeBeside(box.current!, tile());
    place();
    // The box itself, not a field: on a phone a field would bring up the keyboard.
    box.current!.focus({ preventScroll: true });
    // A hint that comes makes it higher.
    const sized = new ResizeObserver(place);
    sized.observe(box.current!);
    window.addEventListener("resize", place);
    return () => {
      sized.disconnect();
      window.removeEventListener("resize", place);
    };
  }, []);
  return (
    <section
      ref={box}
      class="sheet popover"
      role="dialog"
      aria-label={isNamed ? t.title({ number: screen.number, screen: name }) : name}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
      data-testid="selected"
    >
      <div class="head">
        <h2 dir="auto">
          <span class="quiet">{screen.number}</span> {screen.present ? name : t.away({ screen: name })}
        </h2>
        <button type="button" class="dismiss" aria-label={t.close} onClick={close} data-testid="close-screen">
          <Icon name="close" />
        </button>
      </div>
      <Figures broadcast={broadcast} screen={screen} />
      <BandField band={screen.band} onChange={(band) => set({ band })} />
      <Chosen screen={screen} />
      <div class="segments">
        <button type="button" onClick={() => wall.identify(screen.id)} data-testid="identify">
          {t.identify}
        </button>
        <button
          type="button"
          aria-pressed={screen.locked}
          onClick={() => set({ locked: !screen.locked })}
          data-testid="lock"
        >
          {screen.locked ? t.switchedOff : t.switchOff}
        </button>
        {screen.present && <StageButton broadcast={broadcast} screen={screen} />}
        {!screen.present && (
          <button
            type="button"
            onClick={() => {
              wall.removeScreen(screen.id);
              selected.value = undefined;
            }}
            data-testid="remove"
          >
            {t.remove}
          </button>
        )}
      </div>
      <HandControls hand={screen.hand} onChange={(change) => set({ hand: { ...screen.hand, ...change } })} />
      <label class="field">
        <span class="small quiet">{t.name}</span>
        <TypedField
          type="text"
          dir="auto"
          textMax={NAME_MAX}
          value={name}
          onCommit={(field) => set({ name: field.value.trim() || screen.name })}
          data-testid="name"
        />
      </label>
      <div class="field">
        <span class="small quiet">{t.places}</span>
        <span class="sizes">
          <Size label={t.width} value={screen.width} onChange={(width) => set({ width })} />×
          <Size label={t.height} value={screen.height} onChange={(height) => set({ height })} />
        </span>
      </div>
      {(wall.show.value.mode === "picture" || screen.wholePicture) && (
        <label class="check">
          <input
            type="checkbox"
            checked={screen.wholePicture ?? false}
            onChange={(event) => set({ wholePicture: event.currentTarget.checked })}
            data-testid="whole-picture"
          />
          <span class="small">{pictureLook().whole}</span>
        </label>
      )}
      {wall.show.value.pattern === "ripple" && <RippleStart broadcast={broadcast} screen={screen} />}
      <KioskLink code={broadcast.code} screen={screen.id} />
    </section>
  );
}

/** Lets the person at this screen on stage, or takes the stage back. */
function StageButton({ broadcast: { stage }, screen }: { broadcast: HostBroadcast; screen: ScreenSeen }) {
  const isOnStage = stage.screen.value === screen.number;
  return (
    <button
      type="button"
      aria-pressed={isOnStage}
      onClick={() => stage.give(isOnStage ? null : screen.id)}
      data-testid="give-stage"
    >
      {isOnStage ? hostStage().takeBack : hostStage().give}
    </button>
  );
}

/**
 * Places the popover where it covers neither its tile, if there is room, nor ever the bar. The preview has no
 * tiles; then it stands beside the panels.
 */
function placeBeside(box: HTMLElement, tile: HTMLElement | null): void {
  const { style } = box;
  const bar = document.querySelector<HTMLElement>(".bar")?.offsetHeight ?? 0;
  style.setProperty("--bar", `${bar}px`);
  const beside = tile ?? document.querySelector(".side");
  if (!beside || innerWidth <= SHEET_MAX_PX) {
    style.left = style.top = "";
    return;
  }
  const at = beside.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const right = at.right + MARGIN_PX;
  const left = at.left - MARGIN_PX - width;
  const x = right + width <= innerWidth ? right : left >= 0 ? left : innerWidth - width - MARGIN_PX;
  const y = Math.min(at.top, innerHeight - bar - height - MARGIN_PX);
  style.left = `${Math.max(x, MARGIN_PX)}px`;
  style.top = `${Math.max(y, MARGIN_PX)}px`;
}

/** Makes ripples start at this screen, or in the middle of the wall again. */
function RippleStart({ broadcast, screen: { x, y } }: { broadcast: HostBroadcast; screen: ScreenSeen }) {
  const { origin } = broadcast.wall.show.value;
  const isHere = origin?.x === x && origin.y === y;
  return (
    <button
      type="button"
      aria-pressed={isHere}
      onClick={() => broadcast.wall.setShow({ origin: isHere ? null : { x, y } })}
      data-testid="ripple-start"
    >
      {isHere ? screenSettings().ripplesStart : screenSettings().startRipples}
    </button>
  );
}

/** How well the screen does, in words and in figures. */
function Figures({ broadcast, screen }: { broadcast: HostBroadcast; screen: ScreenSeen }) {
  const figures = broadcast.stats.value?.screens?.find(({ id }) => id === screen.id);
  const health = healthById(broadcast).get(screen.id);
  if (!figures || !screen.present) return null;
  return (
    <div class="small" data-health={health?.light}>
      {health && (
        <p class={health.trouble && "trouble"} data-testid="health">
          <i class="lamp" aria-hidden="true" /> {health.reason}
        </p>
      )}
      {health?.trouble && <p data-testid="hint">{hintFor(health)}</p>}
      <p class="quiet" data-testid="figures">
        {formatFigures(figures)}
      </p>
    </div>
  );
}

/** The band that the person at the screen has chosen. */
function Chosen({ screen: { chosen } }: { screen: ScreenSeen }) {
  if (!chosen.band) return null;
  return (
    <p class="small quiet" data-testid="chosen">
      {screenSettings().chosen({ band: formatBand(chosen.band) })}
    </p>
  );
}

interface SizeProps {
  label: string;
  value: number;
  onChange(value: number): void;
}

function Size({ label, value, onChange }: SizeProps) {
  return (
    <TypedField
      type="number"
      aria-label={label}
      min={1}
      max={SIZE_MAX}
      value={value}
      onCommit={({ valueAsNumber: size }) => {
        if (size >= 1) onChange(Math.min(Math.round(size), SIZE_MAX));
      }}
    />
  );
}
