/** Samples of one Opus frame at 48 kHz by the configuration number of a packet (RFC 6716 §3.1, table 2). */
const SILK_SAMPLES = [480, 960, 1_920, 2_880] as const;
const HYBRID_SAMPLES = [480, 960] as const;
const CELT_SAMPLES = [120, 240, 480, 960] as const;

/** Most samples of one packet: 120 ms (RFC 6716 §3.2.5, requirement R5). */
const PACKET_SAMPLES_MAX = 5_760;

/**
 * How many samples an Opus packet decodes to at 48 kHz, read from its table-of-contents byte (RFC 6716 §3.1)
 * and frame count byte (§3.2.5); undefined for a malformed packet.
 */
export function opusSamples(packet: Uint8Array): number | undefined {
  const toc = packet[0];
  if (toc === undefined) return;
  const frames = frameCount(toc & 0x03, packet[1]);
  const samples = frames && frames * frameSamples(toc >> 3);
  return samples && samples <= PACKET_SAMPLES_MAX ? samples : undefined;
}

function frameSamples(configuration: number): number {
  if (configuration < 12) return SILK_SAMPLES[configuration & 3]!;
  if (configuration < 16) return HYBRID_SAMPLES[configuration & 1]!;
  return CELT_SAMPLES[configuration & 3]!;
}

function frameCount(code: number, countByte: number | undefined): number | undefined {
  if (code === 0) return 1;
  if (code < 3) return 2;
  return countByte === undefined ? undefined : countByte & 0x3f;
}
