import { CODE_PATTERN, normaliseCode } from "#protocol/format.ts";
import { nameOfBand } from "../light/band.ts";
import { paletteOf } from "../light/colour.ts";
import { weightsOf } from "../light/level.ts";
import { Connection } from "./connection.ts";
import { Controls } from "./controls.ts";
import { Dating } from "./dating.ts";
import { BLOCKED, beKiosk, reloadWhenServed } from "./kiosk.ts";
import { keepScreen, memory, recallScreen } from "./memory.ts";
import { LookLoader } from "./modes/look-loader.ts";
import { Needs } from "./needs.ts";
import { byId, showIdentity } from "./page.ts";
import { type Change, Part } from "./part.ts";
import { Screen } from "./screen.ts";
import { readSettings, type ScreenSettings, writeLooks, writeQuery } from "./settings.ts";
import { Sound } from "./sound.ts";
import { type State, stateOf, WORDS } from "./status.ts";
import { canFillScreen, fillScreen, keepAwake, toggleFullScreen } from "./wake.ts";
import { WallTime } from "./wall-time.ts";

/**
 * A change that no frame has brought into effect, because the screen is dark, comes so much late at most, ms.
 */
const SETTLE_MS = 250;

const root = document.documentElement;
const code = normaliseCode(location.pathname.split("/")[2] ?? "");

function say(state: State): void {
  if (state === root.dataset.state) return;
  root.dataset.state = state;
  const [is, then] = state === "blocked" && "kiosk" in root.dataset ? BLOCKED : WORDS[state];
  byId("is").textContent = is;
  byId("then").textContent = then;
  byId("words").hidden = !is;
  byId("another").hidden = state !== "unknown";
  byId("password").hidden = state !== "password" && state !== "wrong-password";
  byId("reload").hidden = state !== "outdated";
}

