import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { type Extent, PLACES, type Show } from "#protocol/wall.ts";
import { bandOf, spotOf } from "../../light/layout.ts";
import { noteWall } from "../../shared/walls.ts";
import { wallView } from "../../words/en/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { WallScreen } from "../broadcast/host-wall.ts";
import type { Song } from "../song/song.ts";
import { afterPaint } from "../ui/after-paint.ts";
import { formatBand } from "../ui/format.ts";
import { PressButton } from "../ui/press-button.tsx";
import { loadSettings, saveSettings } from "../ui/settings.ts";
import { bandsEffect } from "./effects.ts";
import { FindScreen } from "./find-screen.tsx";
import { LookLayer } from "./look-layer.tsx";
import { movedTo, neighbourOf, reachOf } from "./places.ts";
import { showSparks } from "./sparks.ts";
import { inOrderSeen, tidied } from "./tidy.ts";
import { Tile } from "./tile.tsx";
import { useFlatPainter } from "./use-flat-painter.ts";
import { healthById } from "./wall-health.ts";

/** How far Shift and an arrow key move a screen while screens may stand anywhere, in places. */
const FREE_STEP = 0.125;

/** From so many screens on the console offers to find one and to zoom. */
const LARGE_FROM = 25;
const ZOOM_MAX = 8;
/** The factor of a press. */
const ZOOM_STEP = 1.5;
/** The way of a wheel (with Ctrl, or two fingers on a touchpad) that makes the wall e times as large. */
const WHEEL_PX = 400;

/** The direction of each arrow key. */
const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** All of the grid: what keys may move a screen to. */
const WHOLE_GRID: Extent = { x: 0, y: 0, width: PLACES, height: PLACES };

interface WallViewProps {
  song: Song;
  broadcast: HostBroadcast;
  selected: Signal<string | undefined>;
}

