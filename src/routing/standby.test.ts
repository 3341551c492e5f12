import { describe, expect, it } from 'vitest';
import type { Balance } from './balance.ts';
import type { Server } from './model.ts';
import { withStandby } from './standby.ts';

const ROUND: Balance = { method: 'round-robin' };
const SOURCE: Balance = { method: 'source' };
/** As nginx has it. */
const LIMITS = { lacksBackups: ({ method }: Balance) => method === 'source' };

const server = (name: string, share: Pick<Server, 'weight' | 'backup'> = {}): Server => ({
  container: { id: name, name },
  address: '192.0.2.7',
  port: 80,
  family: 4,
  network: 'front',
  note: '',
  ...share,
});

const standbyOf = (servers: readonly Server[], balance: Balance, limits = {}) =>
  withStandby(servers, balance, limits).map(({ standby }) => standby);

describe('a backup', () => {
  const plain = server('plain', { weight: 3 });
  const drained = server('drained', { weight: 0 });
  const spare = server('spare', { backup: true });
  const drainedSpare = server('drained-spare', { backup: true, weight: 0 });

  it('stands by while another one serves', () => {
    const servers = [plain, drained, spare, drainedSpare];
    expect(standbyOf(servers, ROUND)).toEqual([undefined, undefined, 'backup', 'backup']);
    expect(standbyOf(servers, ROUND, LIMITS)).toEqual([undefined, undefined, 'backup', 'backup']);
  });

  it.each([
    ['of nobody', [spare, spare]],
    ['of those who get nothing', [drained, spare]],
    ['of another backup', [drainedSpare, spare]],
  ])('%s serves', (_, servers) => {
    expect(standbyOf(servers, ROUND)).toEqual([undefined, undefined]);
    expect(standbyOf(servers, SOURCE, LIMITS)).toEqual([undefined, undefined]);
  });

  it('is idle where the proxy has none, unless its weight says so already', () => {
    const servers = [plain, spare, drainedSpare];
    expect(standbyOf(servers, SOURCE, LIMITS)).toEqual([undefined, 'idle', undefined]);
    expect(standbyOf(servers, SOURCE)).toEqual([undefined, 'backup', 'backup']);
  });

  it('leaves all other servers the objects that they are', () => {
    const [first] = withStandby([plain, spare], ROUND, {});
    expect(first).toBe(plain);
  });
});
