import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { RuntimeContainer, Snapshot } from '../inventory/runtime-container.ts';
import { createRouter } from '../routing/build.ts';
import { lostServers } from './lost-servers.ts';

const env = { VIRTUAL_HOST: 'a.test' };
const [one, two, other] = [
  aContainer({ name: 'one', env }),
  aContainer({ name: 'two', env }),
  aContainer({ name: 'other' }),
];
const model = createRouter()({ containers: [one, two, other], vantage: { kind: 'host' } });
const snapshot = (...containers: readonly RuntimeContainer[]) =>
  ({ containers }) as unknown as Snapshot;
const all = snapshot(one, two, other);
const stopping = (container: RuntimeContainer) => ({ ...container, stopping: true });

describe('lostServers', () => {
  it.each([
    ['is told to stop', snapshot(one, stopping(two), other)],
    ['is gone', snapshot(one, other)],
    ['has ended', snapshot(one, { ...two, State: { ...two.State, Running: false } }, other)],
  ])('are those that are served, when one %s', (_, after) => {
    expect(lostServers(model, all, after)).toEqual(new Set([two.ID]));
  });

  it.each([
    ['nothing changes', all, all],
    ['one changes that goes on to serve', all, snapshot(one, { ...two }, other)],
    ['one comes', snapshot(one, other), all],
    ['one that nobody asks for is told to stop', all, snapshot(one, two, stopping(other))],
    [
      'one ends that was told to stop before',
      snapshot(one, stopping(two), other),
      snapshot(one, other),
    ],
  ])('are none when %s', (_, before, after) => {
    expect(lostServers(model, before, after)).toEqual(new Set());
  });

  it('are those of ports that are handed on, too', () => {
    const tcp = aContainer({ name: 'tcp', env: { TSGEN_TCP_PORTS: '5432' } });
    const { tcp: ports } = createRouter()({ containers: [tcp], vantage: { kind: 'host' } });
    expect(ports).toHaveLength(1);
    expect(lostServers({ ...model, tcp: ports }, snapshot(tcp), snapshot())).toEqual(
      new Set([tcp.ID]),
    );
  });
});
