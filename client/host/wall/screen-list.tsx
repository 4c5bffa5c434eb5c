import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ScreenFigures } from "#protocol/messages.ts";
import type { ScreenSeen } from "#protocol/wall.ts";
import { screenList } from "../../words/en/room.ts";
import { tileFacts } from "../../words/en/wall.ts";
import { screenName } from "../../words/screen-name.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { formatFigures } from "../ui/format.ts";
import { hintFor, type ScreenHealth } from "./screen-health.ts";
import { asShown, worstFirst } from "./screen-order.ts";
import { healthById } from "./wall-health.ts";

/** Screens that are listed; of a larger wall, the rest is a number. */
const LISTED_MAX = 50;

interface ScreenListProps {
  broadcast: HostBroadcast;
  /** The id of the selected screen. */
  selected: Signal<string | undefined>;
}

/** How each screen that is there receives the song, those that need help first. */
export function ScreenList({ broadcast, selected }: ScreenListProps) {
  const t = screenList();
  const list = useRef<HTMLUListElement>(null);
  /** The ids in the order in which they were shown last. */
  const shown = useRef<readonly string[]>([]);
  const health = healthById(broadcast);
  const figures = new Map<string, ScreenFigures>(broadcast.stats.value?.screens?.map((one) => [one.id, one]));
  const present = [...broadcast.wall.screens.value.values()].filter((screen) => screen.present);
  const chosen = selected.value;
  const sorted = worstFirst(present, health);
  // A row does not move away from the pointer or the focus.
  const screens = isUsed(list.current) ? asShown(sorted, shown.current) : sorted;
  shown.current = screens.map(({ id }) => id);
  if (screens.length === 0) return null;
  return (
    <section class="screen-list" aria-labelledby="screen-list">
      <h2 id="screen-list" class="quiet" title={t.meaning}>
        {t.screens}
      </h2>
      <ul ref={list} data-testid="screen-list">
        {screens.slice(0, LISTED_MAX).map((screen) => (
          <Row
            key={screen.id}
            screen={screen}
            health={health.get(screen.id)}
            figures={figures.get(screen.id)}
            isSelected={screen.id === chosen}
            onPress={() => {
              selected.value = selected.peek() === screen.id ? undefined : screen.id;
            }}
          />
        ))}
        {screens.length > LISTED_MAX && (
          <li class="small quiet" data-testid="more-screens">
            {t.more(screens.length - LISTED_MAX)}
          </li>
        )}
      </ul>
    </section>
  );
}

/** Whether the pointer or the focus is in an element. A finger leaves a hover behind that does not end. */
function isUsed(element: HTMLElement | null): boolean {
  if (!element) return false;
  const isHovered = element.matches(":hover") && matchMedia("(hover: hover)").matches;
  return isHovered || element.matches(":focus-within");
}

interface RowProps {
  screen: ScreenSeen;
  /** How well it does; undefined while nobody knows, and if it is switched off. */
  health: ScreenHealth | undefined;
  figures: ScreenFigures | undefined;
  isSelected: boolean;
  onPress(): void;
}

function Row({ screen, health, figures, isSelected, onPress }: RowProps) {
  const reason = screen.locked ? tileFacts().switchedOff : health?.reason;
  return (
    <li class="small" data-health={health?.light} data-testid="listed-screen">
      <button type="button" aria-expanded={isSelected} aria-haspopup="dialog" onClick={onPress}>
        <i class="lamp" aria-hidden="true" /> <strong>{screen.number}</strong>{" "}
        <span dir="auto">{screenName(screen)}</span>
      </button>
      {reason && <p class={health?.trouble && "trouble"}>{reason}</p>}
      {health?.trouble && <p>{hintFor(health)}</p>}
      {figures && <p class="quiet">{formatFigures(figures)}</p>}
    </li>
  );
}
