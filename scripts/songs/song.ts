/** A song that is made by program: the same in every run. */
export interface MadeSong {
  name: string;
  /** Beats per minute; undefined without beats. */
  bpm?: number;
  /** When beats begin, s. Those that no instrument plays count too: people feel them. */
  beats: readonly number[];
  /** Left and right, 48 kHz, -1..1. */
  sound: [left: Float32Array, right: Float32Array];
}
