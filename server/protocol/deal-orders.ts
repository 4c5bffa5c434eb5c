/**
 * Orders in which bands are dealt, from low to high, over the screens that are there: row by row from the top
 * left, the same with every second row from right to left, or column by column.
 */
export const DEAL_ORDERS = ["rows", "snake", "columns"] as const;
export type DealOrder = (typeof DEAL_ORDERS)[number];

/** Whether a rule deals bands over the screens that are there. */
export function isDealOrder(rule: string): rule is DealOrder {
  return DEAL_ORDERS.includes(rule as DealOrder);
}
