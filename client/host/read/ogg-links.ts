import { ForwardReader, textAt } from "./bytes.ts";

/** Bytes of a page's head without its table, and of the longest table (RFC 3533 §6). */
const PAGE_HEAD_BYTES = 27;
const TABLE_BYTES_MAX = 255;
/** The flag of a page that begins a stream. */
const BEGINS = 2;
/** How far the next page is looked for behind damaged bytes. */
const SEARCH_BYTES = 262_144;

/** A part of a file: all streams that begin together. */
export interface OggLink {
  readonly from: number;
  readonly to: number;
}

export interface OggChain {
  readonly links: readonly OggLink[];
  /** Whether the last page is not whole. */
  readonly isCut: boolean;
}

/** Reads a chain: Ogg files may be put together by writing one after the other (RFC 3533 §4). */
export async function readOggChain(file: Blob): Promise<OggChain> {
  const reader = new ForwardReader(file);
  const begins: number[] = [];
  let isHeaders = false;
  let at = 0;
  while (at + PAGE_HEAD_BYTES <= file.size) {
    const length = Math.min(PAGE_HEAD_BYTES + TABLE_BYTES_MAX, file.size - at);
    const page = reader.inBlock(at, length) ?? (await reader.at(at, length));
    if (textAt(page, 0, 4) !== "OggS") {
      const next = await nextPage(reader, file, at + 1);
      if (next === undefined) break;
      at = next;
      continue;
    }
    const begin = (page.getUint8(5) & BEGINS) !== 0;
    if (begin && !isHeaders) begins.push(at);
    isHeaders = begin;
    at += pageBytes(page);
  }
  const links = begins.map((from, n) => ({ from, to: begins[n + 1] ?? file.size }));
  return { links, isCut: at > file.size };
}

function pageBytes(page: DataView): number {
  const segments = page.getUint8(26);
  let bytes = PAGE_HEAD_BYTES + segments;
  for (let n = 0; n < segments && PAGE_HEAD_BYTES + n < page.byteLength; n++)
    bytes += page.getUint8(PAGE_HEAD_BYTES + n);
  return bytes;
}

async function nextPage(reader: ForwardReader, file: Blob, from: number): Promise<number | undefined> {
  const end = Math.min(from + SEARCH_BYTES, file.size - PAGE_HEAD_BYTES);
  for (let at = from; at <= end; at++) {
    const bytes = reader.inBlock(at, 4) ?? (await reader.at(at, 4));
    if (textAt(bytes, 0, 4) === "OggS") return at;
  }
  return undefined;
}
