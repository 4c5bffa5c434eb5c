import { SAMPLE_RATE, type Stereo } from "./synth.ts";

/** Length of the header. */
const HEADER_BYTES = 44;
/** Length of a sample of both channels. */
const SAMPLE_BYTES = 4;

/** Encodes a stereo WAV file: 16-bit PCM at {@link SAMPLE_RATE}. */
export function encodeWav({ left, right }: Stereo): Buffer {
  const size = left.length * SAMPLE_BYTES;
  const file = Buffer.alloc(HEADER_BYTES + size);
  file.write("RIFF", 0);
  file.writeUInt32LE(HEADER_BYTES - 8 + size, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE * SAMPLE_BYTES, 28);
  file.writeUInt16LE(SAMPLE_BYTES, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(size, 40);
  for (let i = 0; i < left.length; i++) {
    file.writeInt16LE(Math.round(32_767 * left[i]!), HEADER_BYTES + i * SAMPLE_BYTES);
    file.writeInt16LE(Math.round(32_767 * right[i]!), HEADER_BYTES + i * SAMPLE_BYTES + 2);
  }
  return file;
}
