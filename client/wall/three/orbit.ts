import { PerspectiveCamera } from "three";

/** Field of view, degrees; a little from above, to see the floor. */
const VIEW_DEG = 32;
const REST = { turn: 0.3, tilt: 0.1, distance: 1 };
/**
 * How far one may go: a turn to each side, from the floor to above, closer and further. Radians; shares of
 * the fit.
 */
const TURN_MAX = 1.25;
const TILT = { min: -0.05, max: 0.9 };
const DISTANCE = { min: 0.35, max: 2.2 };
/** Share of the way that is left after a tenth of a second. */
const GLIDE = 0.25;

/** A camera that goes around the middle of a wall. */
export class Orbit {
  readonly camera = new PerspectiveCamera(VIEW_DEG, 1, 0.05, 2_000);
  #at = { ...REST };
  #to = { ...REST };

  /** Turns and tilts by so much, radians. */
  turn(by: number, tilt: number): void {
    this.#to.turn = clamp(this.#to.turn + by, -TURN_MAX, TURN_MAX);
    this.#to.tilt = clamp(this.#to.tilt + tilt, TILT.min, TILT.max);
  }

  /** Goes so many times as far away. */
  zoom(by: number): void {
    this.#to.distance = clamp(this.#to.distance * by, DISTANCE.min, DISTANCE.max);
  }

  /** Back to where one began. */
  reset(): void {
    this.#to = { ...REST };
  }

  /**
   * Moves on.
   * @param elapsed seconds
   * @param size of the wall, and width / height of the view
   */
  update(elapsed: number, { width, height }: { width: number; height: number }, shape: number): void {
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
