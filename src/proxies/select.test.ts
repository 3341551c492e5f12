import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { TsgenError } from '../base/errors.ts';
import { describeSelector, parseProxySelector, selectProxy } from './select.ts';

describe('parseProxySelector', () => {
  it.each([
    ['web-proxy-1', { kind: 'container', text: 'web-proxy-1' }],
    ['/web-proxy-1', { kind: 'container', text: 'web-proxy-1' }],
    ['0123456789ab', { kind: 'container', text: '0123456789ab' }],
    ['label=tsgen.proxy', { kind: 'label', key: 'tsgen.proxy' }],
    ['label=tsgen.proxy=', { kind: 'label', key: 'tsgen.proxy', value: '' }],
    ['label=a=b=c', { kind: 'label', key: 'a', value: 'b=c' }],
  ])('reads %s', (text, expected) => {
    expect(parseProxySelector(text)).toEqual(expected);
  });

  it.each(['', 'label=', 'label==x', 'a b', '$(x)', '-x'])('rejects %j', (text) => {
    expect(() => parseProxySelector(text)).toThrow(TsgenError);
    expect(() => parseProxySelector(text)).toThrow(`'${text}'`);
  });
});

describe('selectProxy', () => {
  const id = (digits: string) => digits.padEnd(64, '0');
  const old = aContainer({
    name: 'old',
    id: id('aaaaaa1'),
    created: '2026-01-01T00:00:00.9Z',
    labels: { role: 'proxy', empty: '' },
  });
  const fresh = aContainer({
    name: 'fresh',
    id: id('aaaaaa2'),
    created: '2026-01-01T00:00:01Z',
    labels: { role: 'proxy' },
  });
  const exited = aContainer({
    name: 'exited',
    id: id('bbbbbb'),
    created: '2026-02-01T00:00:00Z',
    status: 'exited',
    labels: { role: 'proxy' },
  });
  const tricky = aContainer({ name: 'aaaaaa1', id: id('cccccc') });
  const all = [old, fresh, exited, tricky];
  const nameOf = (selector: string, containers = all) => {
    const selection = selectProxy(parseProxySelector(selector), containers);
    return selection.kind === 'selected' ? selection.container.Name : selection.reason;
  };

  it.each([
    ['old', 'old'],
    [id('aaaaaa1'), 'old'],
    ['aaaaaa10', 'old'],
    ['aaaaaa1', 'aaaaaa1'],
    ['aaaaaa', 'fresh'],
    ['label=role=proxy', 'fresh'],
    ['label=empty', 'old'],
    ['label=empty=', 'old'],
  ])('%s selects %s', (selector, name) => {
    expect(nameOf(selector)).toBe(name);
  });

  it.each([
    ['exited', "the proxy's container 'exited' is not running (exited)"],
    ['bbbbb', "no running container has the name or ID 'bbbbb'"],
    ['nosuch', "no running container has the name or ID 'nosuch'"],
    ['label=role=other', "no running container has the label 'role=other'"],
    ['label=toString', "no running container has the label 'toString'"],
  ])('%s selects none: %s', (selector, reason) => {
    expect(nameOf(selector)).toBe(reason);
  });

  it('takes the first of several selectors that fits a running container', () => {
    const first = (...texts: string[]) => ({
      kind: 'first' as const,
      of: texts.map(parseProxySelector),
    });
    expect(selectProxy(first('exited', 'old', 'fresh'), all)).toMatchObject({
      kind: 'selected',
      container: { Name: 'old' },
    });
    expect(selectProxy(first('exited', 'label=none'), all)).toEqual({
      kind: 'none',
      reason:
        "the proxy's container 'exited' is not running (exited); no running container has the label 'none'",
    });
    expect(describeSelector(first('label=a', 'label=b=c', 'old'))).toBe(
      'label=a, else label=b=c, else old',
    );
  });

  it('names all that fit, by name', () => {
    const selection = selectProxy(parseProxySelector('label=role'), all);
    expect(selection).toMatchObject({ kind: 'selected', fitting: ['fresh', 'old'] });
  });

  it('prefers one that is not stopping to a newer one that is', () => {
    expect(nameOf('label=role', [old, { ...fresh, stopping: true }])).toBe('old');
    expect(nameOf('label=role', [{ ...fresh, stopping: true }])).toBe('fresh');
  });

  it('prefers one that sees the destination to a newer one, even while it stops', () => {
    const selected = (sees: readonly string[], stopping = false) => {
      const selection = selectProxy(
        parseProxySelector('label=role'),
        [{ ...old, stopping }, fresh],
        ({ Name }) => sees.includes(Name),
      );
      return selection.kind === 'selected' ? selection.container.Name : selection.reason;
    };
    expect(selected(['old'])).toBe('old');
    expect(selected(['old'], true)).toBe('old');
    expect(selected(['old', 'fresh'])).toBe('fresh');
    expect(selected([])).toBe('fresh');
  });

  it('does not depend on the order in which containers are listed', () => {
    const twin = { ...old, ID: id('aaaaaa0'), Name: 'twin' };
    const there = selectProxy(parseProxySelector('label=empty'), [old, twin]);
    const back = selectProxy(parseProxySelector('label=empty'), [twin, old]);
    expect(there).toEqual(back);
  });
});
