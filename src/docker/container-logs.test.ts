import { describe, expect, it } from 'vitest';
import { textOfLogs } from './container-logs.ts';

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

describe('textOfLogs', () => {
  it('puts the frames of both streams together in their order', () => {
    const bytes = Buffer.concat([frame(1, 'out\n'), frame(2, 'größer\n'), frame(1, 'end\n')]);
    expect(textOfLogs(bytes)).toBe('out\ngrößer\nend\n');
  });

  it('takes what a terminal wrote as it is', () => {
    expect(textOfLogs(Buffer.from('a line without frames\n'))).toBe('a line without frames\n');
    expect(textOfLogs(Buffer.from('short'))).toBe('short');
    expect(textOfLogs(Buffer.alloc(0))).toBe('');
  });

  it('takes what there is of a frame that was cut', () => {
    expect(textOfLogs(frame(2, 'a longer line').subarray(0, 12))).toBe('a lo');
  });
});
