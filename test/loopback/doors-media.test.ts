import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { App } from "../../server/app.ts";
import { FIRST_SHOW } from "../../server/protocol/wall.ts";
import { AiortcProgram, python } from "../support/aiortc.ts";
import { StandIn } from "../support/browser-stand-in.ts";
import { DoorClient, refusalOf, sessionOf } from "../support/door-client.ts";
import { LeanListener } from "../support/lean-listener.ts";
import { play } from "../support/media-stage.ts";
import { offerSdp } from "../support/offers.ts";
import { SignalClient } from "../support/signal-client.ts";
import { startRealApp, temporaryDirectory } from "../support/test-app.ts";

/** The tone that programs send. */
const TONE_HZ = 440;
const AIORTC_TIMEOUT_MS = 60_000;

const open: { close(): unknown }[] = [];
let data: ReturnType<typeof temporaryDirectory>;
let app: App;
let host: SignalClient;
let wall: { code: string; hostKey: string };

beforeEach(async () => {
  data = temporaryDirectory();
  app = await startRealApp({ dataDir: data.path, workers: 2 });
  host = await SignalClient.connect(app.port);
  open.push(host);
  wall = await host.host();
});

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await app.close();
  data.remove();
});

const url = (door: "whip" | "whep") => `http://127.0.0.1:${app.port}/w/${wall.code}/${door}`;

/** Waits until the wall has a state. */
async function becomes(state: object, page = host): Promise<void> {
  for (;;) {
    const { room } = await page.next("room");
    if (JSON.stringify(room) === JSON.stringify(state)) return;
  }
}

const FROM_PROGRAM = { state: "live", playing: true, title: "", fromProgram: true };

/** Sends the wall's sound without a page. @returns the URL of the session, and its offer */
async function sendByWhip(): Promise<{ program: StandIn; session: string; etag: string; offer: string }> {
  const program = new StandIn("publish");
  open.push(program);
  const offer = await program.offer();
  const response = await new DoorClient(app.port).offer("whip", wall.code, offer, { token: wall.hostKey });
  await program.accept(await response.text());
  const [session, etag] = [sessionOf(response), response.headers.get("etag")!];
  return { program, session, etag, offer };
}

async function aiortc(order: Parameters<typeof AiortcProgram.connect>[0]): Promise<AiortcProgram> {
  const program = await AiortcProgram.connect(order);
  open.push(program);
  return program;
}

describe("aiortc", () => {
  test.for([false, true])(
    "sends a tone by WHIP and hears it by WHEP, beside a screen; with a picture: %s",
    { timeout: AIORTC_TIMEOUT_MS },
    async (video, { skip }) => {
      skip(!python, "aiortc is not installed: Debian's python3-aiortc");
      const screen = await LeanListener.join(app.port, wall.code);
      open.push(screen);
      const order = { door: "whip", url: url("whip"), token: wall.hostKey, hz: TONE_HZ, video } as const;
      const sender = await aiortc(order);
      await becomes(FROM_PROGRAM);
      const player = await aiortc({ door: "whep", url: url("whep") });
      await player.hears(TONE_HZ);
      const { stats } = await host.next("stats");
      expect(stats.listeners).toBe(1);
      expect(screen.packets).toBeGreaterThan(50);
      expect(await player.leave()).toBe(200);
      expect(await sender.leave()).toBe(200);
      await becomes({ state: "waiting", playing: false, title: "" });
    },
  );

  test("notices at once that its session is over", { timeout: AIORTC_TIMEOUT_MS }, async ({ skip }) => {
    skip(!python, "aiortc is not installed: Debian's python3-aiortc");
    await sendByWhip();
    const player = await aiortc({ door: "whep", url: url("whep") });
    const closed = performance.now();
    host.send({ type: "close-room" });
    await player.next("ended");
    // Without a word it would notice when its checks had not been answered for half a minute.
    expect(performance.now() - closed).toBeLessThan(10_000);
  });
});

