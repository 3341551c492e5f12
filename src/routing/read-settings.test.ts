import { describe, expect, it } from 'vitest';
import { aContainer, type ContainerWish } from '../../test/support/runtime-containers.ts';
import { CONTAINER_SETTINGS, type ContainerSettingKey } from './container-settings.ts';
import { readContainerSettings } from './read-settings.ts';
import type { ContainerSetting } from './setting.ts';
import { tlsPolicyNamed } from './tls-policies.ts';

const ROWS = Object.entries(CONTAINER_SETTINGS) as readonly (readonly [
  ContainerSettingKey,
  ContainerSetting<unknown>,
])[];

interface Texts {
  /** Two texts that are valid and mean different things, with what they mean. */
  readonly valid: readonly [readonly [string, unknown], readonly [string, unknown]];
  readonly bad: string;
  readonly reason: RegExp;
}

const host = (name: string) => [{ host: name, kind: 'exact' }];
const words = (a: string, b: string, reason: RegExp): Texts => ({
  valid: [
    [a, a],
    [b.toUpperCase(), b],
  ],
  bad: 'sometimes',
  reason,
});
const truth: Texts = {
  valid: [
    ['true', true],
    ['No', false],
  ],
  bad: 'perhaps',
  reason: /^it is true or false/,
};
const port: Texts = {
  valid: [
    ['8080', 8080],
    ['1', 1],
  ],
  bad: '65536',
  reason: /^a port is one whole number from 1 to 65535/,
};

const text = (reason: RegExp, bad: string, ...values: readonly [string, unknown][]): Texts => ({
  valid: values as unknown as Texts['valid'],
  bad,
  reason,
});

/** Each setting by its values; the type makes a new setting show up here. */
const TEXTS: { readonly [K in ContainerSettingKey]: Texts } = {
  hosts: {
    valid: [
      ['a.test', host('a.test')],
      ['B.test', host('b.test')],
    ],
    bad: 'a b',
    reason: /^"a b": a name/,
  },
  multiports: {
    valid: [
      [
        'a.test:',
        {
          routes: [{ host: host('a.test')[0], path: '/', pathKind: 'prefix' }],
          ignored: [],
          external: new Map([['a.test', {}]]),
        },
      ],
      [
        '{"b.test": {}}',
        {
          routes: [{ host: host('b.test')[0], path: '/', pathKind: 'prefix' }],
          ignored: [],
          external: new Map([['b.test', {}]]),
        },
      ],
    ],
    bad: '{',
    reason: /^it is neither YAML nor JSON/,
  },
  port,
  proto: words('https', 'grpc', /^a protocol is one of/),
  path: {
    valid: [
      ['/x', { path: '/x', pathKind: 'prefix' }],
      ['~*x', { path: 'x', pathKind: 'regex-ignore-case' }],
    ],
    bad: 'x',
    reason: /^a path begins with/,
  },
  dest: {
    valid: [
      ['/x', '/x'],
      ['/', '/'],
    ],
    bad: 'x',
    reason: /^a destination begins with/,
  },
  root: {
    valid: [
      ['/srv', '/srv'],
      ['/', '/'],
    ],
    bad: 'x',
    reason: /^a root is an absolute path/,
  },
  access: words('external', 'internal', /^it is one of external, internal/),
  certName: {
    valid: [
      ['a', 'a'],
      ['B.c', 'B.c'],
    ],
    bad: '../a',
    reason: /^it is a name without a folder/,
  },
  httpsMethod: words('noredirect', 'nohttp', /^it is one of redirect/),
  httpOnMissingCert: truth,
  hsts: {
    valid: [
      ['off', ''],
      ['max-age=1', 'max-age=1'],
    ],
    bad: 'yes',
    reason: /is not max-age/,
  },
  tlsPolicy: {
    valid: [
      ['mozilla-modern', tlsPolicyNamed('Mozilla-Modern')],
      ['AWS-2016-08', tlsPolicyNamed('AWS-2016-08')],
    ],
    bad: 'Mozilla-Moder',
    reason: /^there is no such TLS policy: did you mean Mozilla-Modern\?/,
  },
  serverTokens: words('on', 'build', /^it is one of on, off, build/),
  externalHttpPort: port,
  externalHttpsPort: port,
  acme: words('legacy', 'false', /^it is one of true, false, legacy/),
  balance: {
    valid: [
      ['least_conn;', { method: 'least-connections' }],
      ['source', { method: 'source' }],
    ],
    bad: 'server 192.0.2.1;',
    reason: /^it is round-robin/,
  },
  keepalive: {
    valid: [
      ['auto', 'auto'],
      ['7', 7],
    ],
    bad: '-1',
    reason: /^it is auto, disabled/,
  },
  http2: truth,
  http3: truth,
  nonGetRedirect: {
    valid: [
      ['307', 307],
      ['308', 308],
    ],
    bad: '302',
    reason: /^it is one of 301/,
  },
  verifyClient: words('off', 'optional', /^it is one of on, off, optional/),
  trustDefaultCert: truth,
  debugEndpoint: truth,
  ignoreHealth: truth,
  weight: {
    valid: [
      ['0', 0],
      ['256', 256],
    ],
    bad: '257',
    reason: /^it is a whole number from 0 to 256/,
  },
  backup: truth,
  sticky: {
    valid: [
      ['yes', { kind: 'cookie' }],
      ['SRV', { kind: 'cookie', cookie: 'SRV' }],
    ],
    bad: 'a;b',
    reason: /^it is true, false, or the name of a cookie/,
  },
  bodyLimit: {
    valid: [
      ['10m', 10_485_760],
      ['off', 0],
    ],
    bad: '10x',
    reason: /^it is a size up to 1024g/,
  },
  connectTimeout: {
    valid: [
      ['500ms', 500],
      ['1m', 60_000],
    ],
    bad: '2',
    reason: /^it is a time from 1ms to 1m/,
  },
  serverTimeout: {
    valid: [
      ['90s', 90_000],
      ['24h', 86_400_000],
    ],
    bad: '25h',
    reason: /^it is a time from 10ms to 24h/,
  },
  excludedPorts: text(/^"x": a port is/, 'x', ['81, 80', [80, 81]], ['443', [443]]),
  tcpPorts: text(
    /^"0" is no port: it is PORT or EXTERNAL:PORT/,
    '0',
    ['9000', [{ port: 9000, target: 9000, tls: false }]],
    ['2222:22/ssl', [{ port: 2222, target: 22, tls: true }]],
  ),
  matchWeight: text(/^it is a whole number/, '1.5', ['7', 7], ['-3', -3]),
  excludeUsers: truth,
  compression: text(
    /^"css" is no type such as text\/css/,
    'css',
    ['text/CSS', ['text/css']],
    ['text/html, application/json', ['application/json', 'text/html']],
  ),
  options: text(
    /^"forward" is none of the options/,
    'forward',
    ['abortonclose', ['abortonclose']],
    ['option nolinger, redispatch', ['nolinger']],
  ),
  raw: text(/^it holds control characters/, 'a\nb', ['a b, c\\,d', ['a b', 'c,d']], ['x;', ['x;']]),
  rawServer: text(
    /^it holds control characters/,
    'a\tb',
    ['send-proxy', 'send-proxy'],
    ['a, b', 'a, b'],
  ),
  healthCheck: {
    valid: [
      ['tcp fall=1', { kind: 'tcp', interval: 2000, rise: 2, fall: 1 }],
      [
        '/live',
        {
          ...{ kind: 'http', method: 'GET', path: '/live', status: { from: 200, to: 399 } },
          ...{ interval: 2000, rise: 2, fall: 3 },
        },
      ],
    ],
    bad: 'live',
    reason: /^it is tcp or/,
  },
};

