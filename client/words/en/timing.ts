import { params, words } from "../words.ts";

/** The panel that shows how well the screens keep time. */
export const timing = words("console/timing", {
  timing: "Timing",
  late: params("{time} late"),
  inTime: "in time",
  exactOf: params("{exact} of {all}"),
  automatically: "Set the wall delay automatically",
  wallDelay: "Wall delay",
  soundDelay: "Delay of this computer's sound",
  raiseDelay: params("For sound this early, the light must wait {time} after the song."),
  tooEarly: params("The light can wait at most {most}; the sound is still {left} late then."),
  raise: "Let it wait",
  listenOnce: "Listen once",
  listening: "Listening…",
  listenMeaning:
    "Plays five clicks, hears them by the microphone, and sets the delay of this computer's sound.",
  heardLate: params("The loudspeaker is {time} late. The delay is set."),
  flash: "Flash all screens",
});

/** What the figures of that panel are called. */
export const timingFigures = words("console/timing-figures", {
  delay: "Wall delay",
  needed: "Delay needed",
  lateness: "Slowest screen",
  clocks: "Clocks agree within",
  exact: "Exactly timed screens",
  outOfStep: "Out of step, only glowing",
});

/** What they mean, shown by a pointer that rests on them. */
export const timingFigureMeanings = words("console/timing-figure-meanings", {
  delay:
    "How long after a moment of the song has reached the server all screens paint it. " +
    "It gives slow networks time to deliver.",
  needed: "The shortest wall delay with which every screen has the sound in time.",
  lateness: "How late the slowest screen paints its light.",
  clocks: "The largest possible error of a screen's estimate of the server's clock.",
  exact:
    "Screens that have measured exactly which moment of the song they show. The others estimate it, " +
    "and may be some milliseconds early or late.",
  outOfStep:
    "Screens that are trimmed by more than 30 ms, or whose clock is not known to 50 ms. " +
    "While flashes are limited over the whole wall, they glow and do not flash.",
} satisfies Record<keyof typeof timingFigures.english, string>);
