import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomes,
  becomesConnected,
  becomesDark,
  becomesLit,
  goLive,
  newDevice,
  openScreen,
  PALETTE,
  playSong,
  read,
  startWall,
} from "../support/pages.ts";
import { tone } from "../support/songs.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true });

/** In the page: lets the test stop the newest AudioContext, as systems do. */
function holdContexts(): void {
  const made: AudioContext[] = [];
  let isRefused = false;
  const Real = AudioContext;
  class Held extends Real {
    constructor(options?: AudioContextOptions) {
      if (isRefused) throw new DOMException("no more contexts", "NotSupportedError");
      super(options);
      made.push(this);
    }
  }
  Object.assign(globalThis, {
    AudioContext: Held,
    made,
    /** Stops the sound behind the page's back. */
    stopSound: () => void Real.prototype.suspend.call(made.at(-1)!),
    /** It says that it runs, and its clock stands: nothing brings it back. */
    killSound: () => {
      const context = made.at(-1)!;
      const currentTime = context.currentTime;
      void Real.prototype.suspend.call(context);
      Object.defineProperties(context, {
        state: { get: () => "running" },
        currentTime: { get: () => currentTime },
        resume: { value: () => new Promise(() => {}) },
      });
    },
    refuseContexts: (is: boolean) => {
      isRefused = is;
    },
  });
}

/** A live wall whose host's AudioContext can be stopped, and a screen of it. */
async function liveWall(): Promise<{ host: Page; screen: Page }> {
  const device = await newDevice(browser);
  await device.addInitScript(holdContexts);
  const { host, code } = await startWall(device, server.url);
  await playSong(host, tone(1_000, 120, -12));
  await goLive(host);
  const screen = await openScreen(browser, server.url, code);
  await becomesLit(screen, 20_000);
  await becomesConnected(screen, 20_000);
  return { host, screen };
}

const contexts = (host: Page) => read<number>(host, "made.length");
/** Of the song, s. */
const place = async (host: Page) => {
  const [minutes, seconds] = (await host.locator(".time").first().innerText()).split(":").map(Number);
  return minutes! * 60 + seconds!;
};

test("a context that was stopped is resumed, and the light goes on", async () => {
  const { host, screen } = await liveWall();
  await read(host, "stopSound()");
  await expect.poll(() => read<string>(host, "made.at(-1).state")).toBe("running");
  await becomesLit(screen, 20_000);
  expect(await contexts(host)).toBe(1);
  expect(await host.evaluate("document.documentElement.dataset.song")).toBe("playing");
});

test("a context whose clock stands is replaced: the song goes on there, on the same connection", async () => {
  const { host, screen } = await liveWall();
  await read(
    host,
    `globalThis.wasPaused = false;
     const { dataset } = document.documentElement;
     new MutationObserver(() => { wasPaused ||= dataset.song !== "playing" || dataset.state !== "live"; })
       .observe(document.documentElement, { attributeFilter: ["data-song", "data-state"] })`,
  );
  const before = await place(host);
  await read(host, "killSound()");
  await becomesDark(screen, 20_000);
  await becomesLit(screen, 20_000);
  expect(await contexts(host)).toBe(2);
  expect(await host.evaluate("wasPaused")).toBe(false);
  expect(await host.evaluate("document.documentElement.dataset.state")).toBe("live");
  const after = await place(host);
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after).toBeLessThan(before + 30);
});

test("sound that cannot be brought back is paused in plain words, and a press brings it back", async () => {
  const { host, screen } = await liveWall();
  await read(host, "refuseContexts(true), killSound()");
  await host.getByTestId("message").getByText("The browser has stopped the sound").waitFor();
  await becomes(screen, "paused", 20_000);
  await read(host, "refuseContexts(false)");
  await host.getByTestId("play").click();
  await becomesLit(screen, 20_000);
  expect(await contexts(host)).toBe(2);
});

test("a page that gets no context at all says so", async () => {
  const device = await newDevice(browser);
  await device.addInitScript(holdContexts);
  await device.addInitScript("refuseContexts(true)");
  const { host } = await startWall(device, server.url);
  await playSong(host, tone(1_000, 30, -12));
  await host.getByTestId("message").getByText("The browser has no sound to give").waitFor();
  await read(host, "refuseContexts(false)");
  await host.getByTestId("play").click();
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
});

/** In the page: gives every AudioContext the rate of a sound card, and refuses pages that ask for another. */
function useSoundCard(sampleRate: number): void {
  globalThis.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      if (options?.sampleRate) throw new DOMException("this rate is not supported", "NotSupportedError");
      super({ ...options, sampleRate });
    }
  };
}

// Above that, Chromium's encoder is silent.
test.each([8_000, 96_000, 192_000])("a host whose sound card has %i Hz lights a screen", async (rate) => {
  const device = await newDevice(browser);
  await device.addInitScript(useSoundCard, rate);
  const { host, code } = await startWall(device, server.url);
  expect(await host.evaluate("new AudioContext().sampleRate")).toBe(rate);
  const errors: Error[] = [];
  host.on("pageerror", (error) => errors.push(error));
  await playSong(host, tone(1_000, 60, -12));
  await goLive(host);
  const screen = await openScreen(browser, server.url, code);
  await becomesLit(screen, 20_000);
  expect(errors).toEqual([]);
});

test.each([8_000, 384_000, 768_000])("a screen that listens at %i Hz is lit", async (rate) => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  await playSong(host, tone(1_000, 60, -12));
  await goLive(host);
  const screen = await newDevice(browser);
  await screen.addInitScript(useSoundCard, rate);
  await screen.goto(`${server.url}/w/${code}?ear=analyser&palette=${PALETTE}`);
  expect(await screen.evaluate("new AudioContext().sampleRate")).toBe(rate);
  await becomesLit(screen, 20_000);
});
