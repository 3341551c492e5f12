import type { Readable } from 'node:stream';

/** The engine's lines are short; what is longer is none of its. */
const MAX_LINE = 64 * 1024;

/**
 * Reads a pull's progress, one JSON document a line, to its end.
 *
 * @returns what went wrong, in the engine's words; `undefined` when nothing did.
 * @throws the stream's error when it breaks off.
 */
export async function pullOutcome(stream: Readable): Promise<string | undefined> {
  let complaint: string | undefined;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) complaint ??= complaintIn(line);
  }
  return complaint ?? complaintIn(rest);
}

function complaintIn(line: string): string | undefined {
  try {
    const progress: unknown = JSON.parse(line);
    if (typeof progress !== 'object' || progress === null || !('error' in progress)) {
      return undefined;
    }
    return typeof progress.error === 'string' ? progress.error.trim() : 'it did not say why';
  } catch {
    // Progress that cannot be read is none that failed.
    return undefined;
  }
}
