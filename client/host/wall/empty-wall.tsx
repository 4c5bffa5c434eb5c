import { computed, signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { dealtByPlace } from "#protocol/deal.ts";
import { NO_HAND, NOTHING_CHOSEN, type ScreenSeen } from "#protocol/wall.ts";
import { wallView } from "../../words/en/wall.ts";
import type { HostBroadcast } from "../broadcast/host-broadcast.ts";
import type { Song } from "../song/song.ts";
import { LookLayer } from "./look-layer.tsx";
import { useFlatPainter } from "./use-flat-painter.ts";
import type { LitBroadcast } from "./wall-light.ts";

/** The wall that is shown while there is none. */
const EXTENT = { x: 0, y: 0, width: 4, height: 2 };
const SCREENS = Array.from({ length: EXTENT.width * EXTENT.height }, (_, n): ScreenSeen => {
  const [x, y] = [n % EXTENT.width, Math.floor(n / EXTENT.width)];
  return {
    id: `pretended-${n}`,
    number: n + 1,
    name: "",
    x,
    y,
    width: 1,
    height: 1,
    band: null,
    dealt: null,
    locked: false,
    hand: NO_HAND,
    present: true,
    onWall: true,
    chosen: NOTHING_CHOSEN,
  };
});

interface EmptyWallProps {
  song: Song;
  broadcast: HostBroadcast;
}

/** What the wall would show with eight screens, while it has none. */
export function EmptyWall({ song, broadcast }: EmptyWallProps) {
  const { grid, layer } = useFlatPainter(
    song,
    useMemo(() => pretended(broadcast), [broadcast]),
  );
  return (
    <section class="wall" aria-label={wallView().empty}>
      <div class="view">
        <div
          ref={grid}
          class="grid"
          style={{ "--columns": EXTENT.width, "--rows": EXTENT.height, "--zoom": 1 }}
          data-testid="empty-wall"
        >
          <LookLayer layer={layer} extent={EXTENT} left={0} top={0} />
          {SCREENS.map(({ id, x, y, width, height }) => (
            <div
              key={id}
              class="pretended"
              data-id={id}
              style={{ "--x": x, "--y": y, "--width": width, "--height": height }}
            />
          ))}
        </div>
      </div>
      <p class="small quiet">{song.playing.value ? wallView().eightScreens : wallView().noScreens}</p>
    </section>
  );
}

/** The broadcast, with eight screens. */
function pretended(broadcast: HostBroadcast): LitBroadcast {
  const { phase, wall, pictures } = broadcast;
  const { show, spans, weights, beats, phases } = wall;
  const placed = computed(() => {
    const { rule } = show.value;
    return new Map(
      SCREENS.map((screen) => [screen.id, { ...screen, dealt: dealtByPlace(screen, EXTENT, rule) }]),
    );
  });
  return {
    phase,
    pictures,
    // It is another one after each connection.
    get clock() {
      return broadcast.clock;
    },
    wall: { show, spans, weights, beats, phases, placed, extent: signal(EXTENT) },
  };
}
