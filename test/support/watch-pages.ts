/**
 * Functions that run inside pages before their own scripts. They are sent as text: they use nothing from
 * outside.
 */

export interface PageLog {
  /** Time (`performance.now()`) and red channel of each painted frame. */
  frames: [at: number, red: number][];
}

/**
 * Records the painted frames of a screen. Its WebSocket and its HTTP requests use a link; the page has no
 * other network. Its content security policy must be bypassed, as the link is of another origin.
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

  const throughLink = (address: string) => {
    const { pathname, search } = new URL(address);
    return new URL(pathname + search, url.replace("ws:", "http:")).href;
  };
  const get = window.fetch;
  window.fetch = (address, options) => get(throughLink(String(address)), options);
  // The page looks up the browser's timing of a request by the address that it knows.
  const entries = performance.getEntriesByName.bind(performance);
  performance.getEntriesByName = (name, type) =>
    entries(type === "resource" ? throughLink(name) : name, type);

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
  let frame = 0;
  // This task runs after the callbacks of the frame, when the page has painted.
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
