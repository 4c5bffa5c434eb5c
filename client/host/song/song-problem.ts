/** A text for the host: which file, what is wrong, what to do. */
export class SongProblem extends Error {}
