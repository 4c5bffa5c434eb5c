/** What browsers tell of a connection's way, as far as it is read here (W3C webrtc-stats §6). */
interface Told {
  readonly type: string;
  /** Of the transport. Firefox marks the pair instead, with `selected`. */
  readonly selectedCandidatePairId?: string;
  /** Of a pair of candidates. */
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  /** Of a candidate. */
  readonly candidateType?: RTCIceCandidateType;
}

/**
 * Whether the media of a connection come through a TURN server; undefined while it has no way.
 * @param told the connection's statistics, an `RTCStatsReport`
 */
export function isThroughRelay(told: ReadonlyMap<string, Told>): boolean | undefined {
  const all = [...told.values()];
  const transport = all.find(({ selectedCandidatePairId }) => selectedCandidatePairId);
  const pair =
    told.get(transport?.selectedCandidatePairId ?? "") ??
    all.find(({ type, selected }) => type === "candidate-pair" && selected);
  const own = told.get(pair?.localCandidateId ?? "");
  return own && own.candidateType === "relay";
}
