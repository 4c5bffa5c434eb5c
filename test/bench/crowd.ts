import { randomBytes } from "node:crypto";
import { buildC, CROWD_CORE, Program, source } from "./programs.ts";

/** One side's ICE and DTLS parameters, and its one candidate. */
export interface Side {
  ufrag: string;
  password: string;
  /** SHA-256, as SDP writes it. */
  fingerprint: string;
  address: string;
  port: number;
}

/** What the crowd has seen since the last mark. */
export interface CrowdReport {
  /** Packets the host sent. */
  sent: number;
  /** Packets that listeners got, each counted once. */
  packets: number;
  duplicates: number;
  /** Packets that were decrypted and compared, and how many were wrong. */
  checked: number;
  bad: number;
  /** Packets that were asked for again by NACK, and how many came. */
  asked: number;
  returned: number;
  senderReports: number;
  forgedReports: number;
  /** NACKs the server sent to the host. */
  hostNacks: number;
  /** Datagrams that came, but for which the crowd was too slow. */
  crowdDropped: number;
  /** Longest time between two packets to one watched listener, and between two of the host. */
  worstGapMs: number;
  songGapMs: number;
  /**
   * From the host's packet to the last listener's, as the kernel dates arrivals; 0 from a server that
   * renumbers packets.
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

/** The generator and sink: one host and its listeners, all in one program of their own (crowd/main.c). */
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
    running.onLine((line) => this.#hear(JSON.parse(line)));
  }

  static async start(): Promise<Crowd> {
    program ??= buildC("crowd", SOURCES);
    const running = new Program(CROWD_CORE, [program]);
    return new Crowd(running, JSON.parse(await running.firstLine()));
  }

  /** A peer's own side, before it is described to the server. */
  side(index: number): Side {
    return {
      address: addressOf(index),
      port: this.port,
      ufrag: randomBytes(4).toString("hex"),
      password: randomBytes(16).toString("hex"),
      fingerprint: this.fingerprint,
    };
  }

  /** Connects a peer to the server; tells whether it got there. */
  join(index: number, own: Side, server: Side): Promise<boolean> {
    this.#program.say(
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

  /** Adds listeners for the floor program: with keys that it knows, and without a peer connection. */
  addMute(count: number): void {
    this.#program.say(`mute ${count}`);
  }

  /** Sends the song as bare RTP to a local port, instead of as a WebRTC host. */
  sendPlain(port: number): void {
    this.#program.say(`plain 127.0.0.1 ${port}`);
  }

  /** Sends packets at a rate; resolves when all are sent. */
  play(packetsPerSecond: number, payloadBytes: number, count: number): Promise<void> {
    this.#program.say(`play ${Math.round(packetsPerSecond * 1000)} ${payloadBytes} ${count}`);
    return new Promise((resolve) => {
      this.#played = resolve;
    });
  }

  /** Starts counting anew; gaps are looked for at the first listeners, as many as are to be watched. */
  mark(watched: number): void {
    this.#program.say(`mark ${watched}`);
  }

  report(): Promise<CrowdReport> {
    this.#program.say("report");
    return new Promise((resolve) => {
      this.#reported = resolve;
    });
  }

  close(): Promise<void> {
    return this.#program.close();
  }

  #hear(event: CrowdEvent): void {
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

/** Where a peer stands; crowd/main.c knows it too. */
function addressOf(index: number): string {
  if (index === HOST) return "127.0.0.2";
  const number = index + 1;
  return `127.1.${number >> 8}.${number & 0xff}`;
}
