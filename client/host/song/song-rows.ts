/**
 * Scrolls the panel of a list to one of its rows that is out of sight. The page stays where it is, and so
 * does the panel while a person is in the list.
 * @param row selects the row
 */
export function showRow(list: HTMLElement, row: string): void {
  const panel = list.closest<HTMLElement>(".panel");
  const shown = list.querySelector(row)?.getBoundingClientRect();
  if (!panel || !shown || list.matches(":hover, :focus-within")) return;
  const seen = panel.getBoundingClientRect();
  if (shown.top >= seen.top && shown.bottom <= seen.bottom) return;
  panel.scrollTop += (shown.top + shown.bottom - seen.top - seen.bottom) / 2;
}

/**
 * Lets a pointer drag the rows of a list.
 * @param onMove called with the id of a row and its new place in the list
 * @returns what ends it
 */
export function sortByHand(list: HTMLElement, onMove: (id: string, to: number) => void): () => void {
  let end = () => {};
  const isOver = new AbortController();
  void import("sortablejs").then(({ default: Sortable }) => {
    if (isOver.signal.aborted) return;
    const sortable = Sortable.create(list, {
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      // All browsers then drag alike.
      forceFallback: true,
      fallbackTolerance: 4,
      // A finger that moves at once scrolls.
      delay: 200,
      delayOnTouchOnly: true,
      filter: "button",
      preventOnFilter: false,
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex) return;
        // The page draws the list: what the drag has moved goes back before it does.
        item.remove();
        list.insertBefore(item, list.children[oldIndex] ?? null);
        onMove(item.dataset.id!, newIndex);
      },
    });
    end = () => sortable.destroy();
  });
  return () => {
    isOver.abort();
    end();
  };
}
