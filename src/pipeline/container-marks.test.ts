import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import type { ContainerMark } from '../output/history-set.ts';
import { changesOfMarks, changeText, staleServers } from './container-marks.ts';
import { ListMarks } from './list-marks.ts';

const mark = (name: string, more: Partial<ContainerMark> = {}): ContainerMark => ({
  ...{ id: `id-${name}`, name, servers: [`${name}:80`], print: 'p' },
  ...more,
});
const list = (...names: readonly string[]) => ({ names, more: 0 });

describe('changesOfMarks', () => {
  it('tells who came, who went, and who is another one or served otherwise', () => {
    const before = [mark('a'), mark('b'), mark('c'), mark('d')];
    const after = [mark('b', { id: 'new' }), mark('c', { print: 'q' }), mark('d'), mark('e')];
    expect(changesOfMarks(before, after)).toEqual({
      came: list('e'),
      went: list('a'),
      changed: list('b', 'c'),
    });
  });

  it('names the first of many', () => {
    const many = Array.from({ length: 23 }, (_, index) => mark(`web-${index}`));
    const { came } = changesOfMarks([], many);
    expect(came.names).toHaveLength(20);
    expect(came.more).toBe(3);
    expect(changeText(changesOfMarks(many, [mark('x')]))).toMatch(
      /^\+x -web-0 .* -web-19 -3 more$/,
    );
  });

  it('has no word for nothing', () => {
    expect(changeText(changesOfMarks([mark('a')], [mark('a')]))).toBe('');
  });
});

describe('staleServers', () => {
  it('tells which are gone, and who has their address now', () => {
    const set = [mark('a'), mark('b'), mark('c', { servers: ['1.1.1.1:80', '1.1.1.1:81'] })];
    const now = [mark('a'), mark('other', { servers: ['1.1.1.1:81'] })];
    expect(staleServers(set, now)).toEqual({
      gone: ['b (b:80)', 'c (1.1.1.1:80)', 'c (1.1.1.1:81)'],
      taken: [{ server: 'c (1.1.1.1:81)', by: 'other' }],
      total: 4,
    });
  });

  it('knows a container that was created anew for another one, and one that has moved', () => {
    const set = [mark('a'), mark('b')];
    const now = [mark('a', { id: 'new' }), mark('b', { servers: ['b:90'] })];
    expect(staleServers(set, now)).toMatchObject({ gone: ['a (a:80)', 'b (b:80)'], taken: [] });
  });

  it('goes by the container where its servers are not known', () => {
    const [one, two] = [aContainer({ name: 'one' }), aContainer({ name: 'two' })];
    const marksOf = (...containers: (typeof one)[]) => new ListMarks().of(containers);
    const set = marksOf(two, one);
    expect(set.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(staleServers(set, marksOf(one))).toEqual({ gone: ['two'], taken: [], total: 2 });
  });
});
