import { count, words } from "../words.ts";

/** What the figures of the room are called, in the panel for the room. */
export const roomFigures = words("console/room-figures", {
  listening: "Listening",
  connected: "Receiving light",
  overSocket: "Without UDP",
  relayed: "Through a relay",
  roundTrip: "Round trip",
  loss: "Worst loss",
  packetTime: "Packet time",
});

/** What the figures of the room mean, shown by a pointer that rests on them. */
export const roomFigureMeanings = words("console/room-figure-meanings", {
  listening: "Pages that have joined this wall.",
  connected: "Pages whose connection to the song is up.",
  overSocket:
    "Pages that get the song over their WebSocket: UDP is blocked on their network, or they are connecting.",
  relayed: "Pages that UDP reaches only through a TURN server, which takes a little longer.",
  roundTrip: "The time of a packet from the server to a screen and back: the median of all screens.",
  loss: "The share of packets that the screen with the worst connection misses.",
  packetTime:
    "How much sound one packet holds. Large walls get longer packets, which are less work for the server.",
} satisfies Record<keyof typeof roomFigures.english, string>);

/** The list of the screens that are there, in the panel for the room. */
export const screenList = words("console/screen-list", {
  screens: "Screens",
  meaning: "Those that need help come first. A press opens a screen's settings.",
  more: count({ one: "… and {count} more", other: "… and {count} more" }),
});

/** The rest of the panel for the room: the password for screens, and the end of the wall. */
export const room = words("console/room", {
  password: "Password for screens",
  noPassword: "None",
  setPassword: "Set",
  unreachable: "The server cannot be reached. Try again in a moment.",
  close: "Close the wall",
  closeQuestion: "Close this wall for good?",
  closeWarning: "Every screen goes dark, and the code and the link stop working.",
  keep: "Keep it",
});

/** Whether taps on screens are shown. */
export const sparks = words("console/sparks", {
  title: "Taps on screens are sparks on their tiles",
});

/** What other programs need to know of the wall. */
export const otherPrograms = words("console/other-programs", {
  title: "Other programs",
  meaning: "OBS and others send sound to this wall (WHIP), play it (WHEP), and control it over HTTP.",
  interface: "All that they can do",
  whip: "Sends sound (WHIP)",
  whep: "Plays sound (WHEP)",
  hostKey: "Host key: keep it secret",
  show: "Show",
  showHostKey: "Show the host key",
  copyWhip: "Copy the WHIP address",
  copyWhep: "Copy the WHEP address",
  copyHostKey: "Copy the host key",
});
