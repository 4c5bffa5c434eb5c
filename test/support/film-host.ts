import type { Browser, Page } from "playwright-core";
import type { ClientMessage } from "../../server/protocol/messages.ts";
import type { ScreenSeen, Show } from "../../server/protocol/wall.ts";

/**
 * A host without the console: a page that opens a wall, and sends a tone and a film whose pictures bear their
 * number, in two layers.
 */

/** Sizes of the layers. */
const SIZES = [
  { width: 640, height: 360 },
  { width: 320, height: 180 },
] as const;

/** Blocks of a number in each quarter of a picture, across and down. */
export const BLOCKS = { across: 4, down: 4 } as const;
/** Numbers repeat after so many pictures. The other bits of a quarter are its own number and the parity. */
export const NUMBERS = 2 ** 12;

interface Host {
  code: string;
  screens: ScreenSeen[];
  show: Show;
  send(message: ClientMessage): void;
  /** Begins or ends to send pictures. */
  film(isOn: boolean): void;
}

/** Where the page keeps it. */
type HostScope = { host: Host };

export interface FilmHost {
  page: Page;
  code: string;
  send(message: ClientMessage): Promise<void>;
  /** Changes the show. */
  show(change: Partial<Show>): Promise<void>;
  /** Puts screens into places, in the order of their numbers. */
  arrange(places: readonly (Partial<ScreenSeen> & { x: number; y: number })[]): Promise<void>;
  film(isOn: boolean): Promise<void>;
}

/**
 * Opens a wall on a server that forwards pictures, and goes live.
 * @param browser in which pages may play sound without a gesture
 * @param rate pictures a second
 */
export async function startFilm(browser: Browser, url: string, rate = 25, codec = "VP8"): Promise<FilmHost> {
  const page = await browser.newPage();
  await page.goto(`${url}/admin`);
  const parameters = { sizes: SIZES, blocks: BLOCKS, rate, codec };
  const code = await page.evaluate(async ({ sizes, blocks, rate, codec }) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws`);
    const waiting = new Map<string, (message: never) => void>();
    const next = (type: string) =>
      new Promise<Record<string, never>>((resolve) => waiting.set(type, resolve as (message: never) => void));
    const send = (message: unknown) => socket.send(JSON.stringify(message));
    const host = { code: "", screens: [], show: undefined, send } as unknown as Host;
    const pc = new RTCPeerConnection();
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return;
      const message = JSON.parse(data);
      if (message.type === "screens") {
        for (const screen of message.screens) {
          host.screens = [...host.screens.filter(({ id }) => id !== screen.id), screen];
        }
      }
      if (message.type === "show") host.show = message.show;
      if (message.type === "error") console.error(JSON.stringify(message));
      waiting.get(message.type)?.(message as never);
      waiting.delete(message.type);
    };
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    send({ type: "hello", version: 2 });
    const opened = next("room-opened");
    send({ type: "open-room" });
    const { code, hostKey } = await opened;
    const joined = next("joined");
    send({ type: "join", code, hostKey });
    host.show = (await joined).show!;
    host.code = code!;
    setInterval(() => send({ type: "ping", sent: performance.now() }), 2_000);

    // A quiet tone that comes and goes.
    const context = new AudioContext();
    const [tone, gain] = [new OscillatorNode(context, { frequency: 440 }), new GainNode(context)];
    const sound = new MediaStreamAudioDestinationNode(context);
    gain.gain.setValueCurveAtTime([0.05, 0.4, 0.05], context.currentTime, 1);
    tone.connect(gain).connect(sound);
    tone.start();
    pc.addTransceiver(sound.stream.getAudioTracks()[0]!, { direction: "sendonly" });

    const canvases = sizes.map((size) => Object.assign(document.createElement("canvas"), size));
    const codecs = RTCRtpSender.getCapabilities("video")!.codecs;
    const senders = canvases.map(() => {
      const transceiver = pc.addTransceiver("video", { direction: "sendonly" });
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === `video/${codec}`));
      return transceiver.sender;
    });

    /** Draws a number into each quarter. */
    function draw(number: number): void {
      for (const canvas of canvases) {
        const pen = canvas.getContext("2d")!;
        const [wide, high] = [canvas.width / 2 / blocks.across, canvas.height / 2 / blocks.down];
        for (let quarter = 0; quarter < 4; quarter++) {
          let bits = number | (quarter << 12);
          for (let n = 0; n < 15; n++) bits ^= ((bits >> n) & 1) << 15;
          for (let n = 0; n < 16; n++) {
            const column = (n % blocks.across) + (quarter % 2) * blocks.across;
            const row = Math.floor(n / blocks.across) + (quarter >> 1) * blocks.down;
            pen.fillStyle = (bits >> n) & 1 ? "#fff" : "#000";
            pen.fillRect(column * wide, row * high, wide, high);
          }
        }
      }
    }
    let number = 0;
    let drawing: ReturnType<typeof setInterval> | undefined;
    host.film = (isOn) => {
      clearInterval(drawing);
      const tracks = canvases.map((canvas) => canvas.captureStream(0).getVideoTracks()[0]!);
      for (const [n, sender] of senders.entries()) void sender.replaceTrack(isOn ? tracks[n]! : null);
      if (isOn) {
        drawing = setInterval(() => {
          draw(number++ % 4_096);
          for (const track of tracks) (track as unknown as { requestFrame(): void }).requestFrame();
        }, 1_000 / rate);
      }
      send({ type: "playback", playing: true, title: "Tone", ...(isOn && { picture: "film" }) });
    };

    await pc.setLocalDescription();
    const answered = next("answer");
    send({ type: "offer", sdp: pc.localDescription!.sdp });
    await pc.setRemoteDescription({ type: "answer", sdp: (await answered).sdp! });
    Object.assign(globalThis, { host, pc });
    host.film(true);
    return host.code;
  }, parameters);
  const run = <Value>(action: (host: Host, value: Value) => void, value: Value) =>
    page.evaluate(
      ({ action, value }) => {
        const { host } = globalThis as unknown as HostScope;
        new Function("host", "value", `(${action})(host, value)`)(host, value);
      },
      { action: String(action), value },
    );
  return {
    page,
    code,
    send: (message) => run((host, message) => host.send(message), message),
    show: (change) =>
      run((host, change) => {
        host.show = { ...host.show, ...change };
        host.send({ type: "set-show", show: host.show });
      }, change),
    arrange: (places) =>
      run((host, places) => {
        const screens = host.screens.sort((a, b) => a.number - b.number).slice(-places.length);
        const arranged = places.map((place, n) => {
          const { id, name, width, height, band, locked, hand } = screens[n]!;
          return { id, name, width, height, band, locked, hand, ...place };
        });
        host.send({ type: "arrange", screens: arranged });
      }, places),
    film: (isOn) => run((host, isOn) => host.film(isOn), isOn),
  };
}
