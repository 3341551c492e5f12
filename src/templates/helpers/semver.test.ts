import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';

describe('semverCompare', () => {
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2', '1.2.9', true],
    ['=1.2.3', 'v1.2.3', true],
    ['!=1.2.3', '1.2.4', true],
    ['!=1.2.x', '1.2.4', false],
    ['>1.2', '1.2.9', false],
    ['>=1.2, <2', '1.27.4', true],
    ['>= 1.2 < 2', '2.0.0', false],
    ['=>1.2', '1.3', true],
    ['1.2 - 1.4', '1.4.9', true],
    ['1.2 - 1.4.5', '1.4.9', false],
    ['^1.2.3', '1.9.0', true],
    ['^0.2.3', '0.3.0', false],
    ['~1.2.3', '1.2.9', true],
    ['~>1.2', '1.3.0', false],
    ['1.x', '1.5.0', true],
    ['*', '0.0.1', true],
    ['<1 || >=2', '2.1', true],
    ['<1 || >=2', '1.5', false],
    ['>=1.2', '1.3.0-beta', false],
    ['>=1.2-0', '1.3.0-beta', true],
    ['^1.2.3-beta', '2.0.0-alpha', false],
    ['>=1.2.3', '1.2.3+build.5', true],
  ])('%s of %s is %s', (constraint, version, result) =>
    expect(call('semverCompare', constraint, version)).toBe(result),
  );

  it('compares three numbers as the library does', () => {
    const numbers = ['0', '1', '9', '10', '999999999999999'];
    const versions = numbers.flatMap((a) => numbers.flatMap((b) => [`${a}.${b}.1`, `1.${a}.${b}`]));
    for (const operator of ['>=', '<=', '>', '<']) {
      for (const wanted of versions) {
        for (const version of versions) {
          const range = `${operator}${wanted}`;
          expect([range, version, call('semverCompare', range, version)]).toEqual([
            range,
            version,
            satisfies(version, range, { includePrerelease: true }),
          ]);
        }
      }
    }
  });

  it('says what it cannot read', () => {
    expect(() => call('semverCompare', '>=a', '1')).toThrow(
      'argument 1 (constraint) is not valid: ">=a"; write it like',
    );
    expect(() => call('semverCompare', '', '1')).toThrow('argument 1 (constraint) is not valid');
    expect(() => call('semverCompare', '1', 'latest')).toThrow(
      'argument 2 (version) is no version: "latest"',
    );
    expect(() => call('semver', '1.2.3.4')).toThrow('argument 1 (version) is no version');
  });

  it('takes a version apart', () => {
    expect(call('json', call('semver', 'v1.2-rc.1+b7'))).toBe(
      '{"Major":1,"Metadata":"b7","Minor":2,"Original":"v1.2-rc.1+b7","Patch":0,"Prerelease":"rc.1"}',
    );
  });
});
