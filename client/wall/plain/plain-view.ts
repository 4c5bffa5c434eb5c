import type { LookMode } from "#protocol/wall.ts";
import { colourOf, css, type Palette } from "../../light/colour.ts";
import { PixelGuard } from "../../light/pixel-guard.ts";
import { barCount, barsOf } from "../look/bars.ts";
import { flowAt, SPOKES, STEP_MS, STEPS_MAX, spokesOf } from "../look/flow.ts";
import type { LookMoment } from "../look/moment.ts";
import { pitchPalette } from "../look/palette.ts";
import { FLOATS, particlesMax, particlesOf } from "../look/particles.ts";
import { RINGS, ringsOf, SECTORS } from "../look/rings.ts";
import { insideOf, type Shape } from "../look/shape.ts";
import { boxOf, COLUMNS, LINE_APART, LINES, stencilLevels } from "../look/stencil.ts";
import type { Showing, View } from "../view.ts";
import { pictureDrawer } from "./picture.ts";

/** Number of pixels that a CPU draws and guards in a few ms. The browser scales the picture up. */
const PIXELS = 36_000;

type Pen = CanvasRenderingContext2D;
type Draw = (pen: Pen, moment: LookMoment, showing: Showing) => void;

const DRAWS: Record<Exclude<LookMode, "flow" | "stencil" | "picture">, Draw> = {
  bars: drawBars,
  rings: drawRings,
  particles: drawParticles,
};

/**
 * Opens a view without WebGL: the same look, with fewer pixels and less glow.
 * @param pixels how many it has
 */
export function openPlainView(canvas: HTMLCanvasElement, mode: LookMode, pixels = PIXELS): View {
  const pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true })!;
  let guard: PixelGuard | undefined;
  const draw = drawOf(mode);
  return {
    paint(moment, showing) {
      const height = Math.max(Math.round(Math.sqrt(pixels / showing.shape)), 1);
      const width = Math.max(Math.round(height * showing.shape), 1);
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height });
        guard = undefined;
      }
      const { window, turn, brightness } = showing;
      const [across, down] = [width / (window.right - window.left), height / (window.bottom - window.top)];
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.globalCompositeOperation = "source-over";
      pen.fillStyle = "#000";
      pen.fillRect(0, 0, width, height);
      pen.globalCompositeOperation = "lighter";
      pen.setTransform(across, 0, 0, down, -window.left * across, -window.top * down);
      draw(pen, moment, showing);
      // What was shown without a limit is not what a limit continues.
      if (!turn) guard = undefined;
      if (!turn && brightness === 1) return;
      const picture = pen.getImageData(0, 0, width, height);
      if (turn) {
        guard ??= new PixelGuard(width * height);
        guard.allow(picture.data, turn, brightness);
      } else {
        for (let n = 0; n < picture.data.length; n++) picture.data[n]! *= n % 4 === 3 ? 1 : brightness;
      }
      pen.putImageData(picture, 0, 0);
    },
    dispose() {},
  };
}

function drawOf(mode: LookMode): Draw {
  if (mode === "flow") return flowDrawer();
  if (mode === "picture") return pictureDrawer();
  return mode === "stencil" ? stencilDrawer() : DRAWS[mode];
}

let bars = new Float32Array(0);

function drawBars(pen: Pen, moment: LookMoment, { palette }: Showing): void {
  const { width, height } = moment.stage;
  const count = barCount(moment.stage);
  if (bars.length !== 2 * count) bars = new Float32Array(2 * count);
  barsOf(moment, bars);
  const wide = width / count;
  /** The gradient of each palette. */
  const bodies = new Map<Palette, CanvasGradient>();
  for (let bar = 0; bar < count; bar++) {
    const own = pitchPalette(palette, (bar + 0.5) / count, moment.wall);
    const body = bodies.get(own) ?? pen.createLinearGradient(0, height, 0, 0);
    if (!bodies.has(own)) {
      for (let stop = 0; stop <= 8; stop++)
        body.addColorStop(stop / 8, colour(own, 0.22 + (0.78 * stop) / 8));
      bodies.set(own, body);
    }
    const [level, peak] = [bars[2 * bar]!, bars[2 * bar + 1]!];
    const left = (bar + 0.19) * wide;
    pen.fillStyle = body;
    pen.globalAlpha = 0.4;
    pen.fillRect(left, (1 - level) * height, 0.62 * wide, level * height);
    pen.globalAlpha = 0.6;
    pen.fillRect(left, (1 - level) * height, 0.62 * wide, Math.min(0.1 * height, level * height));
    pen.globalAlpha = peak > 0.02 ? 0.8 : 0;
    pen.fillStyle = colour(own, 0.25 + 0.75 * peak);
    pen.fillRect(left, (1 - peak) * height - 0.008, 0.62 * wide, 0.016);
  }
  pen.globalAlpha = 1;
}

