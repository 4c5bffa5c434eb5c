import { parentPort, workerData } from "node:worker_threads";
import { MediaThread, type ThreadCommand, type ThreadOptions } from "./media-thread.ts";

/** Entry of a worker thread: a {@link MediaThread} whose commands and events are the thread's messages. */
const port = parentPort!;
const thread = new MediaThread(workerData as ThreadOptions, (event) => port.postMessage(event));

port.on("message", (command: ThreadCommand) => {
  thread.handle(command);
  // Without the port, the timer and this nothing keeps the thread, and it ends.
  if (command.type === "close") port.close();
});
