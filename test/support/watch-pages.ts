/**
 * Functions that run inside pages before their own scripts. They are sent as text: they use nothing from
 * outside.
 */

export interface PageLog {
  /** The animation frame (`performance.now()`) and the red channel of each painted frame. */
  frames: [at: number, red: number][];
}

/**
 * Records the painted frames of a screen. Its WebSocket uses a link. Its content security policy must be
 * bypassed, as the link is of another origin.
 * @param url address of the link
 * @param buffer minimum of the jitter buffer, ms
 */
export function watchScreen({ url, buffer }: { url: string; buffer: number }): void {
  const Original = WebSocket;
  window.WebSocket = class extends Original {
    constructor() {
      super(url);
    }
  };

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

  // Without this, reading each frame back from the GPU would cost more than the page itself.
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
  const watch = (now: number) => {
    const canvas = document.getElementById("light") as HTMLCanvasElement | null;
    const pixel = canvas?.getContext("2d", { alpha: false })?.getImageData(0, 0, 1, 1).data;
    // A busy page paints late, and its frame is shown later by as many frames.
    const late = performance.now() - now;
    if (pixel) log.frames.push([now + late - (late % (1_000 / 60)), pixel[0]!]);
    port1.postMessage(0);
  };
  // Asked for after a frame, this callback comes after the page's own, which ask for the next one at once.
  port2.onmessage = () => requestAnimationFrame(watch);
  port1.postMessage(0);
}

export interface HostLog {
  /**
   * For each block, the time (`performance.now()`) at which it leaves the loudspeaker, and its loudness, dB.
   */
  blocks: [at: number, db: number][];
}

/**
 * Records the loudness of the host's loudspeaker: of each node that is connected to the destination. Paints
 * the console only five times a second: it would use a third of a core without a GPU, and in reality the host
 * has a machine of its own.
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
          // The time at which the middle of the block is at the loudspeaker.
          log.blocks.push([performanceTime + (end - 256 / context.sampleRate - contextTime) * 1_000, db]);
        };
        connect.call(this, tap);
      });
    }
    return connect.apply(this, to);
  } as typeof AudioNode.prototype.connect;
}

/** Makes a page's WebSocket use a link. @param url address of the link */
export function useLink(url: string): void {
  window.WebSocket = class extends WebSocket {
    constructor() {
      super(url);
    }
  };
}
