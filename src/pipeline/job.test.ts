import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import type { Output } from '../output/output.ts';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { Job, type JobOptions } from './job.ts';

const { signal } = new AbortController();

describe('a job that hears who leaves', () => {
  it.each([
    ['has the proxy let them go', undefined, ['a']],
    ['leaves what is held as it is', { set: { number: 1 } }, []],
  ])('%s', async (_, current, expected) => {
    const gone: string[] = [];
    const options: Partial<JobOptions> = {
      ...{ log: aLog(), destination: '/etc/a.conf' },
      routing: { ...readProxySettings({}) } as JobOptions['routing'],
      output: { letGo: async (ids) => void gone.push(...ids) } as Partial<Output> as Output,
      hold: { current } as NonNullable<JobOptions['hold']>,
    };
    await new Job(options as JobOptions).letGo(new Set(['a']), signal);
    expect(gone).toEqual(expected);
  });
});
