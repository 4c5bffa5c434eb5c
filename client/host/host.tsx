import { computed, effect } from "@preact/signals";
import { render } from "preact";
import { normaliseCode } from "#protocol/format.ts";
import { noteWall, ownWall } from "../shared/walls.ts";
import { consolePage } from "../words/en/console-page.ts";
import { elsewhere, notHosted } from "../words/en/elsewhere.ts";
import { wordsReady } from "../words/words.ts";
import { HostBroadcast } from "./broadcast/host-broadcast.ts";
import { ELSEWHERE, ENDED } from "./broadcast/phase.ts";
import { Console } from "./console.tsx";
import { MapMaker } from "./light/map-maker.ts";
import { Notice } from "./messages.tsx";
import { Midi } from "./midi/midi.ts";
import { HostPicture } from "./picture/host-picture.ts";
import { KeptLook } from "./picture/kept-look.ts";
import { PictureMode } from "./picture/picture-mode.ts";
import { LocalDelay } from "./song/local-delay.ts";
import { attachMediaKeys } from "./song/media-keys.ts";
import { Song } from "./song/song.ts";
import { restore, takeUp } from "./song/take-up.ts";
import { HostStage } from "./stage/host-stage.ts";
import { stayLive } from "./stay-live.ts";
import { loadSettings, saveSettings } from "./ui/settings.ts";
import { SceneBook } from "./wall/scenes/scene-book.ts";
import { readWallName, wallTitle } from "./wall/wall-name.tsx";

/** The wall's code in the address of the console: `/host/<code>`. */
const code = normaliseCode(location.pathname.split("/").pop() ?? "");
const wall = ownWall(code);
const page = document.getElementById("page")!;

// Also texts that are made once, as those of problems, are in the language of the page.
await wordsReady();
document.title = consolePage().title({ wall: code });

if (wall === undefined) {
  document.documentElement.dataset.state = "no-key";
  render(
    <Notice title={notHosted().noKey({ code })}>
      <p>{notHosted().noKeyText}</p>
      <a class="button primary" href="../">
        {notHosted().start}
      </a>
      <a class="button" href={`../w/${code}`}>
        {elsewhere().beScreen({ code })}
      </a>
    </Notice>,
    page,
  );
} else {
  noteWall(code, { usedAt: Date.now() });
  readWallName(code);
  effect(() => {
    document.title = consolePage().title({ wall: wallTitle(code) });
  });
  const broadcast = new HostBroadcast(wall);
  const song = new Song((step) => broadcast.wall.history.add(step));
  const picture = new HostPicture(song.film, broadcast);
  const isJoined = computed(() => broadcast.phase.value === "ready");
  const pictureMode = new PictureMode(picture.sent, broadcast.wall, isJoined, new KeptLook(code));
  const stage = new HostStage(song, picture, broadcast);
  connect(code, song, picture, broadcast);
  const maker = new MapMaker(song, broadcast);
  const book = new SceneBook(song, broadcast);
  const midi = new Midi({ song, broadcast, book });
  new LocalDelay(song, broadcast);
  void restore(song);
  render(<Console {...{ code, song, picture, pictureMode, stage, broadcast, book, maker, midi }} />, page);
}

/**
 * Connects the song and the broadcast for the whole time of the page. Components cannot do it: their effects
 * run after an animation frame, and a tab in the background has none while its song plays.
 */
function connect(code: string, song: Song, picture: HostPicture, broadcast: HostBroadcast): void {
  broadcast.wouldPlay = () => song.interruption.wasPlaying.peek();
  effect(() => {
    const [playing, title, sent] = [song.playing.value, song.title.value, picture.sent.value];
    const isMuted = song.live.muted.value;
    broadcast.reportPlayback({
      playing,
      title,
      ...(sent && { picture: sent }),
      ...(isMuted && { muted: true }),
    });
  });
  let isElsewhere = false;
  effect(() => {
    const phase = broadcast.phase.value;
    if (ENDED.has(phase)) song.interruption.begin();
    if (ENDED.has(phase)) picture.release();
    isElsewhere ||= ELSEWHERE.has(phase);
    if (phase !== "ready") return;
    if (!isElsewhere) return song.interruption.end();
    isElsewhere = false;
    // Another page may take over meanwhile.
    const goOn = () => broadcast.phase.peek() === "ready" && song.interruption.end();
    void takeUp(song).finally(goOn);
  });
  effect(() => {
    const track = song.outputs.track.value;
    if (!track) return;
    broadcast.wall.sampleRate.value = song.output.sampleRate;
    if (broadcast.onAir.peek() !== "off") broadcast.goLive(track);
  });
  stayLive(song, broadcast);
  attachMediaKeys(song);
  effect(() => keepLive(code, broadcast));
  effect(() => goLiveByItself(song, broadcast));
  effect(() => showState(song, broadcast));
}

/** The wall goes live when a song plays and the first screen is there, unless its host has pressed Stop. */
function goLiveByItself(song: Song, broadcast: HostBroadcast): void {
  const hasScreen = [...broadcast.wall.screens.value.values()].some(({ present }) => present);
  const isReady = broadcast.phase.value === "ready" && broadcast.onAir.value === "off";
  if (!isReady || broadcast.isStopped.value || !hasScreen || !song.playing.value) return;
  broadcast.goLive(song.output.track);
  broadcast.wentLiveByItselfAt = performance.now();
}

/** Keeps which wall is live, so that a reloaded page can explain why the broadcast stopped. */
function keepLive(code: string, broadcast: HostBroadcast): void {
  const onAir = broadcast.onAir.value;
  // Until this page hosts the wall, another page may be live.
  if (["connecting", "elsewhere", "replaced"].includes(broadcast.phase.value)) return;
  saveSettings({ ...loadSettings(), live: onAir === "off" ? "" : code });
}

/** Shows the states as attributes of the document, for tests. */
function showState(song: Song, broadcast: HostBroadcast): void {
  const { dataset } = document.documentElement;
  const onAir = { off: "ready", connecting: "going-live", live: "live" }[broadcast.onAir.value];
  dataset.state = broadcast.phase.value === "ready" ? onAir : broadcast.phase.value;
  dataset.song = song.title.value === "" ? "none" : song.playing.value ? "playing" : "paused";
}
