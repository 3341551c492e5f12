import { describe, expect, it } from 'vitest';
import { type ListedReplica, parseInspected, Roster } from './replicas.ts';

function listed(number: number, state: ListedReplica['state'] = 'ready'): ListedReplica {
  return { id: `id${number}`, hostname: `host${number}`, name: `web-${number}`, state };
}

function statesOf(roster: Roster): string[] {
  return roster.all.map(({ name, state, isNew }) => `${name} ${state}${isNew ? ' new' : ''}`);
}

describe('parseInspected', () => {
  const inspected = (State: object, Labels: object = {}) =>
    parseInspected(
      JSON.stringify([{ Id: '0123456789abcdef', Config: { Hostname: 'h', Labels }, State }]),
    );

  it('names a container as Compose numbers it', () => {
    const labels = {
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': '3',
    };
    expect(inspected({ Status: 'running' }, labels)).toEqual([
      { id: '0123456789abcdef', hostname: 'h', name: 'web-3', state: 'ready' },
    ]);
  });

  it('falls back to the id', () => {
    expect(inspected({ Status: 'running' })[0]?.name).toBe('replica-0123456789ab');
  });

  it.each([
    [{ Status: 'created' }, 'starting'],
    [{ Status: 'restarting' }, 'starting'],
    [{ Status: 'running', Health: { Status: 'starting' } }, 'starting'],
    [{ Status: 'running', Health: { Status: 'unhealthy' } }, 'starting'],
    [{ Status: 'running', Health: { Status: 'healthy' } }, 'ready'],
    [{ Status: 'running' }, 'ready'],
    [{ Status: 'exited' }, 'stopped'],
    [{ Status: 'dead' }, 'stopped'],
  ])('takes %o for %s', (state, expected) => {
    expect(inspected(state)[0]?.state).toBe(expected);
  });
});

describe('Roster', () => {
  it('sorts by number', () => {
    const roster = new Roster();
    roster.update([listed(10), listed(2), listed(1)]);
    expect(roster.all.map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-10']);
  });

  it('calls new who came after the first look, until the phase is over', () => {
    const roster = new Roster();
    roster.update([listed(1)]);
    roster.update([listed(1), listed(2, 'starting')]);
    roster.update([listed(1), listed(2)]);
    expect(statesOf(roster)).toEqual(['web-1 ready', 'web-2 ready new']);
    roster.settle();
    expect(statesOf(roster)).toEqual(['web-1 ready', 'web-2 ready']);
  });

  it('shows who leaves, and keeps who is gone until the phase is over', () => {
    const roster = new Roster();
    roster.update([listed(1), listed(2), listed(3)]);
    roster.leave('id2');
    expect(statesOf(roster)).toEqual(['web-1 ready', 'web-2 leaving', 'web-3 ready']);
    roster.update([listed(1), listed(2), listed(3, 'stopped')]);
    expect(statesOf(roster)).toEqual(['web-1 ready', 'web-2 leaving', 'web-3 gone']);
    roster.update([listed(1)]);
    roster.leave('id2');
    expect(statesOf(roster)).toEqual(['web-1 ready', 'web-2 gone', 'web-3 gone']);
    roster.settle();
    expect(statesOf(roster)).toEqual(['web-1 ready']);
  });

  it('knows the names of those who are gone', () => {
    const roster = new Roster();
    roster.update([listed(2), listed(1)]);
    roster.update([listed(1)]);
    roster.settle();
    expect(roster.nameOf('host2')).toBe('web-2');
    expect(roster.nameOf('stranger')).toBeUndefined();
    expect(roster.everyone).toEqual([
      { hostname: 'host1', name: 'web-1' },
      { hostname: 'host2', name: 'web-2' },
    ]);
  });
});
