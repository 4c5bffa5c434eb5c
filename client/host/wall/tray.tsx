import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import { Icon } from "../ui/controls.tsx";

/** Names that are shown; in a larger tray, the rest is a number. */
const SHOWN_MAX = 12;

/** The screens that are away, and how to remove them. */
export function Tray({ broadcast }: { broadcast: HostBroadcast }) {
  const { wall } = broadcast;
  const away = wall.away.value;
  if (away.length === 0) return null;
  const more = away.length - SHOWN_MAX;
  return (
    <section class="tray" aria-label="Screens that are away" data-testid="tray">
      <span class="small quiet">Away</span>
      <ul>
        {away.slice(0, SHOWN_MAX).map(({ id, name }) => (
          <li key={id} class="small">
            <span dir="auto">{name}</span>
            <button
              type="button"
              class="remove"
              aria-label={`Remove ${name}`}
              onClick={() => wall.removeScreen(id)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
        {more > 0 && <li class="small quiet">and {more} more</li>}
      </ul>
      <button type="button" class="small" onClick={() => wall.removeScreen()} data-testid="remove-all">
        {away.length === 1 ? "Remove" : "Remove all"}
      </button>
    </section>
  );
}
