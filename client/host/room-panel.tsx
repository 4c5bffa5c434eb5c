import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { HostBroadcast } from "./broadcast/host-broadcast.ts";
import type { Song } from "./song/song.ts";
import { Fact } from "./ui/controls.tsx";
import { formatShare } from "./ui/format.ts";
import { loadSettings, saveSettings } from "./ui/settings.ts";
import { FlashSafety } from "./wall/flash-safety.tsx";
import { TimingPanel } from "./wall/timing-panel.tsx";
import { WallNameField } from "./wall/wall-name.tsx";

/** What the figures mean, shown by a pointer that rests on them. */
const MEANINGS = {
  listening: "Pages that have joined this wall.",
  connected: "Pages whose connection to the song is up.",
  overSocket:
    "Pages that get the song over their WebSocket: UDP is blocked on their network, or they are connecting.",
  roundTrip: "The time of a packet from the server to a screen and back: the median of all screens.",
  loss: "The share of packets that the screen with the worst connection misses.",
  packetTime:
    "How much sound one packet holds. Large walls get longer packets, which are less work for the server.",
};

const KEYS = [
  ["Space", "Play, pause"],
  ["← →", "Back or forward 5 seconds"],
  ["↑ ↓", "Volume"],
  ["L", "Loop"],
  ["M", "Sound on this computer"],
  ["1 … 0", "Scenes"],
  ["N", "Next scene"],
  ["B", "Blackout"],
  ["F", "Freeze"],
  ["− +", "Brightness"],
  ["T", "Text on all screens"],
  ["I", "All screens show number and name"],
  ["Ctrl Z", "Undo; with Shift, redo"],
  ["Esc", "Closes what is open"],
  ["Arrows", "On a tile: the next one; with Shift, move the screen"],
  ["?", "This list of keys"],
] as const;

interface RoomPanelProps {
  song: Song;
  broadcast: HostBroadcast;
}

/** The room: how screens receive, timing, flash safety, keys, the password, and the end of the wall. */
export function RoomPanel({ song, broadcast }: RoomPanelProps) {
  const stats = broadcast.stats.value;
  return (
    <>
      <dl>
        <Fact
          name="Listening"
          meaning={MEANINGS.listening}
          value={stats ? String(stats.listeners) : "–"}
          testid="listeners"
        />
        <Fact
          name="Receiving light"
          meaning={MEANINGS.connected}
          value={stats ? String(stats.connected) : "–"}
          testid="connected"
        />
        {stats && stats.overSocket > 0 && (
          <Fact
            name="Without UDP"
            meaning={MEANINGS.overSocket}
            value={String(stats.overSocket)}
            testid="over-socket"
          />
        )}
        <Fact
          name="Round trip"
          meaning={MEANINGS.roundTrip}
          value={stats?.roundTripMs == null ? "–" : `${Math.round(stats.roundTripMs)} ms`}
          testid="round-trip"
        />
        <Fact
          name="Worst loss"
          meaning={MEANINGS.loss}
          value={stats && stats.connected > 0 ? formatShare(stats.worstLoss) : "–"}
          testid="loss"
        />
        <Fact
          name="Packet time"
          meaning={MEANINGS.packetTime}
          value={stats ? `${stats.packetTimeMs} ms` : "–"}
          testid="packet-time"
        />
      </dl>
      <TimingPanel song={song} broadcast={broadcast} />
      <FlashSafety broadcast={broadcast} />
      <WallNameField code={broadcast.code} />
      <Password broadcast={broadcast} />
      <Keys />
      <CloseWall broadcast={broadcast} />
    </>
  );
}

function Keys() {
  const act = useSignal(loadSettings().letterKeys);
  return (
    <>
      <button type="button" popovertarget="keys" class="small">
        Keys <kbd>?</kbd>
      </button>
      <div id="keys" popover="auto">
        <h2>Keys</h2>
        <dl class="keys" aria-label="Keys">
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <label class="check">
          <input
            type="checkbox"
            checked={act.value}
            onChange={(event) => {
              act.value = event.currentTarget.checked;
              saveSettings({ ...loadSettings(), letterKeys: act.value });
            }}
            data-testid="letter-keys"
          />
          <span class="small">Single letters and digits act. Off, only the keys of controls do.</span>
        </label>
      </div>
    </>
  );
}

function Password({ broadcast }: { broadcast: HostBroadcast }) {
  const typed = useSignal(broadcast.password.peek());
  const problem = useSignal("");
  const set = (event: SubmitEvent) => {
    event.preventDefault();
    const reached = broadcast.protect(typed.value);
    problem.value = reached ? "" : "The server cannot be reached. Try again in a moment.";
  };
  return (
    <form class="password" onSubmit={set}>
      <label class="quiet" for="password">
        Password for screens
      </label>
      <span>
        <input
          id="password"
          type="text"
          placeholder="None"
          autocomplete="off"
          spellcheck={false}
          maxLength={100}
          value={typed}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
          data-testid="password"
        />
        <button type="submit" disabled={typed.value === broadcast.password.value} data-testid="set-password">
          Set
        </button>
      </span>
      <p class="alert" role="alert">
        {problem}
      </p>
    </form>
  );
}

function CloseWall({ broadcast }: { broadcast: HostBroadcast }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const problem = useSignal("");
  const ask = () => {
    problem.value = "";
    dialog.current?.showModal();
  };
  const close = () => {
    if (!broadcast.closeWall()) problem.value = "The server cannot be reached. Try again in a moment.";
  };
  return (
    <>
      <button type="button" class="leave" onClick={ask} data-testid="close-wall">
        Close the wall
      </button>
      <dialog ref={dialog} aria-labelledby="close-question">
        <h2 id="close-question">Close this wall for good?</h2>
        <p class="quiet">Every screen goes dark, and the code and the link stop working.</p>
        <p class="alert" role="alert">
          {problem}
        </p>
        <div class="answers">
          <button
            type="button"
            class="primary"
            onClick={() => dialog.current?.close()}
            data-testid="keep-wall"
          >
            Keep it
          </button>
          <button type="button" onClick={close} data-testid="close-wall-confirm">
            Close the wall
          </button>
        </div>
      </dialog>
    </>
  );
}
