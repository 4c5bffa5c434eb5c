/** The graph renders every 10 ms or so: to be held up while it does, twice in a row, is rare. */
const TRIES = 3;

/**
 * Reads what an audio graph has rendered last. The graph does not wait for that: between a look at its time
 * and a look at its sound it may render up to 20 ms, so both are read until its time stands still.
 * @param read asks an AnalyserNode
 * @returns what it gave, and the context's `currentTime` at its end, s
 */
export function readGraph<Given>(context: BaseAudioContext, read: () => Given): [Given, number] {
  for (let tries = 1; ; tries++) {
    const at = context.currentTime;
    const given = read();
    if (context.currentTime === at || tries === TRIES) return [given, at];
  }
}
