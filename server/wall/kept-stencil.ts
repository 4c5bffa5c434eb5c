import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { STENCIL_HEADER_BYTES, type Stencil } from "../protocol/stencil.ts";

/** A wall's stencil as it is kept and served. */
export interface KeptStencil {
  /** The first 22 characters of the SHA-256 of its content, base64url: another content has another id. */
  readonly id: string;
  readonly stencil: Stencil;
  /** Width, height and distances, compressed with gzip. */
  readonly body: Buffer;
}

/** Keeps a stencil that has been checked. Its bytes are written anew: nothing else of the message is kept. */
export function keepStencil({ width, height, distances }: Stencil): KeptStencil {
  const bytes = Buffer.from(distances, "base64");
  const header = Buffer.alloc(STENCIL_HEADER_BYTES);
  header.writeUInt16BE(width, 0);
  header.writeUInt16BE(height, 2);
  const content = Buffer.concat([header, bytes]);
  const id = createHash("sha256").update(content).digest("base64url").slice(0, 22);
  return { id, stencil: { width, height, distances: bytes.toString("base64") }, body: gzipSync(content) };
}
