import { normaliseCode } from "#protocol/format.ts";
import { openEar } from "./ear/open-ear.ts";
import { Connection } from "./join/connection.ts";
import { Delivery } from "./pace/delivery.ts";
import { Pace } from "./pace/pace.ts";
import { Sound } from "./pace/sound.ts";
import { byId } from "./page/element.ts";
import { missingIn } from "./page/missing.ts";
import { Page } from "./page/page.ts";
import { Person } from "./page/person.ts";
import { readSettings } from "./page/settings.ts";
import { say, texts } from "./page/words.ts";
import { Painter } from "./paint/painter.ts";

performance.mark("lightwall:start");

/** Composes a screen: join → ear → pace → paint, and the page for the person. */
async function run(code: string): Promise<void> {
  // First what the first light waits for longest: the ear's worker and the connection.
  const settings = readSettings(location.search);
  const ear = await openEar(settings.ear);
  const connection = new Connection({ code, ear, settings });
  const person = new Person();
  const pace = new Pace(connection.clock);
  const painter = new Painter({
    canvas: byId("light"),
    pace,
    ear,
    wishes: (part) => person.wishes(part),
    picture: (now, wall) => connection.downlink?.picture(pace, now, wall),
  });
  const sound = new Sound(pace, ear);
  const delivery = new Delivery({ pace, ear, connection });
  const page = new Page(person);

  /** Brings all that is seen in line with what is known. */
  function update(): void {
    pace.trim = person.settings.trimMs;
    painter.isByEar = !!connection.status.room?.fromProgram;
    painter.apply();
    painter.isLit = connection.isPlaying && !painter.part.locked;
    // There is light, and what may not delay it begins.
    if (painter.isSounding) {
      delivery.load();
      connection.receive();
    }
    page.show(connection.status, { painter, ear, delivery });
  }

  ear.listener = {
    onHeard: (heard, beats) => painter.take(heard, beats),
    onArrival: (arrival) => delivery.arrived(arrival),
    onMissing: (gaps) => connection.repair(gaps),
    onSound: (frame) => sound.play(frame),
    onChange: update,
  };
  connection.listener = {
    onTiming: (timing) => {
      pace.timing = timing;
      delivery.pace();
    },
    onFlashTest: (at) => painter.flashTest(at),
    onWall: (change) => painter.change(change),
    onLightMap: (map) => painter.addLightMap(map),
    onFlashPlan: (plan) => painter.planFlashes(plan),
    onIdentify: () => void texts.then((loaded) => loaded?.showIdentity(painter.part.newest)),
    onChange: ({ joined }) => {
      if (!joined) delivery.reset(performance.now());
      update();
    },
  };
  painter.onChange = delivery.onChange = update;
  page.listener = {
    onTap: () => {
      sound.resume();
      update();
    },
    onPassword: (password) => connection.enter(password),
  };
  person.listener = {
    ...{ onChange: update, sound, send: connection.send },
    level: () => painter.level,
  };
  update();
}

const code = normaliseCode(location.pathname.split("/").pop()!);
byId("code").textContent = code;
const missing = missingIn(window);
if (missing) void say("too-old", missing);
else void run(code);
