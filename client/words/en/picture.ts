import type { PictureShow } from "#protocol/wall.ts";
import { params, words } from "../words.ts";

/** Where the picture of the wall comes from. */
export const pictures = words("console/pictures", {
  from: params("Picture: {source}"),
  choose: "Where the picture comes from",
  off: "Off",
  none: "none",
  camera: "Camera",
  screen: "Window or screen",
  film: "Film",
  stage: "Stage",
  device: "Device",
  preview: "The picture that is sent",
  sent: "The wall gets this picture.",
  ready: "Ready. The wall gets this picture when you are live.",
  noFilm: "A song with a picture shows it while it plays. There is none now.",
  declined: "This server forwards no pictures. The person who runs it can allow them.",
  needsHttps: "Browsers give pictures of cameras and screens only to pages with https. Films work here too.",
  notHere: "This browser gives pages no picture of the screen, or of no camera. Films work here too.",
  isNew: "The wall shows the picture now.",
});

/** What is wrong with a picture, below its choice. */
export const captureProblems = words("console/capture-problems", {
  refused: "The browser does not let this page see the camera. Allow it beside the page's address.",
  noCamera: "This computer has no camera that can be used. Connect one, then try again.",
  inUse: "Another program uses the camera. End it there, then try again.",
  notShared: "No window or screen was shared. Press again, and choose one.",
  screenUnreadable:
    "The system does not let the browser see the screen. Allow it in the system's settings, then try again.",
  cameraGone: params("“{name}” has gone, so its picture has ended."),
  sharingEnded: "Sharing has ended, and the picture with it.",
});

/** How the wall shows its picture. */
export const pictureLook = words("console/picture-look", {
  fit: "Size",
  turn: "Turn",
  degrees: params("{degrees}°"),
  bezel: "Between screens",
  bezelShare: params("{percent} of a screen"),
  moves: "The music changes",
  noPicture: "Picture: none is sent now",
  notSent: "No picture is sent now. Switch one on in the tab Songs, under Picture.",
  whole: "Shows the whole picture",
});

/** How a picture is put into the wall. */
export const pictureFits = words("console/picture-fits", {
  fill: "Fill the wall",
  fit: "Whole",
  stretch: "Stretch",
} satisfies Record<PictureShow["fit"], string>);

/** What the music changes of a picture. */
export const pictureMoves = words("console/picture-moves", {
  none: "Nothing",
  brightness: "Brightness",
  colour: "Colour",
  displacement: "Waves",
} satisfies Record<PictureShow["moves"], string>);
