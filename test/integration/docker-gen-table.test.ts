import { describe, expect, it } from 'vitest';
import { dockerGenFunctions } from '../../scripts/docs/docker-gen-functions.ts';
import { CONFIG_KEYS } from '../../src/cli/config/keys.ts';
import { FLAGS, type Flag } from '../../src/cli/flags.ts';
import { CONTEXT_ROWS } from './docker-gen/context.ts';
import { FLAG_ROWS } from './docker-gen/flags.ts';
import { FUNCTION_ROWS } from './docker-gen/functions.ts';
import { KEY_ROWS } from './docker-gen/keys.ts';
import type { Row } from './docker-gen/row.ts';
import { VARIABLE_ROWS } from './docker-gen/variables.ts';

// All that docker-gen has, row by row, each shown through the built command. A flag, key, variable,
// function, field or behaviour that the code's own tables know as docker-gen's needs a row here.

const theirs = (FLAGS as readonly Flag[]).filter(({ dockerGen }) => dockerGen);

const STRUCTURES = [
  ...['Context', 'RuntimeContainer', 'Address', 'Network', 'Mount', 'Volume', 'Device', 'Node'],
  'Docker',
];

describe.each<[string, Readonly<Record<string, Row>>, number, readonly string[]]>([
  ['flag', FLAG_ROWS, 22, theirs.map(({ name }) => name)],
  ['key', KEY_ROWS, 15, CONFIG_KEYS.filter(({ dockerGen }) => dockerGen).map(({ key }) => key)],
  ['variable', VARIABLE_ROWS, 4, [...new Set(theirs.flatMap(({ env }) => env ?? []))]],
  ['structure of the context', CONTEXT_ROWS, 9, STRUCTURES],
  ['function', FUNCTION_ROWS, 55, dockerGenFunctions.map(({ name }) => name)],
])('docker-gen: each %s', (_, rows, count, known) => {
  const cases = Object.entries(rows).flatMap(([name, row]) =>
    Object.entries(row).map(([does, proof]) => [name, does, proof] as const),
  );

  it('has a row', () => {
    expect(new Set(Object.keys(rows))).toEqual(new Set(known));
    expect(known).toHaveLength(count);
  });

  it.each(cases)('%s %s', async (_name, _does, proof) => {
    expect.hasAssertions();
    await proof();
  });
});
