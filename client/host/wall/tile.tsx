import type { ScreenFigures } from "#protocol/messages.ts";
import type { ScreenSeen } from "#protocol/wall.ts";
import { formatFigures, formatFiguresShort } from "../ui/format.ts";

/** A pointer that moves less than this presses a tile instead of dragging it. */
const SLOP_PX = 6;

/** The direction in which an arrow key moves a tile. */
const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface TileProps {
  screen: ScreenSeen;
  /** Left edge in the view, in places. */
  left: number;
  /** Upper edge in the view, in places. */
  top: number;
  /** How far an arrow key moves the screen, in places. */
  step: number;
  selected: boolean;
  /** The band it shows, as text. */
  band: string;
  /** How well it receives; undefined while unknown. */
  figures: ScreenFigures | undefined;
  onPress(): void;
  /** Called when the tile was moved, with the offset in places. */
  onMove(x: number, y: number): void;
}

/** A screen in the console. A press selects it; dragging or an arrow key moves it. */
export function Tile({ screen, left, top, step, selected, band, figures, onPress, onMove }: TileProps) {
  const { id, number, name, present, locked, width, height } = screen;
  const state = present ? (locked ? ", switched off" : "") : ", away";
  const press = (event: KeyboardEvent) => {
    const direction = STEPS[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(direction[0] * step, direction[1] * step);
  };
  return (
    <button
      type="button"
      class="screen"
      data-id={id}
      data-x={screen.x}
      data-y={screen.y}
      data-present={present}
      aria-pressed={selected}
      aria-label={`${name}, screen ${number}${state}, ${band}`}
      title={figures && formatFigures(figures)}
      style={{ "--x": left, "--y": top, "--width": width, "--height": height }}
      onPointerDown={(event) => drag(event, width, onMove)}
      onKeyDown={press}
      onClick={onPress}
    >
      <span class="label">
        <strong>{number}</strong>
        <span class="name"> {name}</span>
      </span>
      <span class="facts">
        {band}
        {state}
        {figures && <br />}
        {figures && formatFiguresShort(figures)}
      </span>
    </button>
  );
}

/** Makes a tile follow the pointer until it is released. */
function drag(event: PointerEvent, width: number, onMove: TileProps["onMove"]): void {
  const tile = event.currentTarget as HTMLElement;
  // The width of a place in pixels. Its height is 9/16 of that.
  const place = tile.offsetWidth / width;
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
      onMove(x / place, y / ((place * 9) / 16));
    }
  };
}
