/** The wait before another join, if the server refused the last one for a reason that ends by itself. */
export const REJOIN_MS = 8_000;

/** Longest title that the protocol allows, in UTF-16 units. */
export const TITLE_MAX = 200;
