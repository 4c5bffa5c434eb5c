import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../client/host/read/report.ts";
import { formatTime } from "../../client/host/ui/format.ts";
import {
  fixture,
  type OddSong,
  oddSongs,
  plainSongs,
  TAGS,
  withCover,
  writeSongs,
} from "../support/odd-songs.ts";
import { eventually, newDevice, startWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";
import { temporaryDirectory } from "../support/test-app.ts";

/** Consoles that play songs at the same time. Most of a song's test is waiting for its end. */
const HOSTS = 3;

const { server, browser } = await setStage({ keepPages: true, kiosk: true });
const folder = temporaryDirectory();
const free: Page[] = [];
const waiting: ((host: Page) => void)[] = [];

/** What a page tells of the song that it plays. */
interface Played {
  /** What the page shows. */
  shown: string;
  durationS: number;
  /** Where it ended after it was moved to near its end, s. */
  endedS: number;
  /** The greatest sample of the last second. */
  peak: number;
}

declare const elements: HTMLAudioElement[];
declare const blobs: Map<string, Blob>;
/** What the worker tells of each song. */
declare const reports: Report[];

beforeAll(async () => {
  for (let n = 0; n < HOSTS; n++) {
    const host = await newDevice(browser);
    await host.addInitScript(keepElements);
    await startWall(host, server.url);
    free.push(host);
  }
});

afterAll(() => folder.remove());

describe.each([
  ["a song", plainSongs()],
  ["an odd song", oddSongs()],
])("%s plays for as long as it is, or is refused with the reason:", (_, songs) => {
  const paths = writeSongs(folder.path, songs);

  const named = songs.map((song, n) => [song.name, song, paths[n]!] as const);
  test.concurrent.each(named)("%s", (_, song, path) =>
    withHost(async (host) => {
      const count = await host.evaluate(() => elements.length);
      await host.getByTestId("file").setInputFiles(path);
      if (song.seconds === undefined) return isRefused(host, song);
      await host.waitForFunction((before) => elements.length > before, count);
      const played = await host.evaluate(playToTheEnd);
      expect(played.durationS).toBeGreaterThan(song.seconds - 0.1);
      expect(played.durationS).toBeLessThan(song.seconds + 0.1);
      expect(played.shown).toBe(formatTime(played.durationS));
      expect(Math.abs(played.endedS - played.durationS)).toBeLessThan(0.1);
      expect(played.peak).toBeGreaterThan(0.05);
    }),
  );
});

test("tags and a small copy of the cover are read", () =>
  withHost(async (host) => {
    const [path] = writeSongs(folder.path, [{ name: "cover.mp3", bytes: withCover(fixture("vbr.mp3")) }]);
    const count = await host.evaluate(() => reports.length);
    await host.getByTestId("file").setInputFiles(path!);
    await host.waitForFunction((before) => reports.length > before, count);
    const read = await host.evaluate(async () => {
      const { cover, title, artist, album } = reports.at(-1)!;
      const { width, height } = await createImageBitmap(cover!);
      return { width, height, isSmall: cover!.size < 20_000, title, artist, album };
    });
    expect(read).toEqual({ width: 256, height: 128, isSmall: true, ...TAGS });
  }));

/** Runs a test with a console that no other test uses meanwhile. */
async function withHost(run: (host: Page) => Promise<void>): Promise<void> {
  const host = free.pop() ?? (await new Promise<Page>((resolve) => waiting.push(resolve)));
  try {
    await run(host);
  } finally {
    const next = waiting.shift();
    if (next) next(host);
    else free.push(host);
  }
}

/** Makes a page keep what it plays and what its workers say: its elements are not in its document. */
function keepElements(): void {
  Object.assign(globalThis, { elements: [], blobs: new Map(), reports: [] });
  globalThis.Worker = class extends Worker {
    constructor(...options: ConstructorParameters<typeof Worker>) {
      super(...options);
      this.addEventListener("message", ({ data }) => "refusal" in data && reports.push(data));
    }
  };
  // As on an iPhone, where this event may not come before a song is played.
  const { addEventListener } = HTMLAudioElement.prototype;
  HTMLAudioElement.prototype.addEventListener = function (
    this: HTMLAudioElement,
    type: string,
    ...more: unknown[]
  ) {
    if (type !== "canplay") Reflect.apply(addEventListener, this, [type, ...more]);
  };
  const { play } = HTMLAudioElement.prototype;
  HTMLAudioElement.prototype.play = function (this: HTMLAudioElement) {
    elements.push(this);
    return play.call(this);
  };
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob: Blob) => {
    const url = createObjectURL.call(URL, blob);
    blobs.set(url, blob);
    return url;
  };
}

/** In the page: moves the song that plays to near its end by the slider, and waits for it. */
async function playToTheEnd(): Promise<Played> {
  const element = elements.at(-1)!;
  const context = new OfflineAudioContext(1, 1, 48_000);
  const sound = await context.decodeAudioData(await blobs.get(element.src)!.arrayBuffer());
  const samples = sound.getChannelData(0).slice(-48_000);
  const durationS = element.duration;
  const shown = document.querySelector<HTMLElement>("[data-testid=duration]")!.innerText;
  const ended = new Promise((resolve) => element.addEventListener("ended", resolve, { once: true }));
  const slider = document.querySelector<HTMLInputElement>("[data-testid=seek]")!;
  slider.valueAsNumber = durationS - 0.4;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
  const endedS = element.ended ? element.currentTime : Number.NaN;
  return { shown, durationS, endedS, peak: samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0) };
}

async function isRefused(host: Page, { name, refusal }: OddSong): Promise<void> {
  const message = () => host.getByTestId("message").innerText();
  // Vitest has no `expect.poll` for tests that run side by side.
  await eventually(message, (text) => text.includes(`“${name}”`), `message on ${name}`, 10_000);
  expect(await message()).toContain(refusal);
}
