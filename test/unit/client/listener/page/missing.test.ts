import { describe, expect, test } from "vitest";
import { missingIn } from "../../../../../client/listener/page/missing.ts";

const complete = { AudioContext: class {}, WebAssembly: {} };

describe("missingIn", () => {
  test("names what the browser lacks", () => {
    const { AudioContext: _, ...withoutAudio } = complete;
    expect(missingIn(withoutAudio)).toBe("Web Audio");
  });

  test("takes a decoder of either kind, and names the one that browsers have everywhere", () => {
    const { WebAssembly: _, ...without } = complete;
    expect(missingIn({ ...without, AudioDecoder: class {} })).toBeUndefined();
    expect(missingIn(without)).toBe("WebAssembly");
  });

  test("is undefined where nothing is missing", () => {
    expect(missingIn(complete)).toBeUndefined();
  });
});
