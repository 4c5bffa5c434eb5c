import type { MessagePort } from "node:worker_threads";
import { Bridge } from "../../relay/bridge.ts";
import { LocalRelay } from "../../relay/local.ts";
import { connectNats } from "../../relay/nats.ts";
import { PictureRelay } from "../../relay/picture-relay.ts";
import { now } from "../clock.ts";
import type { MediaEvent, RelayCommand, RelayThreadOptions } from "./messages.ts";
import { LIVENESS_INTERVAL_MS } from "./watchdog.ts";

/** Runs the relay thread in this worker, until it is told to close. */
export async function runRelayThread(parent: MessagePort, options: RelayThreadOptions): Promise<void> {
  const report = (event: MediaEvent) => parent.postMessage(event);
  const bus = await connectNats(options.nats, "lightwall media", true);
  const local = new LocalRelay(options.local);
  const bridge = new Bridge({ bus, local, secret: options.secret, now });
  const pictures = new PictureRelay({
    ...{ bridge, now },
    keyframeWanted: (broadcast, layer) => report({ type: "keyframe-wanted", broadcast, layer }),
  });
  const timer = setInterval(() => {
    pictures.tick();
    report({ type: "relayed", counts: bridge.takeCounts() });
  }, LIVENESS_INTERVAL_MS);
  parent.on("message", (command: RelayCommand) => {
    switch (command.type) {
      case "relay":
        if (command.way === "none") bridge.drop(command.broadcast);
        else bridge[command.way](command.broadcast);
        pictures.set(command.broadcast, command.way);
        break;
      case "pictures-wanted":
        pictures.want(command.broadcast);
        break;
      case "keyframe-wanted":
        pictures.wantKeyframe(command.broadcast, command.layer);
        break;
      case "close":
        clearInterval(timer);
        pictures.close();
        bridge.close();
        local.close();
        void bus.close();
        parent.close();
    }
  });
}
