import { LIMIT_KEYS } from "../../server/config/limit-keys.ts";

/*
 * What `npm run plan` takes from elsewhere. Measured figures are from docs/measurements.md, with the command
 * and the date. Sizes follow from the form of a packet or message and were counted, not measured.
 */

/** A packet time that the server asks hosts for, ms. */
export type PacketTime = 20 | 60;

/**
 * CPU time of the server for one packet to one listener, all threads, with RTCP and connectivity checks, µs,
 * by packet time. `npm run bench:fanout`, 2026-11-21 (c13b23b), cases 1000x50 and 3000x16.7. Both had
 * payloads of 320 bytes. A packet of 60 ms has up to 960; this was not measured. Encryption and keystream are
 * 13 % of the time at 320 bytes, so it may cost a quarter more, which {@link CORE_SHARE} has to bear.
 */
export const CPU_US_PER_PACKET: Readonly<Record<PacketTime, number>> = { 20: 6.35, 60: 7.51 };

/** Bytes of a picture in a packet, about: what browsers send, and the benches. */
export const PICTURE_BYTES = 1_150;

/**
 * CPU time of the server for one packet of a picture to one listener, µs. `npm run bench:fanout`, 2026-11-27,
 * case 300v163.
 */
export const PICTURE_CPU_US = 10;

/** The low layer's share of the bit rate of the high one, which also goes to other nodes. Chosen. */
export const LOW_LAYER_SHARE = 1 / 6;

/**
 * CPU time of the server for one join, all threads, ms. 2026-11-25 (a8afbd2), after the server got its own
 * DTLS; as in `ms/join` of `npm run bench:fanout`. How much of it the handshake thread takes was not
 * measured, so the simulation counts all of it there, which is too much.
 */
export const JOIN_CPU_MS = 1.9;

/**
 * How far the time of a join may be from {@link JOIN_CPU_MS}, as a share of it. `npm run bench:fanout`,
 * 2026-11-21 (c13b23b): 2.6 to 3.6 ms in different cases, which is 16 % to each side of the middle; rounded
 * up. Single joins were not measured.
 */
export const JOIN_JITTER = 0.2;

/**
 * How long a page is connecting besides its handshake's computing, ms. The closest figure is the first light
 * of a page that has UDP only, from its script's start: `npm run bench:join`, 2026-11-25 (9046a50). It is
 * too long, as the loading of the page is part of it.
 */
export const CONNECTING_MS = 1_064;

/**
 * Resident memory that a listener adds, KB. `npm run bench:fanout`, 2026-11-21 (c13b23b), case 3000x16.7: the
 * media engine alone. A listener's session and WebSocket were not measured.
 */
export const LISTENER_KB = 55.4;

/**
 * Resident memory of a server before the crowd, MB. The closest figure is that of `npm run bench:abuse`
 * before its warm-up, with 200 listeners, 2026-11-25 (15681eb).
 */
export const SERVER_MB = 160;

/** Share of a core, of memory and of the handshake thread up to which a node is planned. Chosen. */
export const CORE_SHARE = 0.6;

/**
 * Opus, bits a second: what the server asks hosts for at most (`maxaveragebitrate` in
 * server/media/wire/sdp-answer.ts). The payloads of 320 bytes in the benches are 20 ms of it.
 */
export const OPUS_BITS_PER_SECOND = 128_000;

/** Bytes around a payload to a listener: IPv4 20, UDP 8, RTP 12, tag of SRTP 10. Counted. */
export const SRTP_BYTES = 50;

/**
 * Bytes a second to a listener besides packets. Every five seconds a sender report (70 with SRTCP, UDP and
 * IPv4) and the answer to a connectivity check (92). Counted.
 */
export const CONTROL_BYTES_PER_SECOND = 32;

/** Bytes around a payload between nodes: header of a packet 28, seal 31 (server/relay/). Counted. */
export const RELAY_BYTES = 59;

/** Bytes of the line with which NATS announces a packet: `PUB`, subject of 48, length. Counted. */
export const NATS_LINE_BYTES = 61;

/**
 * Bytes a second that a node with listeners of a wall sends the wall's keeper: their sums, 64 of their needs,
 * and every five seconds figures of 200 screens, compressed (server/room/branch-figures.ts). Measured with
 * `bench:relay`, 2026-11-27: 730 for 1,000 listeners without reports of their own; those add 350. Rounded up.
 */
export const REPORT_BYTES_PER_SECOND = 1_500;

/** Bytes of a node's sign of life to one other node: JSON 234, seal 31, line of NATS 33. Counted. */
export const HEARTBEAT_BYTES = 298;

/** Signs of life of a node, a second (`HEARTBEAT_MS`, server/cluster/nodes.ts). */
export const HEARTBEATS_PER_SECOND = 2;

/** Screens of one wall, at most: the highest value of `LISTENERS_MAX`. */
export const LISTENERS_A_WALL_MAX = 100_000;

/** Screens from which a wall has packets of 60 ms: the default of `LONG_PACKETS_FROM`. */
export const LONG_PACKETS_FROM = Number(LIMIT_KEYS.LONG_PACKETS_FROM.fallback);

/** Pages that may be connecting at one node: the default of `CONNECTING_MAX`. */
export const CONNECTING_MAX = Number(LIMIT_KEYS.CONNECTING_MAX.fallback);

/** First wait of a page that was refused, ms; it doubles each time (client/listener/join/backoff.ts). */
export const RETRY_FIRST_MS = 250;

/** Longest wait of a page that was refused, without its jitter, ms (client/listener/join/backoff.ts). */
export const RETRY_LONGEST_MS = 5_000;

/** Price of a core, US dollars an hour. A placeholder, no provider's price: give your own. */
export const PRICE_CORE_HOUR = 0.04;

/** Price of a gigabyte (10⁹ bytes) that a node sends, US dollars. A placeholder, no provider's price. */
export const PRICE_GB = 0.05;
