import { parse, type SemVer, satisfies, validRange } from 'semver';
import { text } from './args.ts';
import { HelperError, type InlineHelper, inline } from './helper.ts';
import { makeMap } from './made-maps.ts';

/** Versions. The library is npm's; what Sprig's library does otherwise is translated. */
export const semverHelpers: readonly InlineHelper[] = [
  inline({
    name: 'semver',
    args: [text('version', 'a version; `v` before it and missing numbers are fine')],
    description:
      'The parts of a version: `Major`, `Minor`, `Patch`, `Prerelease`, `Metadata`, and ' +
      '`Original`, as it was given.',
    example: {
      template: '{{#with (semver "v1.2.3-rc.1")}}{{Major}}.{{Minor}} {{Prerelease}}{{/with}}',
      result: '1.2 rc.1',
    },
    fn: (version) => {
      const { major, minor, patch, prerelease, build } = versionOf(version, 'argument 1 (version)');
      return makeMap(
        Object.entries({
          Major: major,
          Minor: minor,
          Patch: patch,
          Prerelease: prerelease.join('.'),
          Metadata: build.join('.'),
          Original: version,
        }),
      );
    },
  }),
  inline({
    name: 'semverCompare',
    args: [
      text('constraint', 'such as `>=1.2, <2`, `^1.2`, `~1.2.3`, `1.2.x`, `1.2 - 1.4`, `a || b`'),
      text('version', 'a version'),
    ],
    description:
      'Whether a version meets a constraint. One with a pre-release meets only a constraint that ' +
      'names one, as in `>=1.2-0`.',
    example: { template: '{{semverCompare ">=1.25, <2" "1.27.4"}}', result: 'true' },
    fn: (constraint, version) =>
      comparedPlainly(constraint, version) ??
      meets(versionOf(version, 'argument 2 (version)'), constraint),
  }),
];

/** No longer than what JavaScript counts exactly. */
const NUMBER = String.raw`(0|[1-9]\d{0,14})`;
const PLAIN_VERSION = new RegExp(String.raw`^v?${NUMBER}(?:\.${NUMBER})?(?:\.${NUMBER})?$`);
const PLAIN_CONSTRAINT = new RegExp(String.raw`^(>=|<=|>|<)${NUMBER}\.${NUMBER}\.${NUMBER}$`);

/**
 * What needs no library, and is what the bundled templates ask: whether three numbers are above or
 * below three others. `undefined` for all else.
 */
function comparedPlainly(constraint: string, version: string): boolean | undefined {
  const [, operator, ...wanted] = constraint.match(PLAIN_CONSTRAINT) ?? [];
  const [found, ...given] = version.match(PLAIN_VERSION) ?? [];
  if (operator === undefined || found === undefined) return undefined;
  const difference =
    given.map((number = '0', index) => Number(number) - Number(wanted[index])).find(Boolean) ?? 0;
  if (difference === 0) return operator.endsWith('=');
  return operator.startsWith('>') === difference > 0;
}

const VERSION = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/;

function versionOf(given: string, argument: string): SemVer {
  const [found, major, minor = '0', patch = '0', rest = ''] = given.match(VERSION) ?? [];
  const version = found === undefined ? null : parse(`${major}.${minor}.${patch}${rest}`);
  if (version) return version;
  throw new HelperError(`${argument} is no version: ${JSON.stringify(given.slice(0, 100))}`);
}

const COMPARATOR = /^(=|!=|>|<|>=|=>|<=|=<|~|~>|\^|)\s*(v?[0-9xX*][^\s,|]*)$/;
const OPERATORS: Readonly<Record<string, string>> = { '=>': '>=', '=<': '<=', '~>': '~' };

function meets(version: SemVer, constraint: string): boolean {
  return constraint
    .split('||')
    .map((part) => comparatorsOf(part, constraint))
    .some((all) => all.every((one) => meetsOne(version, one, constraint)));
}

/** `>= 1.2, < 2` and `1.2 - 2` as single comparisons. */
function comparatorsOf(part: string, constraint: string): readonly string[] {
  const comparators = part
    .replaceAll(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2')
    .replaceAll(/([=!<>~^])\s+/g, '$1')
    .split(/[\s,]+/)
    .filter((one) => one !== '');
  if (comparators.length === 0) throw invalid(constraint);
  return comparators;
}

function meetsOne(version: SemVer, comparator: string, constraint: string): boolean {
  const [, operator = '', wanted = ''] = comparator.match(COMPARATOR) ?? [];
  if (wanted === '') throw invalid(constraint);
  const isNot = operator === '!=';
  // npm's library asks for all three numbers before a pre-release.
  const whole = wanted.replace(
    /^v?(\d+)(\.\d+)?-/,
    (_, major, minor = '.0') => `${major}${minor}.0-`,
  );
  const range = `${isNot ? '' : (OPERATORS[operator] ?? operator)}${whole}`;
  if (validRange(range) === null) throw invalid(constraint);
  if (version.prerelease.length > 0 && !wanted.includes('-')) return false;
  return satisfies(version, range, { includePrerelease: true }) !== isNot;
}

function invalid(constraint: string): HelperError {
  const shown = JSON.stringify(constraint.slice(0, 100));
  return new HelperError(
    `argument 1 (constraint) is not valid: ${shown}; write it like ">=1.2, <2", "^1.2" or "1.2.x"`,
  );
}
