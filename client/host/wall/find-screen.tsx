import { type Signal, useSignal } from "@preact/signals";
import type { ScreenSeen } from "#protocol/wall.ts";
import { screenSearch } from "../../words/en/wall.ts";
import { screenName } from "../../words/screen-name.ts";

/** Matches that are listed. */
const LISTED_MAX = 8;

/** The screens whose number or name has what was typed; those that begin with it first. */
export function found<Seen extends Pick<ScreenSeen, "number" | "name">>(
  screens: readonly Seen[],
  typed: string,
): Seen[] {
  const query = typed.trim().toLocaleLowerCase();
  if (query === "") return [];
  const rank = ({ number, name }: Seen) => {
    if (String(number) === query) return 0;
    const at = name.toLocaleLowerCase().indexOf(query);
    return at === 0 ? 1 : at > 0 ? 2 : 3;
  };
  return screens
    .map((screen) => ({ screen, rank: rank(screen) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || a.screen.number - b.screen.number)
    .map(({ screen }) => screen);
}

interface FindScreenProps {
  screens: readonly ScreenSeen[];
  /** The id of the selected screen. */
  selected: Signal<string | undefined>;
}

/** Finds a screen of a large wall by its number or name, and opens its settings. */
export function FindScreen({ screens, selected }: FindScreenProps) {
  const typed = useSignal("");
  const t = screenSearch();
  const named = screens.map((screen) => ({ ...screen, name: screenName(screen) }));
  const matches = found(named, typed.value);
  const open = (screen: ScreenSeen | undefined) => {
    if (!screen) return;
    typed.value = "";
    document.querySelector(`.screen[data-id="${screen.id}"]`)?.scrollIntoView({
      block: "center",
      inline: "center",
    });
    selected.value = screen.id;
  };
  return (
    <search class="find">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open(matches[0]);
        }}
      >
        <input
          type="search"
          aria-label={t.byNumberOrName}
          placeholder={t.find}
          autocomplete="off"
          value={typed}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
          data-testid="find"
        />
      </form>
      {typed.value.trim() !== "" && (
        <ul class="sheet" aria-label={t.matches}>
          {matches.slice(0, LISTED_MAX).map((screen) => (
            <li key={screen.id}>
              <button type="button" dir="auto" onClick={() => open(screen)}>
                <span class="quiet">{screen.number}</span>{" "}
                {screen.present ? screen.name : t.away({ screen: screen.name })}
              </button>
            </li>
          ))}
          {matches.length === 0 && <li class="quiet">{t.none}</li>}
          {matches.length > LISTED_MAX && <li class="quiet">{t.more(matches.length - LISTED_MAX)}</li>}
        </ul>
      )}
    </search>
  );
}
