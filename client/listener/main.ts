import { normaliseCode } from "#protocol/format.ts";
import { openEar } from "./ear/open-ear.ts";
import { Connection } from "./join/connection.ts";
import { Loudspeaker } from "./pace/loudspeaker.ts";
import { Needs } from "./pace/needs.ts";
import { Pace } from "./pace/pace.ts";
import { SocketNeed } from "./pace/socket-need.ts";
import { byId, showIdentity } from "./page/element.ts";
import { beKiosk, reloadWhenServed } from "./page/kiosk.ts";
import { keepScreen, memory, recallScreen } from "./page/memory.ts";
import { Person } from "./page/person.ts";
import { stateOf } from "./page/status.ts";
import { fillScreen, keepAwake } from "./page/wake.ts";
import { offerForms, say } from "./page/words.ts";
import { Painter } from "./paint/painter.ts";

/** Time from a frame's arrival to its light: half a spectrum's window, decoding, and an animation frame. */
const LIGHT_MS = 30;
/** Interval at which the ear gets its pace, and the way of the frames is checked. */
const CHECK_MS = 250;

performance.mark("lightwall:start");
const root = document.documentElement;
const code = normaliseCode(location.pathname.split("/")[2] ?? "");

function run(): void {
  let isTapped = false;
  let isSounding = false;
  const needs = new Needs();
  const socketNeed = new SocketNeed();

  const person = new Person({
    onChange: () => update(),
    onSound: (isWanted) => {
      loudspeaker.isAudible = isWanted;
      ear.wantSound(isWanted);
    },
  });
  const { settings } = person;
  const pace = new Pace({
    at: (now) => connection.clock.at(now),
    get error() {
      return connection.clock.error;
    },
    get roundTrip() {
      return connection.clock.roundTrip;
    },
  });
  const loudspeaker = new Loudspeaker(
    (media, now) => pace.paintedAt(media, now),
    () => update(),
  );
  const ear = openEar(settings.ear, {
    onHeard: (heard, beats) => painter.take(heard, beats),
    onArrival: ({ media, at, via, isLive }) => {
      pace.hear(media);
      if (via === "udp") socketNeed.arrived(at);
      const sent = pace.sent(at);
      if (sent === undefined || !isLive) return;
      const needed = sent - media + LIGHT_MS;
      needs.add(at, { needed, late: needed - pace.delay(at) });
      const figures = needs.due(at);
      const precision = ear.kind === "frames" ? "exact" : "graph";
      if (figures) connection.report({ ...figures, clockErrorMs: pace.error ?? 0, precision });
    },
    onMissing: (gaps) => connection.repair(gaps.map(({ from, to }) => [from >>> 0, to >>> 0])),
    onSound: (sound) => loudspeaker.play(sound),
    onChange: () => update(),
  });
  const painter = new Painter({
    canvas: byId<HTMLCanvasElement>("light"),
    pace,
    ear,
    wishes: (part) => person.wishes(part),
    onChange: () => update(),
    onSound: () => {
      isSounding = true;
      update();
    },
  });
  const connection = new Connection({
    code,
    password: memory.recall(`password:${code}`),
    returning: settings.kiosk || memory.recall("wall") === code,
    screen: settings.screen ?? recallScreen(),
    name: settings.name,
    unattended: settings.kiosk,
    takesFrames: ear.kind === "frames",
    onReceiver: (receiver) => ear.watch(receiver),
    onTrack: (track, receiver) => ear.listen(track, receiver),
    onFrames: (frames) => ear.take(frames),
    onTiming: (timing) => {
      pace.timing = timing;
    },
    onFlashTest: (at) => {
      pace.flashTest(at);
      painter.flash();
    },
    onWall: (change) => {
      if (change.place) keepScreen(change.place.screen.id);
      painter.change(change);
    },
    onIdentify: () => showIdentity(painter.part.name),
    onChange: ({ joined, refusal }) => {
      if (joined) memory.keep("wall", code);
      if (!joined) socketNeed.reset(performance.now());
      if (settings.kiosk && refusal === "outdated") void reloadWhenServed();
      update();
    },
  });

  /** Whether music is to come: then the screen is lit, and frames must come one way or another. */
  function isPlaying(): boolean {
    const { refusal, room } = connection.status;
    return !refusal && room?.state === "live" && room.playing;
  }

  /** Brings all that is seen in line with what is known. */
  function update(): void {
    const { joined, room, refusal, peer } = connection.status;
    const { part } = painter;
    const isLit = isPlaying() && !part.locked;
    pace.trim = person.settings.trimMs;
    painter.apply();
    painter.isLit = isLit;
    if (!isLit) isSounding = false;
    connection.choice.set(person.wishes(part).chosen);
    person.offer(part, { isEnabled: isTapped && !settings.kiosk, isShown: !refusal });
    byId("title").textContent = room?.title ?? "";
    root.dataset.peer = peer;
    say(
      stateOf({ refusal, joined, room, locked: part.locked, blocked: ear.isBlocked, sounding: isSounding }),
    );
  }

  /** Tells the ear what is painted when, and asks for frames over the WebSocket where none come over UDP. */
  function check(): void {
    const now = performance.now();
    const timestamp = pace.timing?.clock?.timestamp;
    const at = timestamp === undefined ? undefined : pace.paintedAt(pace.mediaOf(timestamp), now);
    if (timestamp !== undefined && at !== undefined) ear.pace({ timestamp, at });
    if (!isPlaying()) socketNeed.reset(now);
    const isNeeded = socketNeed.update(now);
    if (isNeeded !== undefined) connection.wantFrames(isNeeded);
    byId("over-socket").hidden = !socketNeed.isNeeded;
  }

  /** A person is here: what browsers allow only then begins. */
  function tap(): void {
    isTapped = true;
    ear.resume();
    loudspeaker.resume();
    update();
    person.showControls();
  }

  addEventListener("click", ({ target }) => {
    const isOnControl = (target as Element).closest("form, button, label, a") !== null;
    if (!isTapped && !isOnControl && !settings.kiosk) fillScreen();
    tap();
  });
  addEventListener("keydown", tap);
  document.addEventListener("visibilitychange", () => document.hidden || loudspeaker.resume());
  offerForms(code, (password) => connection.enter(password));
  setInterval(check, CHECK_MS);
  keepAwake();
  connection.receive();
  if (settings.kiosk) beKiosk();
  update();
}

byId("code").textContent = code;
document.title = `Wall ${code} · Lightwall`;
if ("RTCPeerConnection" in window && "AudioContext" in window && "AnalyserNode" in window) run();
else say("too-old");
