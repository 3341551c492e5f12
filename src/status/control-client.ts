import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { type ErrorKind, TsgenError } from '../base/errors.ts';

/**
 * Asks a watch something on its control socket.
 *
 * @throws the system's error (`ENOENT`, `ECONNREFUSED`, `EACCES` …) when nobody answers there, the
 * TsgenError that the watch refuses it with, and an Error with its words for any other refusal.
 */
export async function requestControl<Answer>(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { signal, timeoutMs = 5_000 } = options;
    const wish = { socketPath, method, path, timeout: timeoutMs, ...(signal ? { signal } : {}) };
    const asked = request(wish, (response) => {
      json(response).then((body) => {
        if (response.statusCode === 200) resolve(body as Answer);
        else
          reject(
            refusal(body) ??
              new Error(`${method} ${path} was answered with ${JSON.stringify(body)}`),
          );
      }, reject);
    });
    asked.once('timeout', () => {
      asked.destroy(new Error(`${socketPath} did not answer within ${timeoutMs} ms`));
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** The watch is of this same program: what it calls a kind is one. */
function refusal(body: unknown): TsgenError | undefined {
  if (typeof body !== 'object' || body === null || !('kind' in body)) return undefined;
  const { kind, error } = body as { readonly kind: ErrorKind; readonly error?: unknown };
  return new TsgenError(kind, String(error));
}
