/** How long a spark lasts, ms. */
const SPARK_MS = 700;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Shows a spark on the tiles of screens on which people have tapped. A tile shows one at a time, so that it
 * does not flicker however fast somebody taps.
 * @param ids of the screens
 * @param grid has the tiles
 */
export function showSparks(ids: readonly string[], grid: ParentNode | null): void {
  for (const id of ids) {
    const tile = grid?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    if (!tile || tile.dataset.spark !== undefined) continue;
    tile.dataset.spark = "";
    const grow = calm.matches ? {} : { scale: ["0.3", "1.1", "1.3"] };
    const spark = tile.animate(
      { opacity: [0, 1, 0], ...grow },
      { duration: SPARK_MS, easing: "ease-out", pseudoElement: "::after" },
    );
    const end = () => {
      delete tile.dataset.spark;
    };
    spark.finished.then(end, end);
  }
}
