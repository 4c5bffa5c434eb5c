/**
 * `npm run bench:picture-crowd [-- <listeners> <seconds>]`: a crowd joins a wall with a picture within
 * seconds, 200 listeners within 5 s by default, with real handshakes. Measures how many key frames a second
 * the host is asked for, and how long each listener waits for its first picture, from its first check on. The
 * host's picture has 1.5 Mb/s, and a key frame comes 20 ms after it was asked for. The last line is JSON.
 * Exits with 1 if a figure is over its limit.
 */
import { setTimeout as delay } from "node:timers/promises";
import { PICTURE_BYTES } from "./case.ts";
import { Crowd, HOST } from "./crowd.ts";
import { SERVER_CORE } from "./programs.ts";
import { SERVERS } from "./servers.ts";

const LISTENERS = Number(process.argv[2] ?? 200);
const JOIN_S = Number(process.argv[3] ?? 5);
/** Packets of the picture a second: 1.5 Mb/s. */
const PICTURES_PER_SECOND = 163;
const SONG_PER_SECOND = 50;
const SONG_BYTES = 320;
/** Listeners that are there before the crowd, so that the code that runs often is compiled. */
const BEFORE = 20;
/** How long the first ones look before the crowd comes, and the last ones after it, s. */
const WARM_UP_S = 5;
const LAST_S = 2;
/** Interval at which requests for key frames are read, ms. */
const READ_MS = 100;
/** Requests in any second, and the first picture of 95 % of the listeners. */
const LIMITS = { keyframesPerSecond: 3, firstPictureP95Ms: 1_000 };

const { lightwall: kind } = SERVERS;
const missing = kind?.missing();
if (!kind || missing) {
  process.stderr.write(`${missing}\n`);
  process.exit(2);
}
const crowd = await Crowd.start();
const server = await kind.start({ cores: SERVER_CORE, profiles: undefined, workers: 1 });

async function join(index: number): Promise<boolean> {
  const own = crowd.side(index);
  const met = await server.meet(index === HOST ? "publish" : "subscribe", own, "beside");
  return crowd.join(index, own, met);
}

crowd.sendBeside(PICTURES_PER_SECOND, PICTURE_BYTES);
if (!(await join(HOST))) throw new Error([...crowd.failures].join(", "));
const seconds = WARM_UP_S + JOIN_S + LAST_S;
const played = crowd.play(SONG_PER_SECOND, SONG_BYTES, SONG_PER_SECOND * seconds);
await Promise.all(Array.from({ length: BEFORE }, (_, n) => join(LISTENERS + n)));
await delay(WARM_UP_S * 1_000);
crowd.mark(0);

/** Requests so far, at each reading. */
const requests: { at: number; count: number }[] = [];
let isReading = true;
const reading = (async () => {
  for (; isReading; await delay(READ_MS)) {
    const { keyframes } = await crowd.report();
    requests.push({ at: performance.now(), count: keyframes });
  }
})();
const begun = performance.now();
const joins: Promise<boolean>[] = [];
for (let n = 0; n < LISTENERS; n++) {
  await delay(Math.max(0, begun + (n * JOIN_S * 1_000) / LISTENERS - performance.now()));
  joins.push(join(n));
}
const connected = (await Promise.all(joins)).filter(Boolean).length;
const joinedMs = performance.now() - begun;
await delay(1_500);
isReading = false;
await reading;
await played;
const report = await crowd.report();
await server.close();
await crowd.close();

/** Most requests between two readings that are a second apart, or a little less. */
const keyframesPerSecond = requests.reduce((most, { at, count }) => {
  const before = requests.find((one) => at - one.at <= 1_000)!;
  return Math.max(most, count - before.count);
}, 0);
const result = {
  listeners: LISTENERS,
  connected,
  joinedMs: Math.round(joinedMs),
  keyframes: report.keyframes,
  keyframesPerSecond,
  pictured: report.pictured - BEFORE,
  firstPictureP95Ms: report.firstPictureP95Ms,
  firstPictureMaxMs: report.firstPictureMaxMs,
  failures: [...crowd.failures],
};
process.stdout.write(`${JSON.stringify(result)}\n`);
const isGood =
  connected === LISTENERS &&
  result.pictured === LISTENERS &&
  keyframesPerSecond <= LIMITS.keyframesPerSecond &&
  report.firstPictureP95Ms <= LIMITS.firstPictureP95Ms;
process.exitCode = isGood ? 0 : 1;
