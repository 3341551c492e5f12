/** By then what the start has taken is not needed any more, and the first rendering is done. */
const SETTLED_MS = 10_000;

/**
 * Of V8's heap. Who holds more makes as much anew at each change, and V8 that has just given back its room
 * tidies up at every other one.
 */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Has V8 give back once what it took to start and to look at all containers for the first time: by itself
 * it does so only when as much is taken again, which a watch that has little to do never does.
 *
 * Keeps no process from ending.
 */
export function tidyMemoryLater(): Disposable {
  const timer = setTimeout(() => {
    // Where it may not, as under Node's permission model, the watch goes on as it is.
    if (process.memoryUsage().heapTotal < MOST_BYTES) tidyMemory().catch(() => undefined);
  }, SETTLED_MS).unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

/** Frees all that nobody holds. Nothing happens in a Node.js that was built without an inspector. */
export async function tidyMemory(): Promise<void> {
  if (!process.features.inspector) return;
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  await new Promise<void>((done) => {
    // What it says of that is of no use.
    session.post('HeapProfiler.collectGarbage', () => done());
  });
  session.disconnect();
}
