import { classes, Message, methods, parseMessage } from "werift";

/** What a browser's connectivity check says, before its integrity is known. */
export interface BindingRequest {
  /** The server's part of USERNAME: which peer is meant (RFC 8445 §7.2.2). */
  localUfrag: string;
  /** The browser's part, as in its offer. */
  remoteUfrag: string;
}

/** A checked request that may be answered. */
export interface AuthenticRequest {
  transactionId: Buffer;
  /** The browser, always the controlling side here, has chosen this address (RFC 8445 §7.3.1.5). */
  nominates: boolean;
}

/**
 * Reads the USERNAME of a binding request without checking it, cheaply, so that a stranger's
 * datagram costs one walk over its attributes. Anything else is undefined.
 */
export function readBindingRequest(data: Buffer): BindingRequest | undefined {
  // RFC 8489 §5: type 0x0001, length without the 20-byte header, magic cookie.
  if (data.length < 20 || data.readUInt16BE(0) !== 0x0001 || data.readUInt32BE(4) !== 0x2112a442) return;
  if (data.readUInt16BE(2) !== data.length - 20) return;
  for (let at = 20; at + 4 <= data.length; ) {
    const length = data.readUInt16BE(at + 2);
    if (data.readUInt16BE(at) === ATTRIBUTE_USERNAME) {
      const [localUfrag, remoteUfrag] = data.toString("latin1", at + 4, at + 4 + length).split(":");
      return localUfrag && remoteUfrag ? { localUfrag, remoteUfrag } : undefined;
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
}

const ATTRIBUTE_USERNAME = 0x0006;

/** Checks the request's MESSAGE-INTEGRITY with the server's password for the peer; undefined if it is wrong. */
export function authenticate(data: Buffer, password: string): AuthenticRequest | undefined {
  const message = parseMessage(data, Buffer.from(password));
  if (!message) return;
  return {
    transactionId: message.transactionId,
    nominates: message.attributesKeys.includes("USE-CANDIDATE"),
  };
}

/** The success response to a checked request: where it came from, signed with the same password. */
export function bindingSuccess(
  request: AuthenticRequest,
  password: string,
  from: { address: string; port: number },
): Buffer {
  return new Message(methods.BINDING, classes.RESPONSE, request.transactionId)
    .setAttribute("XOR-MAPPED-ADDRESS", [from.address, from.port])
    .addMessageIntegrity(Buffer.from(password))
    .addFingerprint().bytes;
}
