import { params, words } from "../words.ts";

/** The messages over the console, and their buttons. */
export const messages = words("console/messages", {
  reloaded:
    "The page was reloaded, so the broadcast stopped. Play your song, and it goes on. " +
    "Browsers start no sound without a press.",
  reconnecting: "The connection to the server is lost. This page reconnects by itself.",
  soundUnreachable:
    "The sound does not reach the server. A firewall may block its UDP port. " +
    "This page keeps trying; if it does not succeed, ask the person who runs the server.",
  slowScreen: params("{problem}."),
  switchOff: "Switch it off",
  dismiss: "Dismiss",
});
