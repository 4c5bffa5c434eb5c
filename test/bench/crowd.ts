import { randomBytes } from "node:crypto";
import { buildC, CROWD_CORE, Program, source } from "./programs.ts";

/** ICE and DTLS parameters of one side, and its only candidate. */
export interface Side {
  ufrag: string;
  password: string;
  /** SHA-256 fingerprint of the certificate, in the notation of SDP. */
  fingerprint: string;
  address: string;
  port: number;
}

/** What the crowd has counted since the last {@link Crowd.mark}. */
export interface CrowdReport {
  /** Packets that the host sent. */
  sent: number;
  /** Packets that arrived at listeners, without duplicates. */
  packets: number;
  /** Packets that arrived at the same listener again. */
  duplicates: number;
  /** Packets that were decrypted and compared with the host's packets. */
  checked: number;
  /** Packets of these that differed. */
  bad: number;
  /** Packets that listeners requested by NACK. */
  asked: number;
  /** Requested packets that arrived. */
  returned: number;
  /** Sender reports that arrived with a valid tag. */
  senderReports: number;
  /** Sender reports that arrived with a wrong tag. */
  forgedReports: number;
  /** NACKs that the server sent to the host. */
  hostNacks: number;
  /** Packets of pictures that arrived at listeners beside the song, and those that the host sent. */
  pictures: number;
  picturesSent: number;
  /** Key frames that the server asked the host for. */
  keyframes: number;
  /** Listeners that have got a picture since they joined, and how long that took from the first check on. */
  pictured: number;
  firstPictureP95Ms: number;
  firstPictureMaxMs: number;
  /** Datagrams that the kernel dropped because the crowd read too slowly. */
  crowdDropped: number;
  /** Longest time between two packets to the same watched listener. */
  worstGapMs: number;
  /** Longest time between two packets that the host sent. */
  songGapMs: number;
  /**
   * From the host's packet to its arrival at the last listener, by the kernel's timestamps: median and 99th
   * percentile. 0 if the server renumbers packets.
   */
  delayP50Ms: number;
  delayP99Ms: number;
}

type CrowdEvent =
  | { event: "ready"; fingerprint: string; port: number }
  | { event: "up" | "failed" | "played"; index: number; detail: string }
  | ({ event: "report" } & CrowdReport);

const SOURCES = ["main", "peer", "stun", "dtls", "srtp"].map((name) => source(`crowd/${name}.c`));
/** The host's index; listeners count from 0. */
export const HOST = -1;

let program: string | undefined;

/** Load generator and sink: one host and its listeners, all in one C program (crowd/main.c). */
export class Crowd {
  readonly fingerprint: string;
  /** The UDP port that all listeners share, each on a loopback address of its own. */
  readonly port: number;
  readonly #program: Program;
  readonly #joins = new Map<number, (connected: boolean) => void>();
  #played = () => {};
  #reported: (report: CrowdReport) => void = () => {};
  /** Why peers did not connect, each reason once. */
  readonly failures = new Set<string>();

  private constructor(running: Program, { fingerprint, port }: { fingerprint: string; port: number }) {
    this.#program = running;
    this.fingerprint = fingerprint;
    this.port = port;
    running.onLine((line) => this.#handle(JSON.parse(line)));
  }

  static async start(): Promise<Crowd> {
    program ??= buildC("crowd", SOURCES);
    const running = new Program(CROWD_CORE, [program]);
    return new Crowd(running, JSON.parse(await running.firstLine()));
  }

  /** Parameters of a new peer. */
  side(index: number): Side {
    return {
      address: addressOf(index),
      port: this.port,
      ufrag: randomBytes(4).toString("hex"),
      password: randomBytes(16).toString("hex"),
      fingerprint: this.fingerprint,
    };
  }

  /** Connects a peer to the server. Resolves to whether it is connected. */
  join(index: number, own: Side, server: Side): Promise<boolean> {
    this.#program.send(
      [
        index === HOST ? "host" : "listen",
        index,
        server.address,
        server.port,
        server.ufrag,
        server.password,
        own.ufrag,
        own.password,
        server.fingerprint,
      ].join(" "),
    );
    return new Promise((resolve) => this.#joins.set(index, resolve));
  }

  /** Adds listeners of the floor: with keys that the floor knows, and without a peer connection. */
  addMute(count: number): void {
    this.#program.send(`mute ${count}`);
  }

  /** Sends the song as bare RTP to a local port, instead of as a WebRTC host. */
  sendPlain(port: number): void {
    this.#program.send(`plain 127.0.0.1 ${port}`);
  }

  /** Sends pictures instead of the song from now on. */
  sendPictures(): void {
    this.#program.send("pictures");
  }

  /** Sends pictures beside the song from the next {@link play} on. */
  sendBeside(packetsPerSecond: number, payloadBytes: number): void {
    this.#program.send(`beside ${Math.round(packetsPerSecond * 1000)} ${payloadBytes}`);
  }

  /** Sends packets at a rate; resolves when all are sent. */
  play(packetsPerSecond: number, payloadBytes: number, count: number): Promise<void> {
    this.#program.send(`play ${Math.round(packetsPerSecond * 1000)} ${payloadBytes} ${count}`);
    return new Promise((resolve) => {
      this.#played = resolve;
    });
  }

  /** Resets the counters. Gaps are measured at the first `watched` listeners. */
  mark(watched: number): void {
    this.#program.send(`mark ${watched}`);
  }

  report(): Promise<CrowdReport> {
    this.#program.send("report");
    return new Promise((resolve) => {
      this.#reported = resolve;
    });
  }

  close(): Promise<void> {
    return this.#program.close();
  }

  #handle(event: CrowdEvent): void {
    switch (event.event) {
      case "up":
        this.#joins.get(event.index)?.(true);
        return;
      case "failed":
        this.failures.add(event.detail);
        this.#joins.get(event.index)?.(false);
        return;
      case "played":
        this.#played();
        return;
      case "report":
        this.#reported(event);
    }
  }
}

/** The loopback address of a peer; crowd/main.c computes the same. */
function addressOf(index: number): string {
  if (index === HOST) return "127.0.0.2";
  const number = index + 1;
  return `127.1.${number >> 8}.${number & 0xff}`;
}
