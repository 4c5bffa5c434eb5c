import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { bundleForPage } from "../support/bundle-for-page.ts";
import { launchChromium } from "../support/chromium.ts";
import { newDevice } from "../support/pages.ts";

const browser = await launchChromium();
const page = await newDevice(browser);

beforeAll(async () => {
  const limiter = fileURLToPath(new URL("../../client/host/song/limiter.ts", import.meta.url));
  await page.evaluate(`${await bundleForPage(limiter)}; globalThis.tested = tested;`);
  return () => browser.close();
});

/** What the limiter makes of two seconds of a sine: its highest sample, and its mean power, dB. */
function limited(dbfs: number, hertz = 440): Promise<{ peak: number; rmsDb: number }> {
  return page.evaluate(
    async ([dbfs, hertz]) => {
      const { Limiter } = (
        globalThis as unknown as { tested: typeof import("../../client/host/song/limiter.ts") }
      ).tested;
      const context = new OfflineAudioContext(1, 96_000, 48_000);
      const limiter = new Limiter(context);
      const tone = new OscillatorNode(context, { frequency: hertz! });
      tone.connect(new GainNode(context, { gain: 10 ** (dbfs! / 20) })).connect(limiter.in);
      limiter.out.connect(context.destination);
      tone.start();
      const samples = (await context.startRendering()).getChannelData(0).subarray(4_800);
      let [peak, power] = [0, 0];
      for (const sample of samples) {
        peak = Math.max(peak, Math.abs(sample));
        power += sample * sample;
      }
      return { peak, rmsDb: 10 * Math.log10((2 * power) / samples.length) };
    },
    [dbfs, hertz],
  );
}

test.each([-40, -12, -3])("the limiter changes nothing of a sound of %i dB", async (dbfs) => {
  expect((await limited(dbfs)).rmsDb).toBeCloseTo(dbfs, 1);
});

test.each([
  [0, 440],
  [3, 440],
  [6, 50],
  [12, 5_000],
])("the limiter keeps a sound of %i dB at %i Hz below full scale", async (dbfs, hertz) => {
  const { peak, rmsDb } = await limited(dbfs, hertz);
  expect(peak).toBeLessThan(1);
  expect(rmsDb).toBeGreaterThan(-3);
});
