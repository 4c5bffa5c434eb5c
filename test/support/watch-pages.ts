/**
 * What runs inside the pages under test, before their own scripts. Only plain functions: they are sent as
 * text.
 */

export interface PageLog {
  /** Frame time (`performance.now()`) and painted colour, for every frame. */
  frames: [at: number, red: number][];
}

/**
 * Sends the page's WebSocket through a link and nothing beside it, sets a floor under its jitter buffer, and
 * records what is painted.
 */
export function watchScreen({ url, buffer }: { url: string; buffer: number }): void {
  const Original = WebSocket;
  window.WebSocket = class extends Original {
    constructor() {
      super(url);
    }
  };

  // What goes over HTTP would not pass through the link: the page has to do without.
  window.fetch = () => Promise.reject(new TypeError("no network but the link"));

  const target = Object.getOwnPropertyDescriptor(RTCRtpReceiver.prototype, "jitterBufferTarget")!;
  Object.defineProperty(RTCRtpReceiver.prototype, "jitterBufferTarget", {
    get() {
      return target.get!.call(this);
    },
    set(value: number | null) {
      target.set!.call(this, Math.max(value ?? 0, buffer));
    },
  });
  const Connection = RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(options?: RTCConfiguration) {
      super(options);
      this.addEventListener("track", ({ receiver }) => {
        receiver.jitterBufferTarget = buffer;
      });
    }
  };

  // Reading each frame back from a GPU costs more than all that is measured here.
  const getContext = HTMLCanvasElement.prototype.getContext as (...of: unknown[]) => unknown;
  HTMLCanvasElement.prototype.getContext = function (
    this: HTMLCanvasElement,
    kind: string,
    options?: object,
  ) {
    return getContext.call(this, kind, { ...options, willReadFrequently: true });
  } as typeof HTMLCanvasElement.prototype.getContext;

  const log: PageLog = { frames: [] };
  Object.assign(window, { log });

  const { port1, port2 } = new MessageChannel();
  let frame = 0;
  // A task after the frame's callbacks: what the page has painted in this frame is there.
  port2.onmessage = () => {
    const canvas = document.getElementById("light") as HTMLCanvasElement | null;
    const pixel = canvas?.getContext("2d", { alpha: false })?.getImageData(0, 0, 1, 1).data;
    if (pixel) log.frames.push([frame, pixel[0]!]);
  };
  const watch = (now: number) => {
    frame = now;
    port1.postMessage(0);
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
}

export interface HostLog {
  /** Time of `performance.now()` at which it leaves the loudspeaker, and loudness in dB, for every block. */
  blocks: [at: number, db: number][];
}

/**
 * Records what goes to the host's loudspeakers: whatever is connected to the destination. And paints the
 * console five times a second only: it is on a machine of its own in real life, and without a GPU takes a
 * third of a core.
 */
export function watchHost(): void {
  window.requestAnimationFrame = (callback) => window.setTimeout(() => callback(performance.now()), 200);
  window.cancelAnimationFrame = (handle) => window.clearTimeout(handle);
  const log: HostLog = { blocks: [] };
  Object.assign(window, { log });
  const source = `registerProcessor("tap", class extends AudioWorkletProcessor {
    #sum = 0; #count = 0;
    process([input]) {
      for (const sample of input[0] ?? []) this.#sum += sample * sample;
      if (++this.#count === 4) {
        this.port.postMessage([currentTime + 128 / sampleRate, 10 * Math.log10(this.#sum / 512 * 2 + 1e-12)]);
        this.#sum = this.#count = 0;
      }
      return true;
    }
  });`;
  const module = `data:text/javascript,${encodeURIComponent(source)}`;
  const connect = AudioNode.prototype.connect as (...to: unknown[]) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]) {
    if (to[0] instanceof AudioDestinationNode) {
      const context = this.context as AudioContext;
      void context.audioWorklet.addModule(module).then(() => {
        const tap = new AudioWorkletNode(context, "tap");
        tap.port.onmessage = ({ data: [end, db] }) => {
          const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
          // The middle of the block, when the loudspeaker has it.
          log.blocks.push([performanceTime + (end - 256 / context.sampleRate - contextTime) * 1_000, db]);
        };
        connect.call(this, tap);
      });
    }
    return connect.apply(this, to);
  } as typeof AudioNode.prototype.connect;
}
