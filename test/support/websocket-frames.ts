/** Opcodes (RFC 6455 §11.8). */
export const OPCODE = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * A client's frame (RFC 6455 §5.2), masked with zeros.
 * @param length of the payload, bytes
 * @param isLast whether it ends its message (FIN)
 */
export function frame(opcode: number, length: number, isLast = true): Buffer {
  const first = (isLast ? 0x80 : 0) | opcode;
  const head = length < 126 ? [first, 0x80 | length] : [first, 0x80 | (length < 65_536 ? 126 : 127)];
  const long = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (long.length === 2) long.writeUInt16BE(length);
  if (long.length === 8) long.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([Buffer.from(head), long, Buffer.alloc(4 + length)]);
}
