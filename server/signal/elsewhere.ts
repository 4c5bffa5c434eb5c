/** The servers that carry the same walls. */
export interface Elsewhere {
  /** Their addresses for pages, the best first. */
  readonly sites: string[];
  /** Whether one of them takes more listeners. */
  readonly hasRoomElsewhere: boolean;
}