const rings = new Float32Array(RINGS * SECTORS);

function drawRings(pen: Pen, moment: LookMoment, { palette }: Showing): void {
  const { origin, reach } = moment.stage;
  const apart = reach / RINGS;
  ringsOf(moment, rings);
  for (const [n, level] of rings.entries()) {
    if (level < 0.03) continue;
    const ring = Math.floor(n / SECTORS) + 0.35 + 0.85 * level * level;
    const from = (Math.PI * (n % SECTORS)) / SECTORS;
    const own = pitchPalette(palette, ((n % SECTORS) + 0.5) / SECTORS, moment.wall);
    pen.strokeStyle = colour(own, 0.12 + 0.88 * level);
    for (const [share, wide] of [
      [level, 0.04 + 0.18 * level * level],
      [0.25 * level * level, 0.6],
    ] as const) {
      pen.globalAlpha = share;
      pen.lineWidth = wide * apart;
      for (const start of [from, -from - Math.PI / SECTORS]) {
        pen.beginPath();
        pen.arc(
          origin.x,
          origin.y,
          ring * apart,
          start - Math.PI / 2,
          start - Math.PI / 2 + Math.PI / SECTORS,
        );
        pen.stroke();
      }
    }
  }
  pen.globalAlpha = 1;
}

let particles = new Float32Array(0);

