/** A DTLS 1.2 record in the clear (RFC 6347 §4.1), which anyone can forge. */
export function clearRecord(type: number, fragment: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header[0] = type;
  header.writeUInt16BE(0xfefd, 1);
  header.writeUInt16BE(fragment.length, 11);
  return Buffer.concat([header, fragment]);
}

/** A record with one whole handshake message (RFC 6347 §4.2.2). */
export function handshakeRecord(type: number, number: number, body: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header[0] = type;
  header.writeUIntBE(body.length, 1, 3);
  header.writeUInt16BE(number, 4);
  header.writeUIntBE(body.length, 9, 3);
  return clearRecord(22, Buffer.concat([header, body]));
}

/** A fragment of a handshake message (RFC 6347 §4.2.2). Its header need not be consistent. */
export function messageFragment(parts: {
  type: number;
  /** Bytes of the whole message. */
  length: number;
  number: number;
  offset: number;
  body: Buffer;
}): Buffer {
  const header = Buffer.alloc(12);
  header[0] = parts.type;
  header.writeUIntBE(parts.length, 1, 3);
  header.writeUInt16BE(parts.number, 4);
  header.writeUIntBE(parts.offset, 6, 3);
  header.writeUIntBE(parts.body.length, 9, 3);
  return Buffer.concat([header, parts.body]);
}

/** A ClientHello that the server can answer. Each byte of its client random is `random`. */
export function clientHello({ random = 0 }: { random?: number } = {}): Buffer {
  const extensions = Buffer.from(
    // supported_groups x25519; signature_algorithms ecdsa_secp256r1_sha256; use_srtp; extended_master_secret.
    "000a00040002001d" + "000d000400020403" + "000e00050002000100" + "00170000",
    "hex",
  );
  const length = Buffer.alloc(2);
  length.writeUInt16BE(extensions.length);
  const body = Buffer.concat([
    Buffer.from("fefd", "hex"),
    Buffer.alloc(32, random),
    // No session, no cookie.
    Buffer.from("0000", "hex"),
    // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, no compression.
    Buffer.from("0002c02b" + "0100", "hex"),
    length,
    extensions,
  ]);
  return handshakeRecord(1, 0, body);
}