/** Shows each screen as a tile at its place, with its light. */
export function WallView({ song, broadcast, selected }: WallViewProps) {
  const t = wallView();
  const { grid, layer } = useFlatPainter<HTMLFieldSetElement>(song, broadcast, (picture) => {
    noteWall(broadcast.code, { picture });
  });
  const free = useSignal(loadSettings().freePlaces);
  /** Where the tile that is dragged would be. */
  const target = useSignal<Extent | undefined>(undefined);
  const zoom = useSignal(1);
  /** The id of the tile that had the focus last. */
  const focused = useSignal("");
  const { wall } = broadcast;
  const screens = inOrderSeen([...wall.placed.value.values()]);
  const extent = wall.extent.value;
  const reach = reachOf(extent);
  const health = healthById(broadcast);
  const tabStop = wall.placed.value.has(focused.value) ? focused.value : screens[0]?.id;

  useSignalEffect(() => showSparks(wall.sparks.value, grid.current));

  const zoomByWheel = (event: WheelEvent) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom.value = zoomed(zoom.peek() * Math.exp(-event.deltaY / WHEEL_PX));
  };

  const deselectBeside = (event: PointerEvent) => {
    if (event.target === event.currentTarget) selected.value = undefined;
  };

  /** Moves a screen by an offset in places. A screen that is at the new place already takes the old one. */
  const move = (screen: WallScreen, byX: number, byY: number, within = reach) => {
    const { x, y } = movedTo(screen, byX, byY, within, free.peek());
    if (x === screen.x && y === screen.y) return;
    const there = screens.find((other) => other.id !== screen.id && other.x === x && other.y === y);
    const swapped = there ? [{ ...there, x: screen.x, y: screen.y }] : [];
    wall.arrange({ ...screen, x, y }, ...swapped);
  };

  const press = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    const screen = wall.placed.peek().get((event.target as HTMLElement).dataset.id ?? "");
    if (!direction || !screen) return;
    event.preventDefault();
    event.stopPropagation();
    const step = free.peek() ? FREE_STEP : 1;
    if (event.shiftKey) move(screen, direction[0] * step, direction[1] * step, WHOLE_GRID);
    else focusTile(grid.current!, neighbourOf(screen, screens, direction)?.id);
  };

  return (
    <section class="wall" aria-label={t.wall}>
      <div class="view" onWheel={zoomByWheel}>
        <fieldset
          ref={grid}
          class="grid"
          aria-label={t.screens}
          onPointerDown={deselectBeside}
          onKeyDown={press}
          style={{ "--columns": extent.width, "--rows": extent.height, "--zoom": zoom.value }}
          data-testid="wall"
          data-columns={extent.width}
          data-rows={extent.height}
        >
          <LookLayer layer={layer} extent={extent} left={extent.x} top={extent.y} />
          {target.value && <span class="target" style={placeIn(extent, target.value)} />}
          {screens.map((screen) => (
            <Tile
              key={screen.id}
              screen={screen}
              show={wall.show.value}
              extent={extent}
              selected={selected.value === screen.id}
              isTabStop={screen.id === tabStop}
              band={shownBand(screen, extent, wall.show.value)}
              health={health.get(screen.id)}
              onPress={() => {
                selected.value = selected.peek() === screen.id ? undefined : screen.id;
              }}
              onFocus={() => {
                focused.value = screen.id;
              }}
              onDrag={(by) => {
                const at = by && movedTo(screen, by.x, by.y, reach, free.peek());
                target.value = at && { ...at, width: screen.width, height: screen.height };
              }}
              onMove={(x, y) => move(screen, x, y)}
            />
          ))}
        </fieldset>
      </div>
      <div class="arranging">
        {screens.length >= LARGE_FROM && <FindScreen screens={screens} selected={selected} />}
        {(screens.length >= LARGE_FROM || zoom.value > 1) && <Zoom zoom={zoom} />}
        <button
          type="button"
          class="small"
          title={t.tidyUpMeaning}
          onClick={() => afterPaint(() => wall.adjust(tidied(screens.filter(({ present }) => present))))}
          data-testid="tidy"
        >
          {t.tidyUp}
        </button>
        <label class="check">
          <input
            type="checkbox"
            checked={free.value}
            onChange={(event) => {
              free.value = event.currentTarget.checked;
              saveSettings({ ...loadSettings(), freePlaces: free.value });
            }}
            data-testid="free-places"
          />
          <span class="small quiet">{t.placeFreely}</span>
        </label>
      </div>
    </section>
  );
}

function Zoom({ zoom }: { zoom: Signal<number> }) {
  const t = wallView();
  const by = (factor: number) => {
    zoom.value = zoomed(zoom.peek() * factor);
  };
  return (
    <fieldset class="segments zoom" aria-label={t.size}>
      <PressButton
        aria-label={t.smaller}
        isIdle={zoom.value === 1}
        onPress={() => by(1 / ZOOM_STEP)}
        data-testid="zoom-out"
      >
        −
      </PressButton>
      <PressButton
        aria-label={t.larger}
        isIdle={zoom.value === ZOOM_MAX}
        onPress={() => by(ZOOM_STEP)}
        data-testid="zoom-in"
      >
        +
      </PressButton>
    </fieldset>
  );
}

function zoomed(zoom: number): number {
  return Math.min(Math.max(zoom, 1), ZOOM_MAX);
}

function placeIn(extent: Extent, { x, y, width, height }: Extent) {
  return { "--x": x - extent.x, "--y": y - extent.y, "--width": width, "--height": height };
}

function focusTile(grid: HTMLElement, id: string | undefined): void {
  if (id !== undefined) grid.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
}

/** The band that a screen shows, as text; undefined if what it shows does not depend on one. */
function shownBand(screen: WallScreen, extent: Extent, show: Show): string | undefined {
  const isSolid = show.mode === null || show.mode === "solid";
  if (!isSolid || (!bandsEffect(show).hasEffect && show.pattern !== "spectrum")) return;
  return formatBand(screen.chosen.band ?? bandOf(screen, spotOf(screen, extent, show.origin), show));
}
