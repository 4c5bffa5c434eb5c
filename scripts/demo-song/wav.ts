import { SAMPLE_RATE, type Stereo } from "./synth.ts";

const HEADER = 44;
const FRAME = 4;

/** A stereo WAV file, 16-bit PCM at {@link SAMPLE_RATE}. */
export function encodeWav({ left, right }: Stereo): Buffer {
  const size = left.length * FRAME;
  const file = Buffer.alloc(HEADER + size);
  file.write("RIFF", 0);
  file.writeUInt32LE(HEADER - 8 + size, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE * FRAME, 28);
  file.writeUInt16LE(FRAME, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(size, 40);
  for (let i = 0; i < left.length; i++) {
    file.writeInt16LE(Math.round(32_767 * left[i]!), HEADER + i * FRAME);
    file.writeInt16LE(Math.round(32_767 * right[i]!), HEADER + i * FRAME + 2);
  }
  return file;
}