function run(): void {
  let settings = readSettings(location.search, memory.recall("settings"));
  let started = false;
  let sounding = false;
  let keepsSafe = memory.recall("safe") === "yes";
  /** A band was chosen here although the wall gives one. */
  let keepsBand = settings.kiosk && nameOfBand(settings.band) !== "all";

  const part = new Part();

  const needs = new Needs();

  const sound = new Sound(
    () => update(),
    () => dating.restart(),
  );
  const dating = new Dating(sound, (after, by) => screen.move(after, by));
  const canvas = byId<HTMLCanvasElement>("light");
  const screen = new Screen(canvas, {
    begin: (now) => part.changing && settle(now),
    measure: () => dating.hear(),
    attack: () => dating.attack(),
    due,
    wall: (now) => wall.at(now),
    flash: (now) => wall.flash(now),
    onSound: () => {
      sounding = true;
      update();
      dating.refine();
    },
    onFirstLight: () => performance.mark("lightwall:first-light"),
  });
  const lookLoader = new LookLoader(screen, canvas, () => sound.sampleRate);
  const connection = new Connection({
    code,
    password: memory.recall(`password:${code}`),
    returning: settings.kiosk || memory.recall("wall") === code,
    onReceiver: (made) => dating.prepare(made),
    screen: settings.screen ?? recallScreen(),
    name: settings.name,
    unattended: settings.kiosk,
    onTrack: (track, from) => {
      dating.listen(from);
      sound.play(track);
    },
    onTiming: (timing) => {
      wall.timing = timing;
    },
    onFlashTest: (at) => {
      wall.flashTest(at);
      if (started) screen.flash();
    },
    onWall: (coming) => {
      if (coming.place) keepScreen(coming.place.screen.id);
      change(coming);
    },
    onIdentify: () => showIdentity(part.name),
    onChange: ({ joined, refusal }) => {
      if (joined) memory.keep("wall", code);
      if (settings.kiosk && refusal === "outdated") void reloadWhenServed();
      update();
    },
  });
  const wall = new WallTime(connection.clock, dating.time);
  byId("password").addEventListener("submit", (event) => {
    event.preventDefault();
    const password = byId<HTMLInputElement>("password-text").value;
    memory.keep(`password:${code}`, password);
    connection.enter(password);
  });
  const controls = new Controls({
    settings,
    onSettings: (changed) => {
      if (changed.band !== settings.band) keepsBand = true;
      settings = changed;
      remember(settings);
      update();
    },
    onSound: (audible) => {
      sound.audible = audible;
    },
    onFullScreen: canFillScreen() ? toggleFullScreen : undefined,
  });

  function due(now: number, newest: number): number | undefined {
    const sent = wall.sent(now);
    if (sent === undefined) {
      if (sounding && !dating.time.known) dating.holdBlindly(wall.delay(now), now);
      return;
    }
    const delay = wall.delay(now);
    const behind = sent - newest;
    const needed = dating.hold({ behind, delay, roundTrip: wall.roundTrip, now });
    needs.add(now, { needed, late: behind - delay });
    sound.align(behind, delay);
    const figures = needs.due(now);
    if (figures)
      connection.report({ ...figures, clockErrorMs: wall.error ?? 0, precision: dating.precision });
    return sent - delay;
  }

  function change(coming: Change): void {
    part.add(coming);
    settle(performance.now());
    if (part.changing) setTimeout(() => settle(performance.now()), SETTLE_MS);
  }

  function settle(now: number): void {
    if (part.advance(wall.at(now))) update();
  }

  function obey(): void {
    const { show } = part;
    const { sampleRate, fftSize } = sound;
    const own = !part.band || (keepsBand && part.mayChooseBand);
    const given = paletteOf(show);
    const chosen = { band: own ? settings.band : null, palette: given ? null : settings.palette };
    const safety = keepsSafe && show.safety === "off" ? "wall" : show.safety;
    screen.task = part.task(chosen, safety, sampleRate, fftSize);
    screen.measure = { weights: weightsOf(show.weighting, sampleRate, fftSize), gainDb: part.gainDb };
    lookLoader.show(show.mode ?? settings.mode, part.place);
    connection.choice.set(chosen);
    controls.offer({ band: !part.band || part.mayChooseBand, palette: !given, mode: show.mode === null });
    byId("follow").hidden = !part.band || !own;
    byId("message").textContent = part.hand.text;
    byId("flashes").hidden = show.safety !== "off" || Boolean(connection.status.refusal);
    byId("safe").ariaChecked = String(keepsSafe);
  }

  /** Brings all that is seen in line with what is known. */
  function update(): void {
    const { joined, room, refusal, peer } = connection.status;
    const lit = started && !refusal && room?.state === "live" && room.playing && !part.locked;
    wall.trim = settings.trimMs;
    obey();
    if (lit) {
      screen.light();
    } else {
      sounding = false;
      screen.darken();
    }
    controls.enabled = started && !settings.kiosk;
    byId("tap").hidden = started || Boolean(refusal) || room?.state === "closed";
    byId("title").textContent = room?.title ?? "";
    root.dataset.peer = peer;
    say(stateOf({ refusal, joined, room, started, locked: part.locked, running: sound.running, sounding }));
  }

  function start(): void {
    if (started) return;
    started = true;
    connection.receive();
    sound.resume();
    keepAwake();
    update();
  }

  const tap = byId("tap");
  tap.addEventListener("pointerdown", () => {
    performance.mark("lightwall:tap");
    // The network need not wait for the finger to leave the glass; sound and full screen must.
    connection.receive();
  });
  tap.addEventListener("click", () => {
    start();
    fillScreen();
  });
  addEventListener("pointerup", () => started && sound.resume());
  addEventListener("keydown", () => started && sound.resume());
  document.addEventListener("visibilitychange", () => started && !document.hidden && sound.resume());

  byId("follow").addEventListener("click", () => {
    keepsBand = false;
    update();
  });
  byId("safe").addEventListener("click", () => {
    keepsSafe = !keepsSafe;
    memory.keep("safe", keepsSafe ? "yes" : "no");
    update();
  });

  remember(settings);
  if (settings.kiosk) beKiosk();
  if (settings.autostart) start();
  update();
}

function remember(settings: ScreenSettings): void {
  history.replaceState(null, "", writeQuery(settings));
  memory.keep("settings", writeLooks(settings));
}

function offerAnotherWall(): void {
  byId("another").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = normaliseCode(byId<HTMLInputElement>("another-code").value);
    if (CODE_PATTERN.test(typed)) location.assign(`/w/${typed}`);
    else byId("another-hint").textContent = "A code has five letters or digits.";
  });
  byId("reload").addEventListener("click", () => location.reload());
}

byId("code").textContent = code;
document.title = `Wall ${code} · Lightwall`;
offerAnotherWall();
if ("RTCPeerConnection" in window && "AudioContext" in window && "AnalyserNode" in window) run();
else say("too-old");
