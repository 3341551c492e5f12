import { describe, expect, it } from 'vitest';
import { aDockerApi } from '../../test/support/memory-docker-api.ts';
import { aLog } from '../../test/support/memory-log.ts';
import type { WireContainer } from '../docker/api.ts';
import { SignalWarning } from './signal-warning.ts';

async function warningsFor(Name: string | undefined, times = 1): Promise<readonly string[]> {
  const log = aLog();
  const inspectContainer = async () => {
    if (Name === undefined) throw new Error('the engine is gone');
    return { HostConfig: { RestartPolicy: { Name } } } as WireContainer;
  };
  const warning = new SignalWarning({ api: aDockerApi({ inspectContainer }), log });
  const { signal } = new AbortController();
  for (let time = 0; time < times; time += 1) await warning.signalled('web-proxy', signal);
  return log.lines;
}

describe('SignalWarning', () => {
  it('warns once of a container that stays down after a reboot, and says what avoids it', async () => {
    expect(await warningsFor('unless-stopped', 3)).toEqual([
      expect.stringMatching(
        /^warn Container 'web-proxy' has restart: unless-stopped.*--proxy web-proxy --notify 'nginx -s reload'/,
      ),
    ]);
  });

  it.each(['always', 'no', 'on-failure', undefined])('says nothing of %s', async (policy) => {
    expect(await warningsFor(policy)).toEqual([]);
  });
});