test("whatever an offer is, it is answered or refused with a reason, and the server goes on", async () => {
  const lines = offerSdp({ direction: "sendonly" }).split("\r\n");
  const client = new DoorClient(app.port);
  const noise = fc.oneof(fc.string({ maxLength: 200 }), fc.constantFrom(...lines));
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(lines), noise, fc.nat(lines.length), async (some, extra, at) => {
      const sdp = [...some.slice(0, at), extra, ...some.slice(at)].join("\r\n");
      const response = await client.offer("whip", wall.code, sdp, { token: wall.hostKey });
      expect([201, 400, 422]).toContain(response.status);
    }),
    { numRuns: 200 },
  );
  const { session } = await sendByWhip();
  await becomes(FROM_PROGRAM);
  const end = await client.request("DELETE", session, undefined, { token: wall.hostKey });
  expect(end.status).toBe(200);
});

describe("a program that sends", () => {
  test("gives screens the wall's clock and frames over their WebSockets, as a host's page does", async () => {
    const screen = await SignalClient.connect(app.port);
    open.push(screen);
    screen.send({ type: "join", code: wall.code, frames: true });
    await screen.next("joined");
    const { program } = await sendByWhip();
    await play(program, 0, 30);
    const { timing } = await screen.next("timing");
    expect(timing.clock?.timestamp).toEqual(expect.any(Number));
    await expect.poll(() => screen.frames.flat().length, { timeout: 5_000 }).toBe(30);
  });

  test("takes the ICE candidates of its offer", async () => {
    const { session, etag, offer } = await sendByWhip();
    const ice = offer.split("\r\n").filter((line) => /^a=(ice-ufrag|ice-pwd|mid|candidate)/.test(line));
    const fragment = `${ice.join("\r\n")}\r\n`;
    const options = { token: wall.hostKey, headers: { "If-Match": etag } };
    const client = new DoorClient(app.port);
    expect((await client.request("PATCH", session, fragment, options)).status).toBe(204);
    const restart = fragment.replace(/ice-ufrag:.*/, "ice-ufrag:another");
    expect((await client.request("PATCH", session, restart, options)).status).toBe(422);
  });

  test("gives way to the host's page, and is refused while that is live", async () => {
    const { session } = await sendByWhip();
    await becomes(FROM_PROGRAM);
    const media = new StandIn("publish");
    open.push(media);
    host.send({ type: "offer", sdp: await media.offer() });
    await media.accept((await host.next("answer")).sdp);
    await becomes({ state: "live", playing: false, title: "" });
    const client = new DoorClient(app.port);
    const token = wall.hostKey;
    expect((await client.request("DELETE", session, undefined, { token })).status).toBe(404);
    const offer = await new StandIn("publish").offer();
    const refused = await client.offer("whip", wall.code, offer, { token });
    expect(await refusalOf(refused)).toBe("409 host-live");
    const screen = await LeanListener.join(app.port, wall.code);
    open.push(screen);
    await play(media, 0, 20);
    await expect.poll(() => screen.packets).toBe(20);
  });

  test("opens a wall that was saved, with its show, and screens that wait for it light up", async () => {
    const hand = { ...FIRST_SHOW.hand, text: "from the file" };
    host.send({ type: "set-show", show: { ...FIRST_SHOW, hand } });
    await host.next("show");
    await app.close();
    app = await startRealApp({ dataDir: data.path, workers: 1 });
    const screen = await SignalClient.connect(app.port);
    open.push(screen);
    screen.send({ type: "join", code: wall.code });
    expect(await screen.next("joined", "error")).toMatchObject({ code: "code-unknown" });
    await sendByWhip();
    const joined = await screen.next("joined");
    expect(joined.show.hand.text).toBe("from the file");
    if (joined.room.state !== "live") await becomes(FROM_PROGRAM, screen);
  });
});
