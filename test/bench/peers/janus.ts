import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { buildC, built, Program, source } from "../programs.ts";
import { describe, readServer } from "../sdp.ts";
import type { Server } from "../servers.ts";

const API_PORT = 18_188;
const RTP_PORT = 15_004;
const MOUNTPOINT = 1;
/** Janus closes a session after 60 s without a request. */
const KEEPALIVE_INTERVAL_MS = 25_000;

/** Plugins that the bench does not use. */
const PLUGINS_OFF = [
  "audiobridge",
  "duktape",
  "echotest",
  "lua",
  "nosip",
  "recordplay",
  "sip",
  "textroom",
  "videocall",
  "videoroom",
  "voicemail",
];
/** Transports that the bench does not use. */
const TRANSPORTS_OFF = ["http", "mqtt", "nanomsg", "pfunix", "rabbitmq"];

const librariesOf = (names: readonly string[]) => names.map((name) => `libjanus_${name}.so`).join(",");

const CONFIG: Readonly<Record<string, string>> = {
  "janus.jcfg": `
general: { debug_level = 2  server_name = "bench"  event_loops = 1 }
media: { no_media_timer = 0 }
nat: { ice_lite = true  ice_ignore_list = "docker" }
plugins: { disable = "${librariesOf(PLUGINS_OFF)}" }
transports: { disable = "${librariesOf(TRANSPORTS_OFF)}" }
`,
  "janus.transport.websockets.jcfg": `
general: { json = "compact"  ws = true  ws_port = ${API_PORT}  ws_ip = "127.0.0.1"  wss = false }
`,
  "janus.plugin.streaming.jcfg": `
song: {
  type = "rtp"  id = ${MOUNTPOINT}  description = "song"
  media = ({ type = "audio"  mid = "a"  label = "song"  port = ${RTP_PORT}  pt = 111  codec = "opus" })
}
`,
};

interface Message {
  janus: string;
  transaction?: string;
  sender?: number;
  data?: { id: number };
  jsep?: { sdp: string };
}

/** Starts Janus with its streaming plugin and one event loop. Takes the song as bare RTP. */
export async function startJanus(cores: string): Promise<Server> {
  const folder = built("janus");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(CONFIG)) writeFileSync(`${folder}/${name}`, text);
  const unbound = buildC("janus-unbound.so", [source("peers/janus-unbound.c")], ["-shared", "-fPIC"]);
  const program = new Program(cores, ["janus", `--configs-folder=${folder}`, "--disable-stdout"], {
    LD_PRELOAD: unbound,
  });
  const api = await connect();
  const { data } = await api.ask({ janus: "create" });
  const session = { session_id: data!.id };
  const keepalive = setInterval(
    () => void api.ask({ janus: "keepalive", ...session }),
    KEEPALIVE_INTERVAL_MS,
  );
  return {
    pid: program.pid,
    rtpPort: RTP_PORT,
    meet: async (_, own) => {
      const attached = await api.ask({ janus: "attach", plugin: "janus.plugin.streaming", ...session });
      const handle = { ...session, handle_id: attached.data!.id };
      const offered = api.offer(handle.handle_id);
      await api.ask({ janus: "message", ...handle, body: { request: "watch", id: MOUNTPOINT } });
      const offer = await offered;
      const mid = offer.match(/^a=mid:(\S+)/m)![1]!;
      const jsep = { type: "answer", sdp: describe(own, "recvonly", mid) };
      await api.ask({ janus: "message", ...handle, body: { request: "start" }, jsep });
      await api.ask({ janus: "trickle", ...handle, candidate: { completed: true } });
      return readServer(offer);
    },
    close: async () => {
      clearInterval(keepalive);
      api.close();
      // Janus does not read its input. It stops on a signal.
      process.kill(program.pid, "SIGTERM");
      await program.close();
    },
  };
}

/** Connects to the WebSocket API of Janus. Answers belong to a transaction, offers to a handle. */
async function connect() {
  const socket = await open();
  const answers = new Map<string, (message: Message) => void>();
  const offers = new Map<number, (sdp: string) => void>();
  let last = 0;
  socket.on("message", (text) => {
    const message = JSON.parse(String(text)) as Message;
    if (message.jsep && message.sender !== undefined) offers.get(message.sender)?.(message.jsep.sdp);
    else if (message.transaction) answers.get(message.transaction)?.(message);
  });
  return {
    ask(request: object): Promise<Message> {
      const transaction = String(++last);
      socket.send(JSON.stringify({ ...request, transaction }));
      return new Promise((resolve) => answers.set(transaction, resolve));
    },
    offer(handle: number): Promise<string> {
      return new Promise((resolve) => offers.set(handle, resolve));
    },
    close: () => socket.close(),
  };
}

/** Connects to Janus; retries while it starts. */
async function open(): Promise<WebSocket> {
  for (let tries = 50; ; tries--) {
    const socket = new WebSocket(`ws://127.0.0.1:${API_PORT}`, "janus-protocol");
    try {
      await once(socket, "open");
      return socket;
    } catch (error) {
      if (tries === 0) throw error;
      await delay(100);
    }
  }
}
