import { isPageRefused } from "../../shared/refused-page.ts";

/** How long the server may take to answer, ms. */
const ANSWER_MAX_MS = 4_000;

/**
 * Why a page cannot connect. `offline`: the device has no network. `unreachable`: the server does not answer.
 * `refused`: the server takes the page for one of another site. `blocked`: it answers requests, but no
 * WebSocket comes through.
 */
export type Obstacle = "offline" | "unreachable" | "refused" | "blocked";

/** Finds out what keeps this page from connecting. */
export async function findObstacle(): Promise<Obstacle> {
  if (!navigator.onLine) return "offline";
  const giving = new AbortController();
  const timer = setTimeout(() => giving.abort(), ANSWER_MAX_MS);
  try {
    const { signal } = giving;
    const { ok } = await fetch("../healthz", { cache: "no-store", signal });
    if (!ok) return "unreachable";
    return (await isPageRefused(signal)) ? "refused" : "blocked";
  } catch {
    return "unreachable";
  } finally {
    clearTimeout(timer);
  }
}
