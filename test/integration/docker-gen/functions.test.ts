import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dockerGenFunctions } from '../../../scripts/docs/docker-gen-functions.ts';
import { BuiltCli } from '../../support/built-cli.ts';
import { type Row, showRows } from '../../support/docker-gen-rows.ts';

const CONTAINERS = [
  {
    ID: '1',
    Name: 'web-1',
    Env: { VIRTUAL_HOST: 'a.test,b.test', PORT: '80' },
    Labels: { role: 'web', 'com.example.tier': 'front' },
  },
  {
    ID: '2',
    Name: 'web-2',
    Env: { VIRTUAL_HOST: 'b.test', PORT: '9' },
    Labels: { role: 'web' },
  },
  { ID: '3', Name: 'db', Env: { PORT: '5432' }, Labels: { role: 'db' } },
  { ID: '4', Name: 'idle' },
];

/** How a list of containers, and a map of such lists, is shown. */
const names = (list: string) => `{{#each (${list})}}{{Name}} {{/each}}`;
const groups = (map: string) =>
  `{{#each (${map}) as |group key|}}{{key}}: {{#each group}}{{Name}} {{/each}}{{/each}}`;
const list = (call: string) => `{{join "|" (${call})}}`;

/** In FOLDER are `certs/a.crt`, which holds `PEM`, and `certs/a.key`. */
const CASES: Readonly<Record<string, readonly [template: string, shown: string]>> = {
  groupBy: [groups('groupBy containers "Env.VIRTUAL_HOST"'), 'a.test,b.test: web-1 b.test: web-2 '],
  groupByWithDefault: [
    groups('groupByWithDefault containers "Labels.role" "none"'),
    'db: db none: idle web: web-1 web-2 ',
  ],
  groupByKeys: [list('groupByKeys containers "Labels.role"'), 'db|web'],
  groupByMulti: [
    groups('groupByMulti containers "Env.VIRTUAL_HOST" ","'),
    'a.test: web-1 b.test: web-1 web-2 ',
  ],
  groupByLabel: [groups('groupByLabel containers "com.example.tier"'), 'front: web-1 '],
  groupByLabelWithDefault: [
    groups('groupByLabelWithDefault containers "com.example.tier" "back"'),
    'back: web-2 db idle front: web-1 ',
  ],
  where: [names('where containers "Env.PORT" "9"'), 'web-2 '],
  whereNot: [names('whereNot containers "Env.PORT" "9"'), 'web-1 db idle '],
  whereExist: [names('whereExist containers "Env.PORT"'), 'web-1 web-2 db '],
  whereNotExist: [names('whereNotExist containers "Env.PORT"'), 'idle '],
  whereAny: [
    names('whereAny containers "Env.VIRTUAL_HOST" "," (split "a.test,x.test" ",")'),
    'web-1 ',
  ],
  whereAll: [
    names('whereAll containers "Env.VIRTUAL_HOST" "," (split "b.test,a.test" ",")'),
    'web-1 ',
  ],
  whereLabelExists: [names('whereLabelExists containers "com.example.tier"'), 'web-1 '],
  whereLabelDoesNotExist: [
    names('whereLabelDoesNotExist containers "com.example.tier"'),
    'web-2 db idle ',
  ],
  whereLabelValueMatches: [
    names('whereLabelValueMatches containers "role" "^w.b$"'),
    'web-1 web-2 ',
  ],
  sortStringsAsc: [list('sortStringsAsc (split "b,a,c" ",")'), 'a|b|c'],
  sortStringsDesc: [list('sortStringsDesc (split "b,a,c" ",")'), 'c|b|a'],
  // As numbers: 9 comes before 80.
  sortObjectsByKeysAsc: [
    names('sortObjectsByKeysAsc (whereExist containers "Env.PORT") "Env.PORT"'),
    'web-2 web-1 db ',
  ],
  sortObjectsByKeysDesc: [
    names('sortObjectsByKeysDesc (whereExist containers "Env.PORT") "Env.PORT"'),
    'db web-1 web-2 ',
  ],
  closest: [
    '{{closest (split "example.com,a.example.com" ",") "www.a.example.com"}}',
    'a.example.com',
  ],
  // The first that is there, though it is empty.
  coalesce: ['[{{coalesce Env.NONE "" "x"}}]', '[]'],
  contains: [
    '{{#with (first containers)}}{{contains Labels "role"}} {{contains Labels "x"}}{{/with}}',
    'true false',
  ],
  keys: [`{{#with (first containers)}}${list('keys Labels')}{{/with}}`, 'com.example.tier|role'],
  intersect: [list('intersect (split "a,b,c" ",") (split "c,x,b" ",")'), 'b|c'],
  when: ['{{when true "yes" "no"}} {{when (eq 1 2) "yes" "no"}}', 'yes no'],
  dir: [list('dir "FOLDER/certs"'), 'a.crt|a.key'],
  exists: ['{{exists "FOLDER/certs/a.crt"}} {{exists "FOLDER/certs/b.crt"}}', 'true false'],
  include: ['{{include "FOLDER/certs/a.crt"}}[{{include "FOLDER/none"}}]', 'PEM[]'],
  eval: ['{{#*inline "row"}}<{{Name}}>{{/inline}}{{eval "row" (first containers)}}', '<web-1>'],
  replace: ['{{replace "a-b-c" "-" "+" 1}} {{replace "a-b-c" "-" "+" -1}}', 'a+b-c a+b+c'],
  split: [list('split "a,b,c" ","'), 'a|b|c'],
  splitN: [list('splitN "a,b,c" "," 2'), 'a|b,c'],
  toLower: ['{{toLower "AbC"}}', 'abc'],
  toUpper: ['{{toUpper "aBc"}}', 'ABC'],
  parseBool: ['{{parseBool "true"}} {{parseBool "0"}}', 'true false'],
  queryEscape: ['{{queryEscape "a b&c/d"}}', 'a+b%26c%2Fd'],
  comment: ['{{comment "#" "a\nb"}}', '# a\n# b'],
  json: [
    '{{#with (first containers)}}{{json Labels}}{{/with}}',
    '{"com.example.tier":"front","role":"web"}',
  ],
  parseJson: [`{{#with (parseJson '{"a":{"b":[10000000]}}')}}{{first a.b}}{{/with}}`, '10000000'],
  fromYaml: ['{{#with (fromYaml "a: [x, y]")}}{{index a 1}}{{/with}}', 'y'],
  mustFromYaml: ['{{#with (mustFromYaml "a: {b: 1}")}}{{a.b}}{{/with}}', '1'],
  toYaml: ['{{toYaml (dict "b" "x" "a" (list 1 2))}}', 'a:\n  - 1\n  - 2\nb: x'],
  mustToYaml: ['{{mustToYaml (dict "a" "no")}}', 'a: "no"'],
  // FIPS 180-4's example.
  sha1: ['{{sha1 "abc"}}', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  mustBeOneOf: ['{{mustBeOneOf (split "http,https" ",") "https"}}', 'https'],
  mustBeInt: ['{{mustBeInt "42"}}', '42'],
  mustBeIntInRange: ['{{mustBeIntInRange 1 65535 "8080"}}', '8080'],
  nginxQuote: [`{{nginxQuote 'a "b"; $c'}}`, '"a \\"b\\"; $c"'],
  nginxMustParseHSTS: [
    '{{nginxMustParseHSTS "max-age=31536000; includeSubDomains; preload"}}',
    'max-age=31536000; includeSubDomains; preload',
  ],
  sprigCoalesce: ['{{sprigCoalesce Env.NONE "" "x"}}', 'x'],
  sprigContains: ['{{sprigContains "b" "abc"}} {{sprigContains "x" "abc"}}', 'true false'],
  sprigDir: ['{{sprigDir "/etc/nginx/nginx.conf"}}', '/etc/nginx'],
  sprigReplace: ['{{sprigReplace "-" "+" "a-b-c"}}', 'a+b+c'],
  sprigSplit: ['{{#with (sprigSplit "," "a,b,c")}}{{_0}}{{_2}}{{/with}}', 'ac'],
  sprigSplitn: ['{{#with (sprigSplitn "," 2 "a,b,c")}}{{_1}}{{/with}}', 'b,c'],
};

/** Wrong calls of those that are there to refuse. */
const REFUSED: Readonly<Record<string, string>> = {
  mustBeOneOf: '{{mustBeOneOf (split "http,https" ",") "ftp"}}',
  mustBeInt: '{{mustBeInt "4.2"}}',
  mustBeIntInRange: '{{mustBeIntInRange 1 65535 "70000"}}',
  mustFromYaml: '{{mustFromYaml "a: ["}}',
  parseBool: '{{parseBool "perhaps"}}',
  parseJson: '{{parseJson "{"}}',
  nginxMustParseHSTS: '{{nginxMustParseHSTS "max-age=soon"}}',
};

const FUNCTION_ROWS: Readonly<Record<string, Row>> = Object.fromEntries(
  Object.entries(CASES).map(([name, [template, shown]]) => {
    const refused = REFUSED[name];
    return [
      name,
      {
        'gives what docker-gen gives': async () => {
          expect(template).toContain(name);
          expect(await rendered(template)).toMatchObject({ exitCode: 0, stdout: shown });
        },
        ...(refused === undefined
          ? {}
          : { 'refuses, with template, line and name': () => refuses(refused, name) }),
      },
    ] as const;
  }),
);

async function rendered(template: string) {
  const cli = await BuiltCli.create();
  await mkdir(join(cli.folder, 'certs'));
  await writeFile(join(cli.folder, 'certs/a.crt'), 'PEM');
  await writeFile(join(cli.folder, 'certs/a.key'), '');
  await writeFile(join(cli.folder, 'inventory.json'), JSON.stringify(CONTAINERS));
  await writeFile(join(cli.folder, 't.hbs'), template.replaceAll('FOLDER', cli.folder));
  return await cli.run('--from', 'inventory.json', 't.hbs');
}

async function refuses(template: string, name: string): Promise<void> {
  const { exitCode, stderr } = await rendered(`\n${template}`);
  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/t\.hbs:2:1/);
  expect(stderr).toContain(name);
}

showRows('function', FUNCTION_ROWS, {
  names: dockerGenFunctions.map(({ name }) => name),
  count: 55,
});
