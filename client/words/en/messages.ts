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
  udpForbidden:
    "The sound does not reach the server: a policy or an extension forbids this browser UDP. " +
    "Allow it for WebRTC, use another browser, or ask the person who runs the server for TURN over TCP.",
  cannotSend:
    "This browser has no WebRTC, so it cannot send sound. Take the wall to a current Chrome, Edge, Firefox " +
    "or Safari (on the start page: “Your walls on another computer”), or send from a program such as OBS.",
  slowScreen: params("{problem}."),
  switchOff: "Switch it off",
  dismiss: "Dismiss",
});
