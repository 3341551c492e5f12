import { isUtf8 } from 'node:buffer';
import type { Chunks } from './bytes-of.ts';
import { contentOf } from './content-of.ts';
import type { RenderedFile, Rendering } from './rendering.ts';

/**
 * A rendering as one file, to be kept over the end of this process: a line of JSON that says what
 * follows it, then the bytes of all files. The roster is not kept, nobody goes
 * back to that alone.
 */
export function packGood(rendering: Rendering): Chunks {
  const { files, generation, revision, effect, containerCount } = rendering;
  const header = {
    version: 1,
    content: contentOf(rendering),
    ...{ generation, revision, effect, containerCount },
    files: files.map(({ chunks, ...about }) => ({ ...about, bytes: bytesOf(chunks) })),
  };
  return [`${JSON.stringify(header)}\n`, ...files.flatMap(({ chunks }) => chunks)];
}

/** `undefined` for what is not whole, or not what it says it is. */
export function unpackGood(packed: Buffer): Rendering | undefined {
  const end = packed.indexOf('\n');
  const header = parse(packed.subarray(0, Math.max(0, end)).toString());
  const { content, generation, revision, effect, containerCount } = header;
  if (header.version !== 1 || !Array.isArray(header.files)) return undefined;
  let offset = end + 1;
  const files = header.files.flatMap((about: unknown): RenderedFile[] => {
    const { path, bytes, confined, optional } = isRecord(about) ? about : {};
    if (typeof path !== 'string' || typeof bytes !== 'number' || !(bytes >= 0)) return [];
    const part = packed.subarray(offset, offset + bytes);
    offset += bytes;
    if (!isUtf8(part)) return [];
    return [
      {
        path,
        ...(confined === true ? { confined } : {}),
        ...(optional === true ? { optional } : {}),
        chunks: [part.toString()],
      },
    ];
  });
  const [main, ...sides] = files;
  if (!main || offset !== packed.length || typeof generation !== 'string') return undefined;
  const rendering: Rendering = {
    files: [main, ...sides],
    generation,
    ...(typeof revision === 'string' ? { revision } : {}),
    ...(typeof effect === 'string' ? { effect } : {}),
    containerCount: Number(containerCount) || 0,
  };
  return contentOf(rendering) === content ? rendering : undefined;
}

function bytesOf(chunks: readonly string[]): number {
  return chunks.reduce((sum, chunk) => sum + Buffer.byteLength(chunk), 0);
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
