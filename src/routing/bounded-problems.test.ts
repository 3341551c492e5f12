import { describe, expect, it } from 'vitest';
import { aContainer, aVantage } from '../../test/support/runtime-containers.ts';
import { boundedProblems } from './bounded-problems.ts';
import { createRouter } from './build.ts';
import type { Problem } from './model.ts';
import { proxyProblem } from './problem.ts';

const problems = (name: string, count: number, more: Partial<Problem> = {}): readonly Problem[] =>
  Array.from({ length: count }, (_, index) => ({
    container: { id: name, name },
    variable: 'VIRTUAL_HOST',
    value: 'x',
    reason: `fault ${String(index).padStart(4, '0')}`,
    ...more,
  }));
const own = (name: string, all: readonly Problem[]) =>
  all.filter(({ container }) => container.name === name);

describe('boundedProblems', () => {
  it('keeps twenty of a container, and says how many more there are', () => {
    const kept = boundedProblems([...problems('evil', 1000), ...problems('good', 20)]);
    expect(own('good', kept)).toEqual(problems('good', 20));
    expect(own('evil', kept)).toHaveLength(21);
    expect(own('evil', kept).at(-1)).toEqual({
      ...problems('evil', 1)[0],
      reason: 'and 980 more problems of this container, which show once the others are mended',
    });
  });

  it('keeps what the container can mend itself rather than what it cannot', () => {
    const foreign = problems('web', 100, { variable: 'A', elsewhere: true });
    const kept = boundedProblems([...foreign, ...problems('web', 3)]);
    expect(kept.filter(({ elsewhere }) => !elsewhere)).toEqual(problems('web', 3));
  });

  it('keeps all of the proxy', () => {
    const all = Array.from({ length: 50 }, (_, index) => proxyProblem(`/certs/${index}`, '', 'x'));
    expect(boundedProblems(all)).toHaveLength(50);
  });

  it('holds for what one container asks for', () => {
    const hosts = Array.from({ length: 150 }, (_, index) => `h${index}.test`);
    const noisy = aContainer({
      name: 'noisy',
      env: { VIRTUAL_HOST: hosts.join(','), CERT_NAME: 'none' },
    });
    const model = createRouter()({ containers: [noisy], vantage: aVantage('front') });
    expect(model.sites).toHaveLength(150);
    expect(own('noisy', model.problems)).toHaveLength(21);
  });
});
