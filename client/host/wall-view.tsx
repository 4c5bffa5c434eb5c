import type { Signal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { extentOf, PLACES, type ScreenSeen } from "../../server/protocol/wall.ts";
import type { Broadcast } from "./broadcast.ts";
import { useFrames } from "./frames.ts";
import type { Song } from "./song.ts";
import { WallLight } from "./wall-light.ts";

/** Free places shown around the wall, to drag screens to. */
const MARGIN = 1;
/** A pointer that moves less than this presses a tile. */
const SLOP_PX = 6;

interface WallViewProps {
  song: Song;
  broadcast: Broadcast;
  selected: Signal<string | undefined>;
}

/** The wall: every screen a tile in its place, in its colour. A tile is pressed to select it and dragged to move it. */
export function WallView({ song, broadcast, selected }: WallViewProps) {
  const grid = useRef<HTMLDivElement>(null);
  const light = useMemo(() => new WallLight(), []);
  const screens = [...broadcast.wall.screens.value.values()];
  const extent = extentOf(screens);
  const left = Math.max(extent.x - MARGIN, 0);
  const top = Math.max(extent.y - MARGIN, 0);
  const columns = extent.x + extent.width + MARGIN - left;
  const rows = extent.y + extent.height + MARGIN - top;

  useFrames((elapsed) => {
    const now = performance.now();
    const show = broadcast.wall.show.peek();
    const all = broadcast.wall.screens.peek();
    const whole = extentOf([...all.values()]);
    light.hear(song.analyser, show, broadcast.wall.measure.peek(), now);
    for (const tile of grid.current?.children ?? []) {
      const screen = all.get((tile as HTMLElement).dataset.id ?? "");
      if (!screen?.present) continue;
      const wall = broadcast.clock?.at(now) ?? now;
      (tile as HTMLElement).style.backgroundColor = light.colour(screen, whole, show, now, wall, elapsed);
    }
  });

  /** Puts a screen at a place; who is there already takes the place it leaves. */
  const move = (screen: ScreenSeen, x: number, y: number) => {
    const to = { x: clamp(x, PLACES - screen.width), y: clamp(y, PLACES - screen.height) };
    if (to.x === screen.x && to.y === screen.y) return;
    const there = screens.find((other) => other.id !== screen.id && other.x === to.x && other.y === to.y);
    const swapped = there ? [{ ...there, x: screen.x, y: screen.y }] : [];
    broadcast.wall.arrange({ ...screen, ...to }, ...swapped);
  };

  const drag = (event: PointerEvent, screen: ScreenSeen) => {
    const tile = event.currentTarget as HTMLElement;
    const { clientWidth, clientHeight } = grid.current!;
    tile.setPointerCapture(event.pointerId);
    const offset = (moved: PointerEvent) =>
      [moved.clientX - event.clientX, moved.clientY - event.clientY] as const;
    tile.onpointermove = (moved) => {
      const [x, y] = offset(moved);
      if (Math.hypot(x, y) < SLOP_PX && !tile.classList.contains("dragged")) return;
      tile.classList.add("dragged");
      tile.style.translate = `${x}px ${y}px`;
    };
    tile.onpointerup = tile.onpointercancel = (ended) => {
      tile.onpointermove = tile.onpointerup = tile.onpointercancel = null;
      tile.style.translate = "";
      tile.classList.remove("dragged");
      const [x, y] = offset(ended);
      if (ended.type === "pointerup" && Math.hypot(x, y) >= SLOP_PX) {
        move(
          screen,
          screen.x + Math.round((x * columns) / clientWidth),
          screen.y + Math.round((y * rows) / clientHeight),
        );
      }
    };
  };

  const press = (event: KeyboardEvent, screen: ScreenSeen) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    move(screen, screen.x + step[0], screen.y + step[1]);
  };

  return (
    <section class="wall" aria-label="The wall">
      <div
        ref={grid}
        class="grid"
        style={{ "--columns": columns, "--rows": rows }}
        data-testid="wall"
        data-columns={extent.width}
        data-rows={extent.height}
      >
        {screens.map((screen) => (
          <button
            key={screen.id}
            type="button"
            class="screen"
            data-id={screen.id}
            data-present={screen.present}
            aria-pressed={selected.value === screen.id}
            aria-label={`${screen.name}, screen ${screen.number}${screen.present ? "" : ", away"}`}
            style={{
              gridColumn: `${screen.x - left + 1} / span ${screen.width}`,
              gridRow: `${screen.y - top + 1} / span ${screen.height}`,
            }}
            onPointerDown={(event) => drag(event, screen)}
            onKeyDown={(event) => press(event, screen)}
            onClick={() => {
              selected.value = screen.id;
              broadcast.wall.identify(screen.id);
            }}
          >
            <span class="label">
              <strong>{screen.number}</strong> {screen.name}
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
