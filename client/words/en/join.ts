import { count, words } from "../words.ts";

/** At the top of the console: how people join. */
export const howToJoin = words("console/join", {
  howToJoin: "How to join",
  joinThisWall: "Join this wall",
  copyLink: "Copy the link",
  onlyHere:
    "Only this computer can open this link. For phones, open this page by the computer's network address.",
  addressForPhones: "Address for phones:",
  screens: count({ one: "{count} screen", other: "{count} screens" }),
  showQrCode: "Show the QR code",
  qrCode: "QR code",
  qrCodeOfLink: "QR code of the link",
  close: "Close",
  staysDark: "A phone stays dark? On it, open",
});

/** The field for what the host calls the wall. */
export const wallName = words("console/wall-name", {
  name: "Wall's name",
  forYou: "For you: others see the code",
});
