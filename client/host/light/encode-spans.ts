import { SPAN_FROM_DB, SPAN_STEP_DB } from "#protocol/light-map.ts";
import type { Span } from "../../light/light-map.ts";

/** A mark's spans as they are sent. Each is rounded to steps of half a dB. */
export function encodeSpans(spans: readonly Span[]): string {
  const bytes = spans.flatMap(({ dark, bright }) => [dark, bright].map(byteOf));
  return btoa(String.fromCharCode(...bytes));
}

function byteOf(value: number): number {
  return Math.min(Math.max(Math.round((value - SPAN_FROM_DB) / SPAN_STEP_DB), 0), 255);
}
