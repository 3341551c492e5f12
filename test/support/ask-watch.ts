import { stateDirFor } from '../../src/output/state.ts';
import { requestControl } from '../../src/status/control-client.ts';

/**
 * Asks the watch that owns a destination, over its control socket. What a test waits for it asks for
 * often, and each time a command line would start Node.js, which leaves the machine less for the watch.
 *
 * @throws the system's error while no watch answers there.
 */
export async function askWatch<Answer>(
  dest: string,
  what: '/history' | '/status',
): Promise<Answer> {
  return await requestControl(`${stateDirFor(dest)}/control.sock`, 'GET', what);
}
