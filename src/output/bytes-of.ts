/** A file's content in parts: text, or bytes that are put back as they were. */
export type Chunks = readonly (string | Uint8Array)[];

interface Encoded {
  readonly bytes: Buffer;
  /** How long each chunk is. */
  readonly lengths: readonly number[];
}

const known = new WeakMap<Chunks, Encoded>();

/**
 * The bytes of a content; made once, and kept as long as its list of chunks is, because the same
 * content is hashed, written and compared. Nobody may write to them.
 *
 * @param like a content that was encoded before: the bytes of chunks that both have are copied.
 */
export function bytesOf(chunks: Chunks, like?: Chunks): Buffer {
  const before = known.get(chunks);
  if (before) return before.bytes;
  const parts = like ? encodedLike(chunks, like) : chunks.map(encode);
  const bytes = Buffer.concat(parts);
  known.set(chunks, { bytes, lengths: parts.map(({ length }) => length) });
  return bytes;
}

function encodedLike(chunks: Chunks, like: Chunks): readonly Uint8Array[] {
  const pieces = new Map<string | Uint8Array, Uint8Array>();
  const { bytes, lengths } = known.get(like) ?? { bytes: Buffer.alloc(0), lengths: [] };
  let offset = 0;
  for (const [index, length] of lengths.entries()) {
    pieces.set(like[index] ?? '', bytes.subarray(offset, offset + length));
    offset += length;
  }
  return chunks.map((chunk) => pieces.get(chunk) ?? encode(chunk));
}

function encode(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
