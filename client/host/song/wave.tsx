import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Point, Waveform } from "../analysis/waveform.ts";
import type { Song } from "./song.ts";

/** A bar and the gap after it, CSS px. */
const BAR = { width: 2, gap: 1 };
/** The power from which on a bar has a height, and that of the highest; dB relative to a full-scale sine. */
const RANGE_DB = { from: -48, to: -6 };
/** The height of what is silent or not analysed yet, as a share. */
const FLAT = 0.06;
/** How bright what was not played yet is, as a share. */
const TO_COME = 0.45;
/** The colours of bass, mids and treble: those of the mark, oklch; hues by the way from violet over pink. */
const COLOURS = [
  [0.55, 0.24, 300],
  [0.78, 0.16, 410],
  [0.96, 0.03, 455],
] as const;

/** Of how many steps of the song a new one is drawn: more than there are bars. */
const STEPS = 1_500;

/** The song as bars: as high as it is loud, and in the colour of what is loud. */
export function Wave({ song }: { song: Song }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const analysis = song.analysis.value;
  const waveform = useMemo(() => analysis && new Waveform(analysis.powers), [analysis]);
  const draw = useRef(() => {});
  draw.current = () => {
    if (!canvas.current) return;
    waveform?.update();
    paint(canvas.current, waveform, song.time.peek(), song.duration.peek());
  };
  useEffect(() => {
    const resized = new ResizeObserver(() => draw.current());
    resized.observe(canvas.current!);
    return () => resized.disconnect();
  }, []);
  // Each of them changes what is drawn; a moment of a long song is less than a bar.
  const duration = song.duration.value;
  const stepOf = (seconds: number) => Math.floor((STEPS * seconds) / duration);
  const [played, analysed] = [song.time.value, (analysis?.analysedMs.value ?? 0) / 1_000].map(stepOf);
  useEffect(() => draw.current(), [played, analysed, duration, waveform]);
  return <canvas ref={canvas} class="wave" />;
}

function paint(
  canvas: HTMLCanvasElement,
  waveform: Waveform | undefined,
  time: number,
  duration: number,
): void {
  const { clientWidth, clientHeight } = canvas;
  const [width, height] = [clientWidth * devicePixelRatio, clientHeight * devicePixelRatio].map(Math.round);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext("2d")!;
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  pen.clearRect(0, 0, clientWidth, clientHeight);
  const step = BAR.width + BAR.gap;
  const count = Math.floor(clientWidth / step);
  const isKnown = waveform !== undefined && Number.isFinite(duration) && duration > 0;
  const parts = isKnown ? waveform.parts(count, duration * 1_000) : Array<undefined>(count).fill(undefined);
  const played = duration > 0 ? (time / duration) * count : 0;
  parts.forEach((point, n) => {
    const high = Math.max(clientHeight * heightOf(point), FLAT * clientHeight);
    pen.fillStyle = colourOf(point);
    pen.globalAlpha = n < played ? 1 : TO_COME;
    pen.fillRect(n * step, (clientHeight - high) / 2, BAR.width, high);
  });
}

/** 0..1 */
function heightOf(point: Point | undefined): number {
  if (!point) return 0;
  const db = 10 * Math.log10(point[0] + point[1] + point[2]);
  return Math.min(Math.max((db - RANGE_DB.from) / (RANGE_DB.to - RANGE_DB.from), 0), 1);
}

/** A mixture by the amplitude of each part of the spectrum. */
function colourOf(point: Point | undefined): string {
  if (!point) return "#5b5b69";
  const shares = point.map(Math.sqrt);
  // Treble has less power in all music, and is seen all the same.
  const weights = [shares[0]!, 1.6 * shares[1]!, 4 * shares[2]!];
  const sum = weights[0]! + weights[1]! + weights[2]! || 1;
  const mixed = (n: number) =>
    COLOURS.reduce((mix, colour, at) => mix + (colour[n]! * weights[at]!) / sum, 0);
  return `oklch(${mixed(0).toFixed(3)} ${mixed(1).toFixed(3)} ${(mixed(2) % 360).toFixed(0)})`;
}
