import { PerspectiveCamera } from "three";

/** Vertical field of view. */
const VIEW_DEG = 32;
/** Where the camera begins: slightly above, to see the floor. */
const REST = { turn: 0.3, tilt: 0.1, distance: 1 };
/** Largest turn to each side, radians. */
const TURN_MAX = 1.25;
/** Limits of the tilt, from the floor to above the wall, radians. */
const TILT = { min: -0.05, max: 0.9 };
/** Limits of the distance, relative to the distance at which the wall fits the view. */
const DISTANCE = { min: 0.35, max: 2.2 };
/** Share of a movement that remains after 0.1 s. */
const GLIDE = 0.25;

/** A camera that moves around the centre of a wall. */
export class Orbit {
  readonly camera = new PerspectiveCamera(VIEW_DEG, 1, 0.05, 2_000);
  #at = { ...REST };
  #to = { ...REST };

  /** Turns and tilts by these angles, radians. */
  turn(by: number, tilt: number): void {
    this.#to.turn = clamp(this.#to.turn + by, -TURN_MAX, TURN_MAX);
    this.#to.tilt = clamp(this.#to.tilt + tilt, TILT.min, TILT.max);
  }

  /** Multiplies the distance. */
  zoom(by: number): void {
    this.#to.distance = clamp(this.#to.distance * by, DISTANCE.min, DISTANCE.max);
  }

  /** Returns to the first position. */
  reset(): void {
    this.#to = { ...REST };
  }

  /**
   * Moves the camera to a frame.
   * @param elapsed since the last frame, s
   * @param size of the wall
   * @param shape width / height of the view
   */
  update(elapsed: number, size: { width: number; height: number }, shape: number): void {
    const { width, height } = size;
    const left = GLIDE ** (elapsed / 0.1);
    for (const key of ["turn", "tilt", "distance"] as const) {
      this.#at[key] = this.#to[key] + (this.#at[key] - this.#to[key]) * left;
    }
    const half = Math.tan(((VIEW_DEG / 2) * Math.PI) / 180);
    const fit = 1.3 * Math.max((height + 0.6) / 2 / half, width / 2 / (half * shape));
    const distance = fit * this.#at.distance;
    const { turn, tilt } = this.#at;
    this.camera.position.set(
      distance * Math.sin(turn) * Math.cos(tilt),
      distance * Math.sin(tilt),
      distance * Math.cos(turn) * Math.cos(tilt),
    );
    this.camera.lookAt(0, -0.12, 0);
    this.camera.aspect = shape;
    this.camera.updateProjectionMatrix();
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