/** With all that containers may be allowed to say. */
const ALL = { dockercloud: false, allowsRaw: true };
const read = (wish: ContainerWish) => readContainerSettings(aContainer(wish), ALL);

describe.each(ROWS)('the setting %s', (key, row) => {
  const {
    valid: [[first, firstValue], [second, secondValue]],
    bad,
    reason,
  } = TEXTS[key];
  const label = `tsgen.${row.name}`;
  const readValue = (wish: ContainerWish) => read(wish).values[key];

  it('is read from its variable, and from tsgen’s label before it', () => {
    const env = { [row.env]: ` ${first}\n` };
    expect(readValue({ env })).toEqual({ value: firstValue, variable: row.env });
    expect(readValue({ env, labels: { [label]: second } })).toEqual({
      value: secondValue,
      variable: label,
    });
    expect(readValue({ labels: { [label]: first } })).toEqual({
      value: firstValue,
      variable: label,
    });
  });

  it('is absent where it is blank', () => {
    expect(readValue({})).toBeUndefined();
    expect(readValue({ env: { [row.env]: ' \t' }, labels: { [label]: '' } })).toBeUndefined();
    expect(readValue({ env: { [row.env]: first }, labels: { [label]: ' ' } })?.value).toEqual(
      firstValue,
    );
  });

  it('keeps its container out, or its default, with a value that is none', () => {
    const { values, refusals, problems, strays } = read({ env: { [row.env]: bad } });
    expect(values[key]).toBeUndefined();
    expect(strays).toEqual([]);
    const isRefused = row.whenInvalid === 'refuse';
    const expected = {
      container: expect.objectContaining({ name: 'web-1' }),
      variable: row.env,
      value: bad,
      reason: expect.stringMatching(reason),
    };
    expect(isRefused ? refusals : problems).toEqual([expected]);
    expect(isRefused ? problems : refusals).toEqual([]);
    const consequence = isRefused ? 'the container gets no traffic' : 'it is ignored';
    expect([...refusals, ...problems][0]?.reason).toMatch(
      new RegExp(`; ${consequence} until this is mended$`),
    );
  });
});

