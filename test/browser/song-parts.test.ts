import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DecodeCommand, DecodeEvent } from "../../client/host/analysis/decode-worker.ts";
import type { Place } from "../../client/host/analysis/song-parts.ts";
import { mp3Run } from "../../client/host/read/mp3.ts";
import { newDevice, TONES } from "../support/pages.ts";
import { setStage } from "../support/stage.ts";
import { temporaryDirectory } from "../support/test-app.ts";

const { server, browser } = await setStage({ keepPages: true });
const folder = temporaryDirectory();
let page: Page;

/** The tones, 9 s, so many times, are longer than one part and shorter than two. */
const REPEATS = 40;
/** Where the other reading of a song begins, as a share of it: in the middle of its first part. */
const LATER = 0.3;
/** What two decodings of one sound may differ by; full scale is 1. */
const ROUNDING = 1e-4;

beforeAll(async () => {
  page = await newDevice(browser);
  await page.goto(server.url);
  await page.setContent('<input type="file">');
});

afterAll(() => folder.remove());

test("an mp3 that is decoded in parts sounds as if it was decoded as a whole", async () => {
  const tones = await readFile(TONES);
  const frames = tones.subarray(tones.indexOf(0xff));
  const song = Buffer.concat(Array<Buffer>(REPEATS).fill(frames));
  const { from } = (await mp3Run(new Blob([song]), LATER * song.length, 1, 1))!;
  const found = await compare("song.mp3", song, { type: "byte", byte: from, seconds: 1 });
  expect(found.parts).toBe(2);
  expect(found.difference).toBeLessThan(ROUNDING);
  expect(found.loudest).toBeGreaterThan(0.1);
  expect(found.common / found.samples).toBeCloseTo(1 - LATER, 2);
}, 120_000);

test("and so does a file with an index", async () => {
  const song = noiseWav(400);
  const found = await compare("song.wav", song, { type: "time", seconds: 120 });
  expect(found.parts).toBe(2);
  expect(found.samples).toBe(400 * WAV_RATE_HZ);
  expect(found.common).toBe(280 * WAV_RATE_HZ);
  expect(found.difference).toBe(0);
  expect(found.loudest).toBeGreaterThan(0.1);
}, 120_000);

/** Decodes a song from its beginning and from a later place, whose parts lie elsewhere. */
async function compare(name: string, song: Buffer, later: Place) {
  const path = join(folder.path, name);
  await writeFile(path, song);
  await page.locator("input").setInputFiles(path);
  const [file] = globSync("dist/client/assets/decode-worker-*.js");
  return page.evaluate(compareInPage, { worker: `/assets/${basename(file!)}`, later });
}

/** In a page. */
async function compareInPage({ worker, later }: { worker: string; later: Place }) {
  const file = document.querySelector("input")!.files![0]!;
  /** The first channel, piece by piece, and of how many parts it is. */
  async function decoded(place: Place): Promise<{ pieces: Float32Array[]; parts: number }> {
    const pieces: Float32Array[] = [];
    let next: Place | undefined = place;
    let parts = 0;
    for (; next; parts++) {
      const decoder = new Worker(worker, { type: "module" });
      const send = (command: DecodeCommand) => decoder.postMessage(command);
      send({ type: "open", file, place: next });
      next = await new Promise<Place | undefined>((resolve, reject) => {
        decoder.onerror = reject;
        decoder.onmessage = ({ data: event }: MessageEvent<DecodeEvent>) => {
          if (event.type === "failed") return reject(new Error("failed"));
          if (event.type === "end") return resolve(event.next);
          pieces.push(event.channels[0]!);
          send({ type: "more", buffers: [] });
        };
        send({ type: "more", buffers: [] });
      });
      decoder.terminate();
    }
    return { pieces, parts };
  }
  const joined = (pieces: readonly Float32Array[]) => {
    const all = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  };
  const whole = await decoded({ type: "time", seconds: 0 });
  const [a, b] = [joined(whole.pieces), joined((await decoded(later)).pieces)];
  let [difference, loudest] = [0, 0];
  const before = a.length - b.length;
  for (let n = 0; n < b.length; n++) {
    difference = Math.max(difference, Math.abs(a[before + n]! - b[n]!));
    loudest = Math.max(loudest, Math.abs(b[n]!));
  }
  return { parts: whole.parts, samples: a.length, common: b.length, difference, loudest };
}

const WAV_RATE_HZ = 8_000;

/** Noise that is the same each time, as a WAV file of 16 bits, mono. */
function noiseWav(seconds: number): Buffer {
  const bytes = 2 * seconds * WAV_RATE_HZ;
  const wav = Buffer.alloc(44 + bytes);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + bytes, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(WAV_RATE_HZ, 24);
  wav.writeUInt32LE(2 * WAV_RATE_HZ, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(bytes, 40);
  let state = 1;
  for (let at = 44; at < wav.length; at += 2) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    wav.writeInt16LE((state >> 15) - 32_768, at);
  }
  return wav;
}
