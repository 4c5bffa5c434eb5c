import { params, words } from "../words.ts";

/** The song's place at the top of the console: choosing a song, loading it, playing it. */
export const song = words("console/song", {
  choose: "Choose a song",
  howToChoose: "Drop songs anywhere on this page, or choose them here.",
  chooseFile: "Choose songs",
  another: "Add songs",
  playDemo: "Play the demo song",
  demoTitle: "Lightwall demo song",
  loading: params("Loading {name}"),
  opening: params("Opening {name}"),
  loadingDemo: "Loading the demo song",
  openingDemo: "Opening the demo song",
  fetchingDemo: params("Fetching the demo song, {percent}"),
  play: "Play",
  playKey: "Play (space)",
  pause: "Pause",
  pauseKey: "Pause (space)",
  position: "Position in the song",
  positionOf: params("{time} of {duration}"),
  left: params("−{time}"),
  volume: "Volume",
  volumeKeys: "Volume of this computer (up, down)",
  loop: "Loop",
  loopOff: params("Repeat: off ({key})"),
  loopOne: params("Repeat: this song ({key})"),
  loopAll: params("Repeat: all songs ({key})"),
  localSound: "Sound on this computer",
  localSoundOn: params("Sound on this computer: on ({key})"),
  localSoundOff: params("Sound on this computer: off ({key})"),
});

/** Places in a song that the host has marked. */
export const cues = words("console/cues", {
  mark: "Cue point here",
  markKey: params("Set a cue point here ({key})"),
  unmarkKey: params("Remove this cue point ({key})"),
  goTo: params("Go to the cue point at {time}"),
});

/** What is wrong with a song, in the messages over the console. */
export const songProblems = words("console/song-problems", {
  none: "None of this is a song. Choose mp3 or other audio files.",
  empty: params("“{file}” is empty. Choose another file."),
  unplayable: params("This browser cannot play “{file}”. Choose an mp3 or another audio file."),
  webPage: params("“{file}” is a web page, not music. Download the song itself, then choose that file."),
  notMusic: params("“{file}” is not music. Choose an mp3 or another audio file."),
  noSound: params("“{file}” has pictures, but no sound. Choose another file."),
  isProtected: params(
    "“{file}” is protected against copying (DRM), so browsers cannot play it. Choose an unprotected copy.",
  ),
  unknownFormat: params("“{file}” is {format}, which this browser cannot play. Convert it to FLAC or mp3."),
  cutShort: params("“{file}” is not complete: the index at its end is missing. Download or copy it again."),
  mixedLinks: params(
    "“{file}” is put together from pieces that this browser cannot join. Convert it to FLAC or mp3.",
  ),
  unreadable: params("“{file}” cannot be read any more. It may have been moved or deleted. Choose it again."),
  demoMissing: "The demo song did not load. Check the connection to the server, then try again.",
  damaged: params("“{title}” is damaged and stops at {time}. Choose another song."),
  lost: "This song is no longer in this browser. Add its file again.",
  needsPress: "The browser starts no sound by itself. Press Play.",
  noOutput: "The browser has no sound to give. Close other tabs that play, or start the browser again.",
  halted: "The browser has stopped the sound. Press Play to continue.",
});

/** Beside the song: whether it is broadcast, and the button for that. */
export const onAir = words("console/on-air", {
  goLive: "Go live",
  stop: "Stop",
  goingLive: "Going live…",
  notLive: "Not live",
  playingNotLive: "Playing, not live",
  live: "Live",
  livePaused: "Live, but paused",
  fromProgram: "Live from another program",
  level: "Level of the sound for the broadcast",
});
