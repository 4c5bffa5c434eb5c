import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  becomes,
  becomesConnected,
  becomesLit,
  levelOf,
  newDevice,
  openPanel,
  openScreen,
  playTones,
  startWall,
} from "../support/pages.ts";
import { setStage } from "../support/stage.ts";

const { server, browser } = await setStage({ kiosk: true });

/** What a program gets for its offer. */
interface Reply {
  status: number;
  session: string | null;
}

/** The sound that a program sends. */
interface Sound {
  /** dB relative to full scale. */
  loudness: number;
  /** Whether it comes and goes twice a second. */
  pulses: boolean;
}

/**
 * Sends a tone, and a picture before it, by WHIP, as a page that is not Lightwall's would do. Its media
 * is connected where the offer was answered.
 */
async function sendByWhip(
  page: Page,
  code: string,
  key: string,
  { loudness, pulses }: Sound = { loudness: 0, pulses: false },
): Promise<Reply> {
  return page.evaluate(
    async ([wall, token, gain, hertz]) => {
      const audio = new AudioContext();
      const sound = audio.createMediaStreamDestination();
      const tone = new OscillatorNode(audio, { frequency: 440 });
      const volume = new GainNode(audio, { gain });
      tone.connect(volume).connect(sound);
      tone.start();
      if (hertz > 0) {
        // From nothing to twice the gain; the limits of the sum are 0 and that.
        const pulse = new OscillatorNode(audio, { type: "square", frequency: hertz });
        pulse.connect(new GainNode(audio, { gain: gain / 2 })).connect(volume.gain);
        volume.gain.value = gain / 2;
        pulse.start();
      }
      const picture = document.createElement("canvas");
      picture.getContext("2d");
      const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
      for (const stream of [picture.captureStream(5), sound.stream])
        for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: "sendonly" });
      await pc.setLocalDescription();
      const response = await fetch(`/w/${wall}/whip`, {
        method: "POST",
        headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` },
        body: pc.localDescription!.sdp,
      });
      const location = response.headers.get("Location");
      const session = location === null ? null : new URL(location, response.url).href;
      const reply = { status: response.status, session };
      if (reply.status !== 201) return reply;
      const connected = new Promise<void>((resolve) => {
        pc.onconnectionstatechange = () => pc.connectionState === "connected" && resolve();
      });
      await pc.setRemoteDescription({ type: "answer", sdp: await response.text() });
      await connected;
      return reply;
    },
    [code, key, 10 ** (loudness / 20), pulses ? 2 : 0] as const,
  );
}

test("a program lights the wall by WHIP beside the console, whose host decides who sends", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const key = await host.evaluate<string>('JSON.parse(localStorage["lightwall.walls"])[0].hostKey');
  const screen = await openScreen(browser, server.url, code);
  await becomes(screen, "waiting");
  const program = await newDevice(browser);
  await program.goto(`${server.url}/healthz`);

  const sent = await sendByWhip(program, code, key);
  expect(sent.status).toBe(201);
  await becomesConnected(screen);
  await becomesLit(screen);
  const onAir = () => host.getByTestId("on-air").innerText();
  await expect.poll(onAir).toBe("Live from another program");

  // A song that plays goes live by itself otherwise, because a screen is there.
  await playTones(host);
  await expect.poll(() => host.evaluate("document.documentElement.dataset.song")).toBe("playing");
  expect(await onAir()).toBe("Live from another program");

  await host.getByTestId("go-live").click();
  await becomes(host, "live");
  await becomesLit(screen);
  await expect.poll(onAir).toBe("Live");
  expect((await sendByWhip(program, code, key)).status).toBe(409);

  await host.getByTestId("stop").click();
  await becomes(screen, "waiting");
  const again = await sendByWhip(program, code, key);
  await becomesLit(screen);
  const end = await program.evaluate(
    async ([session, token]) =>
      (await fetch(session!, { method: "DELETE", headers: { Authorization: `Bearer ${token}` } })).status,
    [again.session, key] as const,
  );
  expect(end).toBe(200);
  await becomes(screen, "waiting");
});

test("a program's quiet sound uses the whole range of the light, also without a console", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const key = await host.evaluate<string>('JSON.parse(localStorage["lightwall.walls"])[0].hostKey');
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const request = { method: "PATCH", headers, body: JSON.stringify({ gainDb: null }) };
  expect((await fetch(`${server.url}/api/walls/${code}/show`, request)).status).toBe(200);
  await host.close();
  const screen = await openScreen(browser, server.url, code);
  const program = await newDevice(browser);
  await program.goto(`${server.url}/healthz`);
  expect((await sendByWhip(program, code, key, { loudness: -30, pulses: true })).status).toBe(201);
  await becomesConnected(screen);
  await expect.poll(() => rangeOf(screen), { timeout: 20_000 }).toBeGreaterThan(0.85);
});

/** The difference between the brightest and the darkest light of a second. */
async function rangeOf(screen: Page): Promise<number> {
  const levels: number[] = [];
  for (const end = performance.now() + 1_000; performance.now() < end; ) levels.push(await levelOf(screen));
  return Math.max(...levels) - Math.min(...levels);
}

test("a program that controls the wall is followed by its console, which says what it needs", async () => {
  const { host, code } = await startWall(await newDevice(browser), server.url);
  const key = await host.evaluate<string>('JSON.parse(localStorage["lightwall.walls"])[0].hostKey');
  await openPanel(host, "room");
  const programs = host.locator(".programs");
  expect(await programs.innerText()).toContain(`/w/${code}/whip`);
  expect(await programs.innerHTML()).not.toContain(key);
  await host.getByTestId("show-key").click();
  expect(await programs.innerText()).toContain(key);

  const patch = async (path: string, body: object) => {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    const request = { method: "PATCH", headers, body: JSON.stringify(body) };
    expect((await fetch(`${server.url}/api/walls/${code}${path}`, request)).status).toBe(200);
  };
  await patch("", { password: "sesame" });
  await expect.poll(() => host.getByTestId("password").inputValue()).toBe("sesame");
  await patch("/show", { safety: "screen" });
  await host.locator('[data-testid="safety-screen"][aria-pressed="true"]').waitFor();
  await patch("/show", { hand: { blackout: true } });
  await host.locator('[data-testid="text-blackout"][aria-pressed="true"]').waitFor();
});