function drawParticles(pen: Pen, moment: LookMoment, { palette, window, shape }: Showing): void {
  const stretch = (shape * (window.bottom - window.top)) / (window.right - window.left);
  const most = particlesMax(window) * FLOATS;
  if (particles.length < most) particles = new Float32Array(most);
  const count = particlesOf(moment, window, particles, (window.bottom - window.top) / pen.canvas.height);
  for (let n = 0; n < count; n++) {
    const [x, y, radius, level, pitch] = particles.subarray(n * FLOATS, (n + 1) * FLOATS) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (level < 0.03) continue;
    pen.fillStyle = colour(pitchPalette(palette, pitch, moment.wall), 0.25 + 0.75 * level);
    for (const [share, wide] of [
      [0.16 * level * level, 1.8],
      [level * level, 0.6],
    ] as const) {
      pen.globalAlpha = share;
      pen.beginPath();
      pen.ellipse(x, y, radius * wide * stretch ** -0.5, radius * wide * stretch ** 0.5, 0, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  pen.globalAlpha = 1;
}

/** Rows of the flow on the CPU. */
const FLOW_ROWS = 54;
/** Half of the width of the flow's line, in heights of the wall. */
const FLOW_LINE = 0.012;

/** The flow without WebGL: the same ring and current, without eddies. */
function flowDrawer(): Draw {
  const levels = new Float32Array(SPOKES);
  let [now, last] = [ownPen(), ownPen()];
  let step = Number.NEGATIVE_INFINITY;

  function advance(moment: LookMoment, ago: number, palette: Palette): void {
    const { width, height, origin } = moment.stage;
    const { stays, closer, spin, ring } = flowAt(moment, ago);
    spokesOf(moment, ago, levels);
    const pen = now;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalCompositeOperation = "source-over";
    pen.fillStyle = "#000";
    pen.fillRect(0, 0, pen.canvas.width, pen.canvas.height);
    const scale = FLOW_ROWS / height;
    pen.setTransform(scale, 0, 0, scale, origin.x * scale, origin.y * scale);
    pen.save();
    pen.rotate(-spin);
    pen.scale(1 / closer, 1 / closer);
    pen.globalAlpha = stays;
    pen.drawImage(last.canvas, -origin.x, -origin.y, width, height);
    pen.restore();
    pen.globalAlpha = 1;
    pen.globalCompositeOperation = "lighten";
    pen.lineWidth = 2 * FLOW_LINE * height;
    const wide = Math.sqrt(Math.max(width / height, 1)) * height;
    for (const side of [-1, 1]) {
      for (const [spoke, level] of levels.entries()) {
        const next = levels[Math.min(spoke + 1, SPOKES - 1)]!;
        pen.strokeStyle = colour(pitchPalette(palette, (spoke + 0.5) / SPOKES, moment.wall), level ** 2);
        pen.beginPath();
        for (const [at, of] of [
          [spoke, level],
          [spoke + 1, next],
        ] as const) {
          const angle = side * Math.PI * (at / SPOKES);
          const radius = ring[0] + ring[1] * of;
          pen.lineTo(wide * radius * Math.sin(angle), -height * radius * Math.cos(angle));
        }
        pen.stroke();
      }
    }
    [now, last] = [last, now];
  }

  return (pen, moment, { palette }) => {
    const { width, height } = moment.stage;
    const columns = Math.max(Math.round((FLOW_ROWS * width) / height), 1);
    for (const { canvas } of [now, last]) {
      if (canvas.width !== columns) Object.assign(canvas, { width: columns, height: FLOW_ROWS });
    }
    const due = Math.floor(moment.media / STEP_MS);
    if (due < step || due - step > STEPS_MAX) step = due - STEPS_MAX;
    for (; step < due; step++) advance(moment, moment.media - (step + 1) * STEP_MS, palette);
    pen.drawImage(last.canvas, 0, 0, width, height);
  };
}

/** Pixels of a stencil, which are computed one by one. */
const STENCIL_PIXELS = 16_000;

function stencilDrawer(): Draw {
  const own = ownPen();
  const numbers = new Float32Array(COLUMNS + LINES);
  let picture = own.createImageData(1, 1);

  return (pen, moment, { palette, window }) => {
    const { shape } = moment;
    const box = boxOf(moment.stage, shape);
    stencilLevels(moment, box, numbers);
    const [wide, high] = [window.right - window.left, window.bottom - window.top];
    const rows = Math.max(Math.round(Math.sqrt((STENCIL_PIXELS * high) / wide)), 1);
    const columns = Math.max(Math.round(STENCIL_PIXELS / rows), 1);
    if (picture.width !== columns || picture.height !== rows) {
      Object.assign(own.canvas, { width: columns, height: rows });
      picture = own.createImageData(columns, rows);
    }
    const palettes = Array.from({ length: COLUMNS }, (_, n) =>
      pitchPalette(palette, (n + 0.5) / COLUMNS, moment.wall),
    );
    for (let column = 0; column < columns; column++) {
      const u = (window.left + ((column + 0.5) / columns) * wide - box.left) / box.width;
      const pitch = Math.min(Math.max(Math.floor(u * COLUMNS), 0), COLUMNS - 1);
      const level = numbers[pitch]!;
      for (let row = 0; row < rows; row++) {
        const v = (window.top + ((row + 0.5) / rows) * high - box.top) / box.height;
        const inside = insideAt(shape, u, v);
        const line = Math.round(-inside / LINE_APART);
        const loud = line >= 1 && line <= LINES ? numbers[COLUMNS + line - 1]! : 0;
        // Wider than with WebGL: the pixels are larger.
        const isOn = Math.abs(-inside / LINE_APART - line) < 0.08 + 0.16 * loud * loud;
        const lit =
          inside > 0 ? (v > 1 - level ? 0.6 + 0.4 * level : 0.25 + 0.1 * level) : isOn ? 0.75 * loud : 0;
        const [red, green, blue] = colourOf(palettes[pitch]!, lit);
        picture.data.set([red, green, blue, 255], 4 * (row * columns + column));
      }
    }
    own.putImageData(picture, 0, 0);
    pen.drawImage(own.canvas, window.left, window.top, wide, high);
  };
}

/** How far a point of a shape is inside it, in heights of the shape; beyond its box, further away. */
function insideAt({ width, height, distances }: Shape, u: number, v: number): number {
  const [x, y] = [Math.min(Math.max(u, 0), 1), Math.min(Math.max(v, 0), 1)];
  const [column, row] = [
    Math.min(Math.floor(x * width), width - 1),
    Math.min(Math.floor(y * height), height - 1),
  ];
  return insideOf(distances[row * width + column]!) - Math.hypot(((u - x) * width) / height, v - y);
}

function ownPen(): Pen {
  return document.createElement("canvas").getContext("2d", { alpha: false })!;
}

function colour(palette: Palette, level: number): string {
  return css(colourOf(palette, level));
}
