import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aMutation } from '../../test/support/answers.ts';
import { FakeWorld } from '../../test/support/fake-world.ts';
import type { WireContainer } from '../docker/api.ts';
import { CONTAINER } from '../docker/wire-shapes.ts';
import { toEntry } from './entry.ts';

const world = new FakeWorld();
world.createNetwork('front');
const VALID: WireContainer = {
  ...world.container(
    world.addContainer({
      name: 'web',
      networks: ['front', 'bridge'],
      env: { A: 'b' },
      health: 'healthy',
    }),
  ),
  Mounts: [{ Type: 'bind', Source: '/a', Destination: '/b', RW: true }],
  Volumes: { '/v': '/host' },
  VolumesRW: { '/v': true },
  Node: { ID: 'n', Name: 'node', IP: '10.0.0.1' },
};
const VALID_TEXT = JSON.stringify(VALID);

/** Every value in it, at any depth, and where it is. */
function leaves(value: unknown, place: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[place, typeof value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${place}.${key}`));
}

const isInternal = () => false;

describe('what passes for a container', () => {
  it('is what engines send', () => {
    expect(CONTAINER(VALID, 'it')).toBeUndefined();
  });

  it('can be shown, whatever else is in it', () => {
    const kinds = new Map(leaves(toEntry(VALID, isInternal), ''));
    const passed = { valid: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(aMutation(VALID_TEXT), fc.json()), (body) => {
        const wire: unknown = JSON.parse(body);
        if (CONTAINER(wire, 'it') !== undefined) {
          passed.refused += 1;
          return;
        }
        passed.valid += 1;
        for (const [place, kind] of leaves(toEntry(wire as WireContainer, isInternal), '')) {
          const usual = kinds.get(place);
          expect([place, kind]).toEqual([place, usual ?? kind]);
          expect(['string', 'number', 'boolean']).toContain(kind);
        }
      }),
      { numRuns: 2_000 },
    );
    // Neither all nor none: else nothing was tried.
    expect(Math.min(passed.valid, passed.refused)).toBeGreaterThan(100);
  });
});
