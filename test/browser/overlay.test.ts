import { expect, test } from "vitest";
import { becomesDark, becomesLit, newDevice, read, startLiveWall } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage();

/** A picture of a page: its least and greatest opacity, and the colour of its first pixel; 0..255. */
interface Pixels {
  least: number;
  most: number;
  colour: readonly number[];
}

test("a screen's dark is transparent, its light is not, and it shows nothing else", async () => {
  const { host, code } = await startLiveWall(browser, server.url);
  const screen = await newDevice(browser, { width: 160, height: 90 });
  const decoder = await newDevice(browser);
  /** What a program that lays the page over a picture gets of it. */
  const taken = async (): Promise<Pixels> => {
    const png = await screen.screenshot({ omitBackground: true });
    return decoder.evaluate(async (base64) => {
      const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
      const picture = await createImageBitmap(blob);
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext("2d")!;
      pen.drawImage(picture, 0, 0);
      const { data } = pen.getImageData(0, 0, picture.width, picture.height);
      const alphas = data.filter((_, n) => n % 4 === 3);
      const [least, most] = [Math.min(...alphas), Math.max(...alphas)];
      return { least, most, colour: [...data.slice(0, 3)] };
    }, png.toString("base64"));
  };

  await screen.goto(`${server.url}/w/${code}?transparent&band=all&palette=neon`);
  await becomesLit(screen);
  /** Whether the whole screen has one colour, whose strongest channel is in the opacity. */
  const isLight = async () => {
    const { least, most, colour } = await taken();
    return least > 100 && most - least < 3 && Math.max(...colour) > 250;
  };
  await expect.poll(isLight).toBe(true);

  const seen = `[...document.body.children].filter((one) => getComputedStyle(one).display !== "none")
    .map(({ id, localName }) => id || localName)`;
  expect((await read<string[]>(screen, seen)).filter((name) => name !== "video")).toEqual(["light", "svg"]);

  await host.keyboard.press("b");
  await becomesDark(screen);
  await expect.poll(async () => (await taken()).most).toBe(0);

  // A page that is loaded again is the same.
  await expect.poll(() => screen.url()).toContain("&kiosk&transparent");
  await screen.reload();
  await expect.poll(() => screen.url()).toContain("&kiosk&transparent");
  await becomesDark(screen);
  await expect.poll(async () => (await taken()).most).toBe(0);
  await host.keyboard.press("b");
  await becomesLit(screen);
  await expect.poll(isLight).toBe(true);
});
