import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { MediaThread } from "./media-thread.ts";
import type { ThreadCommand, ThreadOptions } from "./messages.ts";
import { RemoteHandshakes } from "./remote-handshakes.ts";

/** Entry of a media thread: a {@link MediaThread} whose commands and events are the worker's messages. */
const port = parentPort!;
const { handshakes, ...options } = workerData as ThreadOptions & { handshakes: MessagePort };
const thread = new MediaThread(options, new RemoteHandshakes(handshakes), (event) => port.postMessage(event));

port.on("message", (command: ThreadCommand) => {
  thread.handle(command);
  // Without the UDP port, the timer and this nothing keeps the thread, and it ends.
  if (command.type === "close") port.close();
});
