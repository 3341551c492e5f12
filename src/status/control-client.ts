import { request } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * Asks a watch something on its control socket.
 *
 * @throws the system's error (`ENOENT`, `ECONNREFUSED`, `EACCES` …) when nobody answers there, and
 * an Error with the watch's own words when it refuses.
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
        else reject(new Error(`${method} ${path} was answered with ${JSON.stringify(body)}`));
      }, reject);
    });
    asked.once('timeout', () => {
      asked.destroy(new Error(`${socketPath} did not answer within ${timeoutMs} ms`));
    });
    asked.once('error', reject);
    asked.end();
  });
}
