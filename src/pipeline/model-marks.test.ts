import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import type { RuntimeContainer } from '../inventory/runtime-container.ts';
import { createRouter } from '../routing/build.ts';
import { ModelMarks } from './model-marks.ts';

const web = (name: string, hosts: string, labels = {}) =>
  aContainer({ name, env: { VIRTUAL_HOST: hosts }, labels });
const modelOf = (...containers: readonly RuntimeContainer[]) =>
  createRouter()({ containers, vantage: aVantage('front') });

describe('ModelMarks', () => {
  it('has a mark for each container that gets requests, with all its servers, by name', () => {
    const tcp = aContainer({ name: 'mail', labels: { 'tsgen.tcp-ports': '25' } });
    const marks = new ModelMarks().of(
      modelOf(web('b', 'x.test,y.test'), web('a', 'x.test'), aContainer({ name: 'none' }), tcp),
    );
    expect(marks.map(({ name, servers }) => [name, servers.length])).toEqual([
      ['a', 1],
      ['b', 1],
      ['mail', 1],
    ]);
  });

  it('keeps the object of a container that is served as before', () => {
    const router = createRouter();
    const vantage = aVantage('front');
    const [one, two, other] = [web('a', 'x.test'), web('b', 'x.test'), web('c', 'y.test')];
    const marks = new ModelMarks();
    const before = marks.of(router({ containers: [one, other], vantage }));
    const after = marks.of(router({ containers: [one, two, other], vantage }));
    expect(after.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(after[0]).toBe(before[0]);
    expect(after[2]).toBe(before[1]);
    const weighed = web('b', 'x.test', { 'tsgen.weight': '3' });
    const last = marks.of(router({ containers: [one, weighed, other], vantage }));
    expect(last[1]?.print).not.toBe(after[1]?.print);
    expect(last[0]).toBe(before[0]);
  });

  it('comes to what one comes to that remembers nothing, whatever changes', () => {
    const container = fc
      .record({
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        hosts: fc.constantFrom('', 'x.test', 'y.test', 'x.test,y.test'),
        labels: fc.constantFrom({}, { 'tsgen.weight': '3' }, { 'tsgen.tcp-ports': '25' }),
      })
      .map(({ name, hosts, labels }) => web(name, hosts, labels));
    const list = fc.uniqueArray(container, { selector: ({ Name }) => Name, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(list, { minLength: 2, maxLength: 6 }), (lists) => {
        const [marks, router] = [new ModelMarks(), createRouter()];
        for (const containers of lists) {
          const model = router({ containers, vantage: aVantage('front') });
          expect(marks.of(model)).toEqual(new ModelMarks().of(model));
        }
      }),
    );
  });
});
