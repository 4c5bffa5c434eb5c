import type { Signal } from "@preact/signals";
import { NAME_MAX, type ScreenSeen, SIZE_MAX } from "#protocol/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { formatBand, formatFigures } from "../ui/format.ts";
import { TypedField } from "../ui/typed-field.tsx";
import { BandField } from "./band-field.tsx";
import { HandControls } from "./hand.tsx";
import { KioskLink } from "./join.tsx";

interface SelectedScreenProps {
  broadcast: HostBroadcast;
  selected: Signal<string | undefined>;
}

/** The settings of the selected screen: name, band, size and the host's choices, and how well it receives. */
export function SelectedScreen({ broadcast, selected }: SelectedScreenProps) {
  const screen = broadcast.wall.screens.value.get(selected.value ?? "");
  if (!screen) return null;
  const set = (change: Partial<ScreenSeen>) => broadcast.wall.arrange({ ...screen, ...change });
  return (
    <section class="choices" aria-label={`Screen ${screen.number}`} data-testid="selected">
      <h2 class="small quiet">
        Screen {screen.number}
        {screen.present ? "" : ", away"}
      </h2>
      <label class="field">
        <span class="small quiet">Name</span>
        <TypedField
          type="text"
          maxLength={NAME_MAX}
          value={screen.name}
          onCommit={(field) => set({ name: field.value.trim() || screen.name })}
          data-testid="name"
        />
      </label>
      <Figures broadcast={broadcast} screen={screen} />
      <BandField key={screen.id} band={screen.band} onChange={(band) => set({ band })} />
      <Chosen screen={screen} />
      <div class="field">
        <span class="small quiet">Size</span>
        <span class="sizes">
          <Size label="Width" value={screen.width} onChange={(width) => set({ width })} />×
          <Size label="Height" value={screen.height} onChange={(height) => set({ height })} />
        </span>
      </div>
      <div class="segments">
        <button type="button" onClick={() => broadcast.wall.identify(screen.id)} data-testid="identify">
          Identify
        </button>
        <button
          type="button"
          aria-pressed={screen.locked}
          onClick={() => set({ locked: !screen.locked })}
          data-testid="lock"
        >
          {screen.locked ? "Switched off" : "Switch off"}
        </button>
        {!screen.present && (
          <button type="button" onClick={() => broadcast.wall.removeScreen(screen.id)} data-testid="remove">
            Remove
          </button>
        )}
      </div>
      {broadcast.wall.show.value.pattern === "ripple" && (
        <RippleStart broadcast={broadcast} screen={screen} />
      )}
      <KioskLink code={broadcast.code} screen={screen.id} />
      <HandControls
        id="screen-text"
        hand={screen.hand}
        onChange={(change) => set({ hand: { ...screen.hand, ...change } })}
      />
    </section>
  );
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
      {isHere ? "Ripples start here" : "Start ripples here"}
    </button>
  );
}

function Figures({ broadcast, screen }: { broadcast: HostBroadcast; screen: ScreenSeen }) {
  const figures = broadcast.stats.value?.screens?.find(({ id }) => id === screen.id);
  if (!figures) return null;
  return (
    <p class="small quiet" data-testid="figures">
      {formatFigures(figures)}
    </p>
  );
}

/** The band that the person at the screen has chosen. */
function Chosen({ screen: { chosen } }: { screen: ScreenSeen }) {
  if (!chosen.band) return null;
  return (
    <p class="small quiet" data-testid="chosen">
      This person chose: {formatBand(chosen.band)}
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
