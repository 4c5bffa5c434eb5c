import { awayTray } from "../../words/en/wall.ts";
import { screenName } from "../../words/screen-name.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Icon } from "../ui/controls.tsx";

/** Names that are shown; in a larger tray, the rest is a number. */
const SHOWN_MAX = 12;

/** The screens that are away, and how to remove them. */
export function Tray({ broadcast }: { broadcast: HostBroadcast }) {
  const { wall } = broadcast;
  const away = wall.away.value;
  if (away.length === 0) return null;
  const t = awayTray();
  const more = away.length - SHOWN_MAX;
  const removeAll = () => {
    wall.removeScreen();
    // The tray goes, and the focus with it.
    document.querySelector<HTMLElement>("[data-testid=undo]")?.focus();
  };
  return (
    <section class="tray" aria-label={t.screens} data-testid="tray">
      <span class="small quiet">{t.away}</span>
      <ul>
        {away.slice(0, SHOWN_MAX).map((screen) => (
          <li key={screen.id} class="small">
            <span dir="auto">{screenName(screen)}</span>
            <button
              type="button"
              class="remove"
              aria-label={t.removeScreen({ screen: screenName(screen) })}
              onClick={() => wall.removeScreen(screen.id)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
        {more > 0 && <li class="small quiet">{t.more(more)}</li>}
      </ul>
      <button type="button" class="small" onClick={removeAll} data-testid="remove-all">
        {away.length === 1 ? t.remove : t.removeAll}
      </button>
    </section>
  );
}
