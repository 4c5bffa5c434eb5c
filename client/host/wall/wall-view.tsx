import { type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { EDGE_PARTS, type Extent, PLACES, type ScreenSeen, type Show } from "#protocol/wall.ts";
import { bandOf, spotOf } from "../../light/layout.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { WallScreen } from "../broadcast/host-wall.ts";
import type { Song } from "../song/song.ts";
import { useAnimationFrame } from "../ui/animation-frame.ts";
import { formatBand } from "../ui/format.ts";
import { loadSettings, saveSettings } from "../ui/settings.ts";
import { Tile } from "./tile.tsx";
import { paintTiles, WallLight } from "./wall-light.ts";

/** Empty places shown around the wall, to drag screens to. */
const MARGIN = 1;
/** How far an arrow key moves a screen while screens may stand anywhere, in places. */
const FREE_STEP = 0.125;

interface WallViewProps {
  song: Song;
  broadcast: HostBroadcast;
  selected: Signal<string | undefined>;
}

/** Shows each screen as a tile at its place, in its colour. */
export function WallView({ song, broadcast, selected }: WallViewProps) {
  const grid = useRef<HTMLDivElement>(null);
  const light = useMemo(() => new WallLight(song, broadcast), [song, broadcast]);
  const free = useSignal(loadSettings().freePlaces);
  const { wall } = broadcast;
  const screens = [...wall.placed.value.values()];
  const extent = wall.extent.value;
  const left = Math.max(Math.floor(extent.x) - MARGIN, 0);
  const top = Math.max(Math.floor(extent.y) - MARGIN, 0);
  const columns = Math.ceil(extent.x + extent.width) + MARGIN - left;
  const rows = Math.ceil(extent.y + extent.height) + MARGIN - top;
  const figures = new Map(broadcast.stats.value?.screens?.map((of) => [of.id, of]));

  useAnimationFrame(() => {
    light.begin(performance.now());
    paintTiles(grid.current?.children ?? [], light);
  });

  const deselectBeside = (event: PointerEvent) => {
    if (event.target === event.currentTarget) selected.value = undefined;
  };

  /** Moves a screen by an offset in places. A screen that is at the new place already takes the old one. */
  const move = (screen: ScreenSeen, byX: number, byY: number) => {
    const valid = (value: number, most: number) =>
      Math.min(
        Math.max(free.peek() ? Math.round(value * EDGE_PARTS) / EDGE_PARTS : Math.round(value), 0),
        most,
      );
    const x = valid(screen.x + byX, PLACES - screen.width);
    const y = valid(screen.y + byY, PLACES - screen.height);
    if (x === screen.x && y === screen.y) return;
    const there = screens.find((other) => other.id !== screen.id && other.x === x && other.y === y);
    const swapped = there ? [{ ...there, x: screen.x, y: screen.y }] : [];
    wall.arrange({ ...screen, x, y }, ...swapped);
  };

  return (
    <section class="wall" aria-label="The wall">
      <div
        ref={grid}
        class="grid"
        onPointerDown={deselectBeside}
        style={{ "--columns": columns, "--rows": rows }}
        data-testid="wall"
        data-columns={extent.width}
        data-rows={extent.height}
      >
        {screens.map((screen) => (
          <Tile
            key={screen.id}
            screen={screen}
            left={screen.x - left}
            top={screen.y - top}
            step={free.value ? FREE_STEP : 1}
            selected={selected.value === screen.id}
            band={formatBand(shownBand(screen, extent, wall.show.value))}
            figures={screen.present ? figures.get(screen.id) : undefined}
            onPress={() => {
              selected.value = screen.id;
            }}
            onMove={(x, y) => move(screen, x, y)}
          />
        ))}
      </div>
      <label class="check free">
        <input
          type="checkbox"
          checked={free.value}
          onChange={(event) => {
            free.value = event.currentTarget.checked;
            saveSettings({ ...loadSettings(), freePlaces: free.value });
          }}
          data-testid="free-places"
        />
        <span class="small quiet">Place screens freely</span>
      </label>
    </section>
  );
}

function shownBand(screen: WallScreen, extent: Extent, show: Show) {
  return screen.chosen.band ?? bandOf(screen, spotOf(screen, extent, show.origin), show);
}