describe.each(ROWS.filter(([, { nginxProxyLabel }]) => nginxProxyLabel !== undefined))(
  'the setting %s, for which nginx-proxy has a label,',
  (key, row) => {
    it('is read from that after its variable and tsgen’s label', () => {
      const [[first, firstValue], [second, secondValue]] = TEXTS[key].valid;
      const theirs = `com.github.nginx-proxy.nginx-proxy.${row.nginxProxyLabel}`;
      const underOurs = `tsgen.${row.nginxProxyLabel}`;
      expect(readContainerSettings(aContainer({ labels: { [underOurs]: first } }))).toMatchObject({
        values: { [key]: { value: firstValue, variable: underOurs } },
        strays: [],
      });
      const labels = { [theirs]: first };
      const read = (wish: ContainerWish) =>
        readContainerSettings(aContainer({ ...wish, labels: { ...labels, ...wish.labels } }))
          .values[key];
      expect(read({})).toEqual({ value: firstValue, variable: theirs });
      expect(read({ env: { [row.env]: second } })?.value).toEqual(secondValue);
      expect(read({ labels: { [`tsgen.${row.name}`]: second } })?.value).toEqual(secondValue);
    });
  },
);

describe('what nobody reads', () => {
  const straysOf = (wish: ContainerWish) =>
    readContainerSettings(aContainer(wish)).strays.map(({ variable, reason }) => [
      variable,
      reason,
    ]);
  const instead = (meant: string) => `there is no such variable: did you mean ${meant}?`;

  it.each([
    ['VIRTUAL_HOSTS', 'VIRTUAL_HOST'],
    ['VIRTUALHOST', 'VIRTUAL_HOST'],
    ['virtual_host', 'VIRTUAL_HOST'],
    ['VIRTUAL-PORT', 'VIRTUAL_PORT'],
    ['VIRTUAL_PROTOS', 'VIRTUAL_PROTO'],
    ['VIRTUAL_HOST_MULTIPORT', 'VIRTUAL_HOST_MULTIPORTS'],
    ['VIRTUAL_DST', 'VIRTUAL_DEST'],
  ])('a variable %s is told to be %s', (name, meant) => {
    expect(straysOf({ env: { [name]: 'x' } })).toEqual([[name, instead(meant)]]);
  });

  it.each([
    { VIRTUAL_ENV: '/venv' },
    { VIRTUAL_ENV: '/venv', VIRTUAL_ENV_PROMPT: 'venv' },
    { VIRTUAL_MACHINE: '1' },
    { VIRTUAL_: '1' },
    { MY_VIRTUAL_HOSTS: 'x' },
    { VIRTUAL_HOSTS: 'x', VIRTUAL_HOST: 'a.test' },
    { LETSENCRYPT_HOST: 'a.test' },
  ])('nobody is told anything about %j', (env) => {
    expect(straysOf({ env: { ...env } as Record<string, string> })).toEqual([]);
  });

  const proxys = 'com.github.nginx-proxy.nginx-proxy';
  it.each([
    ['tsgen.virtual-hots', 'there is no such label: did you mean tsgen.virtual-host?'],
    ['tsgen.nothing-like-any-of-them', 'there is no such label: docs/settings.md lists them'],
    [`${proxys}.keepalives`, `there is no such label: did you mean ${proxys}.keepalive?`],
    [
      `${proxys}.ssl-verify-client`,
      `there is no such label: did you mean ${proxys}.ssl_verify_client?`,
    ],
  ])('a label %s', (name, reason) => {
    expect(straysOf({ labels: { [name]: 'x' } })).toEqual([[name, reason]]);
  });

  it.each([
    'tsgen.proxy',
    `${proxys}.nginx`,
    'com.github.nginx-proxy.docker-gen',
    'tsgen',
    'com.example.tsgen.x',
  ])('nobody is told anything about the label %s', (name) => {
    expect(straysOf({ labels: { [name]: '' } })).toEqual([]);
  });

  it('is shown cut where its name is a book', () => {
    const name = `tsgen.${'x'.repeat(100_000)}`;
    const [[variable = ''] = []] = straysOf({ labels: { [name]: 'x' } });
    expect(variable).toHaveLength(200);
  });
});

it('tells of twenty slips of one container, and of no more', () => {
  const labels = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`tsgen.x${'y'.repeat(90)}${index}`, '1']),
  );
  const { strays } = readContainerSettings(aContainer({ labels }));
  expect(strays).toHaveLength(20);
});
