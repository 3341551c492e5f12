import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { pullOutcome } from './pull-outcome.ts';

const of = (...chunks: readonly string[]) =>
  pullOutcome(Readable.from(chunks.map((chunk) => Buffer.from(chunk))));

describe("a pull's progress", () => {
  it('says nothing of one that went well', async () => {
    expect(await of('{"status":"Pulling"}\r\n', '{"status":"Done"}\r\n')).toBeUndefined();
    expect(await of()).toBeUndefined();
  });

  it('says why one failed, wherever the stream is cut', async () => {
    const text = '{"status":"Pulling"}\r\n{"errorDetail":{},"error":"manifest unknown é"}\r\n';
    const bytes = Buffer.from(text);
    for (let at = 1; at < bytes.length; at += 1) {
      const stream = Readable.from([bytes.subarray(0, at), bytes.subarray(at)]);
      expect(await pullOutcome(stream)).toBe('manifest unknown é');
    }
    expect(await of('{"error":"no line break"}')).toBe('no line break');
  });

  it('is not led astray by what is none', async () => {
    expect(await of('null\n7\n"error"\n{broken\n')).toBeUndefined();
    expect(await of('{"error":{}}\n')).toBe('it did not say why');
  });

  it('breaks off with the stream', async () => {
    const stream = new Readable({ read() {} });
    const outcome = pullOutcome(stream);
    stream.push('{"status":"Pulling"}\n');
    stream.destroy(new Error('socket hang up'));
    await expect(outcome).rejects.toThrow('socket hang up');
  });
});
