import {
  CONTROL_BYTES_PER_SECOND,
  CORE_SHARE,
  CPU_US_PER_PACKET,
  HEARTBEAT_BYTES,
  HEARTBEATS_PER_SECOND,
  JOIN_CPU_MS,
  LISTENER_KB,
  LISTENERS_A_WALL_MAX,
  LONG_PACKETS_FROM,
  LOW_LAYER_SHARE,
  NATS_LINE_BYTES,
  OPUS_BITS_PER_SECOND,
  type PacketTime,
  PICTURE_BYTES,
  PICTURE_CPU_US,
  RELAY_BYTES,
  REPORT_BYTES_PER_SECOND,
  SERVER_MB,
  SRTP_BYTES,
} from "./figures.ts";

/** Bytes a second on the two sides of NATS, over all nodes. */
export interface Traffic {
  readonly toNats: number;
  readonly fromNats: number;
}

/** Walls that a crowd needs at least: a wall has a highest number of screens. */
export function wallsFor(listeners: number): number {
  return Math.ceil(listeners / LISTENERS_A_WALL_MAX);
}

/** The packet time of walls of this size, ms. */
export function packetTimeOf(listenersPerWall: number): PacketTime {
  return listenersPerWall >= LONG_PACKETS_FROM ? 60 : 20;
}

/** Packets a second of one wall. */
export function packetsPerSecond(packetTimeMs: PacketTime): number {
  return 1_000 / packetTimeMs;
}

/** Bytes of sound in a packet. */
export function payloadBytes(packetTimeMs: PacketTime): number {
  return (OPUS_BITS_PER_SECOND / 8) * (packetTimeMs / 1_000);
}

/** Packets a second of a picture of so many bits a second. */
export function picturePackets(pictureBits: number): number {
  return pictureBits / 8 / PICTURE_BYTES;
}

/** Listeners that one core carries, up to the share of it that is planned. */
export function listenersPerCore(packetTimeMs: PacketTime, pictureBits = 0): number {
  const forSound = packetsPerSecond(packetTimeMs) * CPU_US_PER_PACKET[packetTimeMs];
  const usPerSecond = forSound + picturePackets(pictureBits) * PICTURE_CPU_US;
  return Math.floor((CORE_SHARE * 1e6) / usPerSecond);
}

/** What decides how many nodes a crowd needs. */
export interface Crowd {
  readonly listeners: number;
  /** Time in which all of them join. */
  readonly minutes: number;
  /** Media threads of a node, each with a core. */
  readonly workers: number;
  readonly packetTimeMs: PacketTime;
  /** Bits a second of the picture that each of them gets. Default: none. */
  readonly pictureBits?: number;
}

/** Nodes that carry a crowd: enough media threads for its packets, enough handshake threads for its joins. */
export function nodesFor({ listeners, minutes, workers, packetTimeMs, pictureBits }: Crowd): number {
  const forPackets = listeners / (listenersPerCore(packetTimeMs, pictureBits) * workers);
  const forJoins = (listeners * JOIN_CPU_MS) / (minutes * 60_000 * CORE_SHARE);
  return Math.max(1, Math.ceil(forPackets), Math.ceil(forJoins));
}

/** What one listener receives over UDP, with headers, bytes a second. */
export function listenerBytesPerSecond(packetTimeMs: PacketTime, pictureBits = 0): number {
  const datagram = payloadBytes(packetTimeMs) + SRTP_BYTES;
  const forPicture = picturePackets(pictureBits) * (PICTURE_BYTES + SRTP_BYTES);
  return packetsPerSecond(packetTimeMs) * datagram + CONTROL_BYTES_PER_SECOND + forPicture;
}

/**
 * Both layers of the pictures between nodes, as {@link soundTraffic}.
 * @param pictureBits of the high layer
 */
export function pictureTraffic(nodes: number, walls: number, pictureBits: number): Traffic {
  if (nodes < 2) return { toNats: 0, fromNats: 0 };
  const packets = picturePackets(pictureBits * (1 + LOW_LAYER_SHARE));
  const toNats = walls * packets * (PICTURE_BYTES + RELAY_BYTES + NATS_LINE_BYTES);
  return { toNats, fromNats: toNats * (nodes - 1) };
}

/**
 * Sound between nodes: each wall's to NATS once, and from there to each other node once. It does not depend
 * on how many listeners a node has, as long as it has some of each wall.
 */
export function soundTraffic(nodes: number, walls: number, packetTimeMs: PacketTime): Traffic {
  if (nodes < 2) return { toNats: 0, fromNats: 0 };
  const message = payloadBytes(packetTimeMs) + RELAY_BYTES + NATS_LINE_BYTES;
  const toNats = walls * packetsPerSecond(packetTimeMs) * message;
  return { toNats, fromNats: toNats * (nodes - 1) };
}

/** Reports, each second, from each other node to the keeper of a wall, however many screens there are. */
export function reportTraffic(walls: number, nodes: number): Traffic {
  const bytes = walls * (nodes - 1) * REPORT_BYTES_PER_SECOND;
  return { toNats: bytes, fromNats: bytes };
}

/** Signs of life: each node's to all others, so they grow with the square of the nodes. */
export function heartbeatTraffic(nodes: number): Traffic {
  if (nodes < 2) return { toNats: 0, fromNats: 0 };
  const toNats = nodes * HEARTBEATS_PER_SECOND * HEARTBEAT_BYTES;
  return { toNats, fromNats: toNats * (nodes - 1) };
}

/** Memory of a node, MB (10⁶ bytes), with the same headroom as a core. */
export function nodeMemoryMb(listenersPerNode: number): number {
  return (SERVER_MB + (listenersPerNode * LISTENER_KB) / 1_000) / CORE_SHARE;
}

/** What an hour of music costs, in the currency of the prices: cores, and gigabytes sent to listeners. */
export function hourlyCost(cores: number, bytesPerSecond: number, priceCoreHour: number, priceGb: number) {
  const forCores = cores * priceCoreHour;
  const forBytes = ((bytesPerSecond * 3_600) / 1e9) * priceGb;
  return { forCores, forBytes, total: forCores + forBytes };
}
