import { describe, expect, it } from 'vitest';
import { aContainer } from '../../test/support/runtime-containers.ts';
import { OWN_VOCABULARY } from '../routing/vocabulary.ts';
import { Lingering } from './lingering.ts';

const OWN = { vocabulary: OWN_VOCABULARY, additionalServices: [] };
const web = (name: string, host: string) => aContainer({ name, env: { VIRTUAL_HOST: host } });

function aScene(lingerMs = 60_000) {
  let now = 0;
  const lingering = new Lingering({ lingerMs, monotonic: () => now });
  return {
    lingering,
    pass: (ms: number) => {
      now += ms;
    },
    /** `name` of each, with a mark where it only stands for its site. */
    look: (...containers: readonly ReturnType<typeof web>[]) =>
      lingering
        .with(containers, OWN)
        .map(({ Name, heldBack }) => (heldBack === 'gone' ? `(${Name})` : Name)),
  };
}

const A = web('a-1', 'a.test');
const A2 = web('a-2', 'a.test');
const B = web('b-1', 'b.test');

describe('Lingering', () => {
  it('keeps the last container of a site for a while, and tells when that ends', () => {
    const { look, pass, lingering } = aScene();
    expect(look(A, B)).toEqual(['a-1', 'b-1']);
    expect(look(B)).toEqual(['b-1', '(a-1)']);
    expect(lingering.dueAt).toBe(60_000);
    pass(59_999);
    expect(look(B)).toEqual(['b-1', '(a-1)']);
    pass(1);
    expect(look(B)).toEqual(['b-1']);
    expect(lingering.dueAt).toBeUndefined();
  });

  it('keeps nobody of whose site another container is there, or comes', () => {
    const { look } = aScene();
    look(A, A2);
    expect(look(A2)).toEqual(['a-2']);
    expect(look()).toEqual(['(a-2)']);
    expect(look(A)).toEqual(['a-1']);
    look();
    expect(look(A)).toEqual(['a-1']);
  });

  it('keeps both where the last ones of a site go together', () => {
    const { look } = aScene();
    look(A, A2);
    expect(look()).toEqual(['(a-1)', '(a-2)']);
  });

  it('gives the same object each time, and remembers none that asked for nothing', () => {
    const { look, lingering } = aScene();
    look(A, aContainer({ name: 'job' }));
    const [first] = lingering.with([], OWN);
    const [second, ...more] = lingering.with([], OWN);
    expect(second).toBe(first);
    expect(more).toEqual([]);
  });

  it('remembers the sites of those that are served without asking', () => {
    const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'cart' };
    const by = { ...OWN, additionalServices: ['shop:cart'] };
    const lingering = new Lingering({ lingerMs: 60_000, monotonic: () => 0 });
    lingering.with([aContainer({ name: 'cart-1', labels })], by);
    expect(lingering.with([], by).map(({ Name }) => Name)).toEqual(['cart-1']);
  });

  it('does nothing when it is off', () => {
    const { look } = aScene(0);
    look(A);
    expect(look()).toEqual([]);
  });
});
