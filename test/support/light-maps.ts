import { bytesOfMark, type LightMap } from "../../server/protocol/light-map.ts";

/** A light map without further bands: dark and bright are the same everywhere. */
export const LIGHT_MAP: LightMap = {
  from: 0,
  bands: [],
  marks: [{ after: 0, spans: Buffer.alloc(bytesOfMark(0), 100).toString("base64") }],
  beats: [],
};
