import { expect, test } from "vitest";
import { startsKeyPicture } from "../../../../../server/media/wire/picture-payload.ts";

const vp8 = (hex: string) => startsKeyPicture("VP8", Buffer.from(hex, "hex"));
const h264 = (hex: string) => startsKeyPicture("H264", Buffer.from(hex, "hex"));

test("a VP8 packet with the beginning of a key frame is found, whatever its descriptor has", () => {
  expect(vp8("1050")).toBe(true);
  expect(vp8("1051")).toBe(false);
  expect(vp8("0050")).toBe(false);
  expect(vp8("1150")).toBe(false);
  // Picture id of one byte, of two bytes; TL0PICIDX; TID.
  expect(vp8("90800550")).toBe(true);
  expect(vp8("9080850650")).toBe(true);
  expect(vp8("90e08506072050")).toBe(true);
  expect(vp8("90e08506072051")).toBe(false);
});

test("an H264 packet with parameters or an IDR slice is found, alone, aggregated or in parts", () => {
  expect(h264("6742")).toBe(true);
  expect(h264("6588")).toBe(true);
  expect(h264("419a")).toBe(false);
  expect(h264("78000268ce00026742")).toBe(true);
  expect(h264("78000268ce0002419a")).toBe(false);
  expect(h264("7c8588")).toBe(true);
  expect(h264("7c0588")).toBe(false);
  expect(h264("7c8188")).toBe(false);
});

test("packets that are cut short begin nothing", () => {
  for (const hex of ["", "10", "90", "9080", "908085", "90e0"]) expect(vp8(hex)).toBe(false);
  for (const hex of ["", "78", "7800", "780005", "7c"]) expect(h264(hex)).toBe(false);
});
