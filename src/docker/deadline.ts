/**
 * Runs something that takes a signal, with a limit in time. Rejects at the limit, or with the
 * outer signal's reason when that aborts, whether or not the task itself ever ends: dockerode's
 * promise stays open for ever when a connection breaks in the middle of an answer.
 */
export async function withDeadline<Result>(
  task: (signal: AbortSignal) => Promise<Result>,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<Result> {
  const { timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const inner = new AbortController();
  const onAbort = () => inner.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    inner.abort(tooLate(timeoutMs));
  }, timeoutMs);
  try {
    return await new Promise<Result>((resolve, reject) => {
      inner.signal.addEventListener('abort', () => reject(inner.signal.reason), { once: true });
      task(inner.signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

export function tooLate(timeoutMs: number): Error {
  return new Error(`no answer within ${timeoutMs / 1000} s`);
}
