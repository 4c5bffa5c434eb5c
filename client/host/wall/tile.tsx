import type { Extent, ScreenSeen, Show } from "#protocol/wall.ts";
import { handOf } from "../../light/screen-light.ts";
import { tileFacts } from "../../words/en/wall.ts";
import { screenName } from "../../words/screen-name.ts";
import type { ScreenHealth } from "./screen-health.ts";

/** A pointer that moves less than this presses a tile instead of dragging it. */
const SLOP_PX = 6;
/** A click that follows a drag comes within this time. */
const CLICK_AFTER_MS = 50;

interface TileProps {
  screen: ScreenSeen;
  show: Show;
  /** What of the grid is in view. */
  extent: Extent;
  selected: boolean;
  /** Whether the Tab key stops here: at one tile of the wall. */
  isTabStop: boolean;
  /** The band it shows, as text; undefined if what it shows does not depend on one. */
  band: string | undefined;
  /** How well it does; undefined while nobody knows. */
  health: ScreenHealth | undefined;
  onPress(): void;
  onFocus(): void;
  /** Called while the tile is dragged, with the offset in places; undefined at the end. */
  onDrag(offset: { x: number; y: number } | undefined): void;
  /** Called when the tile was moved, with the offset in places. */
  onMove(x: number, y: number): void;
}

/** A screen in the console. A press opens its settings; dragging moves it. */
export function Tile(props: TileProps) {
  const { screen, show, extent, selected, isTabStop, band, health, onPress, onFocus } = props;
  const [left, top] = [screen.x - extent.x, screen.y - extent.y];
  const { id, number, present, width, height } = screen;
  const name = screenName(screen);
  const facts = factsText(screen, band);
  const text = shownText(screen, show, extent);
  const trouble = health && health.light !== "green" ? health.reason : "";
  return (
    <button
      type="button"
      class="screen"
      data-id={id}
      data-x={screen.x}
      data-y={screen.y}
      data-present={present}
      aria-expanded={selected}
      aria-haspopup="dialog"
      data-health={health?.light}
      // What small tiles hide is part of the name all the same.
      aria-label={[number, name, facts, trouble].filter(Boolean).join(" ")}
      title={health?.reason}
      tabIndex={isTabStop ? 0 : -1}
      style={{ "--x": left, "--y": top, "--width": width, "--height": height }}
      onPointerDown={(event) => drag(event, props)}
      onFocus={onFocus}
      onClick={onPress}
    >
      {text && (
        <span class="shown-text" dir="auto" style={text.style}>
          <span>{text.words}</span>
        </span>
      )}
      <span class="label">
        <i class="lamp" aria-hidden="true" />
        {/* The space stands outside: in a name from right to left it would be at the other end. */}
        <strong>{number}</strong>{" "}
        <span class="name" dir="auto">
          {name}
        </span>
      </span>{" "}
      <span class="facts">
        {facts} {facts && trouble && <br />}
        {trouble}
      </span>
    </button>
  );
}

/**
 * The text that a screen shows, and how large about: the screen itself finds the largest size that fits. Of a
 * text over the wall it is the part at the screen's place. A text that runs through stands in the console.
 */
function shownText(screen: ScreenSeen, show: Show, extent: Extent) {
  const words = handOf(show.hand, screen.hand).text;
  if (words === "" || !screen.present) return;
  const isSpread = show.spreadText && words === show.hand.text;
  const letters = [...words].length;
  // In hundredths of the tile's height, which is 9/16 of its width; a letter is 0.6 of its height wide.
  const across = (100 * (extent.width / screen.width) * 16) / 9;
  const size = isSpread ? Math.min(70, across / (0.6 * letters)) : Math.min(50, 140 / Math.sqrt(letters));
  const before = isSpread ? (screen.x - extent.x) / screen.width : 0;
  const of = isSpread ? extent.width / screen.width : 1;
  return { words, style: { "--size": `${size}cqh`, "--before": before, "--of": of } };
}

/** The band of a screen, and whether it is switched off or away. */
function factsText({ present, locked }: ScreenSeen, band: string | undefined): string {
  const t = tileFacts();
  if (!present) return t.away;
  if (!locked) return band ?? "";
  return band === undefined ? t.switchedOff : t.bandSwitchedOff({ band });
}

/** Makes a tile follow the pointer until it is released. */
function drag(event: PointerEvent, { screen, onDrag, onMove }: TileProps): void {
  if (event.button !== 0) return;
  const tile = event.currentTarget as HTMLElement;
  // The width of a place in pixels. Its height is 9/16 of that.
  const place = tile.offsetWidth / screen.width;
  tile.setPointerCapture(event.pointerId);
  const offset = (moved: PointerEvent) =>
    [moved.clientX - event.clientX, moved.clientY - event.clientY] as const;
  const inPlaces = (x: number, y: number) => ({ x: x / place, y: y / ((place * 9) / 16) });
  tile.onpointermove = (moved) => {
    const [x, y] = offset(moved);
    if (Math.hypot(x, y) < SLOP_PX && !tile.classList.contains("dragged")) return;
    tile.classList.add("dragged");
    tile.style.translate = `${x}px ${y}px`;
    onDrag(inPlaces(x, y));
  };
  const end = (ended: PointerEvent) => {
    tile.onpointermove = tile.onpointerup = tile.onpointercancel = null;
    document.removeEventListener("lostpointercapture", end);
    tile.style.translate = "";
    const wasDragged = tile.classList.contains("dragged");
    tile.classList.remove("dragged");
    onDrag(undefined);
    if (ended.type !== "pointerup" || !wasDragged) return;
    // The click that follows would open the settings. A finger's drag has none.
    const swallow = (click: MouseEvent) => click.stopImmediatePropagation();
    tile.addEventListener("click", swallow, { capture: true });
    setTimeout(() => tile.removeEventListener("click", swallow, { capture: true }), CLICK_AFTER_MS);
    const { x, y } = inPlaces(...offset(ended));
    onMove(x, y);
  };
  tile.onpointerup = tile.onpointercancel = end;
  // A tile that goes away while it is dragged loses the pointer to the document.
  document.addEventListener("lostpointercapture", end);
}
