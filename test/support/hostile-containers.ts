import fc from 'fast-check';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import {
  CONTAINER_SETTINGS,
  LABEL_PREFIX,
  NGINX_PROXY_PREFIX,
} from '../../src/routing/container-settings.ts';
import type { ContainerSetting, Setting } from '../../src/routing/setting.ts';
import type { Validated } from '../../src/routing/validated.ts';
import type { Vocabulary } from '../../src/routing/vocabulary.ts';
import { aContainer } from './runtime-containers.ts';

/** What means something to nginx, to Handlebars, to YAML, to a file system or to the validators. */
const PIECES = [
  ...['{', '}', ';', '"', "'", '\\', '$', '#', '\n', '\r', '\t', ' ', '\0', '\u2028', '`', '%20'],
  ...['}\nserver {\n listen 1;\n}', '; return 200;', '";', "';", '\\"', '{{/memo}}', '{{{x}}}'],
  ...[
    '$host',
    '$request_uri',
    `$${'{host}'}`,
    '$document_root',
    '~',
    '~*',
    '~^',
    '*',
    '*.',
    '.*',
    '.',
  ],
  ...['../', '/../../etc/passwd', '/etc/nginx/nginx.conf', '/', '//', '@SECLEVEL=0', 'ssl', 'quic'],
  ...[': ', '- ', '&a', '*a', '? ', '|', '>', '!!js/function', '---', '[', ']', '(', ')', ','],
  ...[
    '(?<host>.)',
    '{2}',
    '{,3}',
    '\\1',
    '[:alpha:]',
    '\u202e',
    'ü',
    '\u{1f600}',
    '\ud800',
    '\x85',
  ],
  ...['include /etc/passwd;', 'default_server', '_location', 'default', '0', '65535', '-1', '='],
  ...['a'.repeat(64), '\u{1f600}'.repeat(1100), '"'.repeat(3000), '$a'.repeat(5000)],
];

/** Anything, most of all what means something to somebody on the way. */
export const hostileText = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 })
      .map((pieces) => pieces.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
);

/** Among these each setting finds some that are valid, and by changing them hostile ones that almost are. */
const SOUND_TEXTS = [
  ...['true', 'false', 'off', 'on', 'auto', 'disabled', '7', '81', '444', '301', '308'],
  ...['a.test', '*.w.test', 'w.*', '~^r[a-z]+$', '192.0.2.7', '2001:db8::7', '/x', '/', '~\\.php$'],
  ...['m.test: {/: {port: 81, dest: /y}}', '{"m.test": {"~^/x": {"proto": "grpc"}}}'],
  ...['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'grpcs', 'internal', 'external', 'shared'],
  ...['9000, 2222:22/ssl', '81/ssl', 'text/html text/css', 'abortonclose, nolinger', 'a;, b }'],
  ...['https://u.test:8443/v1', 'http://a.test/x*y,a.test', 'w*w.a.test', 'roundrobin', 'uri'],
  ...['SRV insert indirect nocache', String.raw`GET /x HTTP/1.1\r\nHost:\ www`, 'hdr(X-A)'],
  ...['check inter 500 rise 1 fall 5', '60'],
  ...['redirect', 'noredirect', 'nohttp', 'nohttps', 'max-age=1; preload', 'build', 'legacy'],
  ...['Mozilla-Modern', 'Mozilla-Old', 'AWS-2016-08', 'AWS-TLS-1-2-2017-01', 'optional'],
  ...['least_conn;', 'ip_hash', 'hash $request_uri consistent;', 'random two', 'round_robin'],
  ...['least-traffic', 'uri', '2s', '1500ms', '10m', '200', 'SRV'],
  ...['HEAD /live?a=1 host=a.test status=204 interval=500ms', 'tcp rise=1 fall=1'],
];

const ROWS: readonly ContainerSetting<unknown>[] = Object.values(CONTAINER_SETTINGS);

/** Valid texts of a setting. */
export function soundTexts({ parse }: Setting<unknown>): readonly string[] {
  return SOUND_TEXTS.filter((text) => parse(text).kind === 'valid');
}

/** In which hostile containers may speak: all words count, but for those in the proxy's language. */
export const HOSTILE_VOCABULARY: Vocabulary = { dockercloud: true, allowsRaw: false };

/** Its variables of dockercloud-haproxy's, each with valid texts. */
function dockercloudTexts({
  parse,
  dockercloud,
}: ContainerSetting<unknown>): readonly (readonly [string, readonly string[]])[] {
  if (!dockercloud) return [];
  const { env, beside, parse: own = parse } = dockercloud;
  const sound = (read: (text: string) => Validated<unknown>) =>
    SOUND_TEXTS.filter((text) => read(text).kind === 'valid');
  return [
    [env, sound((text) => own(text, ''))],
    ...(beside === undefined ? [] : ([[beside, sound((text) => own('', text))]] as const)),
  ];
}

interface Entry {
  readonly place: 'env' | 'label';
  readonly name: string;
  readonly text: string;
}

/** One of the sound texts, one that almost is, or anything. */
export function maybeSound(sounds: readonly string[]): fc.Arbitrary<string> {
  const sound = fc.constantFrom(...sounds);
  const spliced = fc
    .tuple(sound, hostileText, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([text, piece, where]) => {
      const at = Math.round(text.length * where);
      return text.slice(0, at) + piece + text.slice(at);
    });
  return fc.oneof(
    { weight: 3, arbitrary: sound },
    { weight: 1, arbitrary: spliced },
    { weight: 1, arbitrary: hostileText },
  );
}

/** One setting in one of its places. */
function entryOf(row: ContainerSetting<unknown>): fc.Arbitrary<Entry> {
  const { name, env, nginxProxyLabel } = row;
  const place = fc.constantFrom<Pick<Entry, 'place' | 'name'>>(
    { place: 'env', name: env },
    { place: 'label', name: LABEL_PREFIX + name },
    ...(nginxProxyLabel === undefined
      ? []
      : [{ place: 'label', name: NGINX_PROXY_PREFIX + nginxProxyLabel } as const]),
  );
  const text = maybeSound(soundTexts(row));
  const usual = fc.record({ place, text }).map((one) => ({ ...one.place, text: one.text }));
  const theirs = dockercloudTexts(row).map(([variable, sounds]) =>
    maybeSound(sounds).map((value) => ({ place: 'env' as const, name: variable, text: value })),
  );
  return fc.oneof(usual, ...theirs);
}

/** Made once: which texts are sound is found by parsing all of them. */
const ENTRIES = ROWS.map(entryOf);

/** Labels that are none of the settings, but look like it. */
const stray = hostileText.chain((text) =>
  fc.constantFrom<Entry>(
    { place: 'label', name: LABEL_PREFIX + text, text },
    { place: 'label', name: NGINX_PROXY_PREFIX + text, text },
    { place: 'env', name: `VIRTUAL_HOST${text}`, text },
  ),
);

/**
 * Containers with hostile values in their name, ID, networks and a few of all the settings that
 * there are. Most ask for a host of their own, so that something comes of the rest. All are younger
 * than those that `aContainer` makes.
 */
export const hostileContainer: fc.Arbitrary<RuntimeContainer> = fc
  .record({
    host: fc.option(
      fc.nat().map((number) => `h${number}.test`),
      { nil: undefined, freq: 8 },
    ),
    entries: fc
      .uniqueArray(fc.nat({ max: ENTRIES.length - 1 }), { minLength: 1, maxLength: 6 })
      .chain((numbers) =>
        fc.tuple(...numbers.map((number) => ENTRIES[number] as fc.Arbitrary<Entry>)),
      ),
    strays: fc.option(stray, { nil: undefined }),
    name: fc.oneof(
      fc.nat().map((number) => `evil-${number}`),
      hostileText,
    ),
    id: fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), hostileText),
    network: hostileText,
    exposed: fc.constantFrom([], ['80'], ['3000', '9000']),
    health: fc.constantFrom('', '', 'unhealthy'),
  })
  .map(({ host, entries, strays, name, id, network, exposed, health }) => {
    const all = [
      ...(host === undefined ? [] : [{ place: 'env', name: 'VIRTUAL_HOST', text: host } as const]),
      ...entries,
      ...(strays ? [strays] : []),
    ];
    const pairs = (place: Entry['place']) =>
      Object.fromEntries(
        all.filter((one) => one.place === place).map((one) => [one.name, one.text]),
      );
    return aContainer({
      name,
      id,
      created: '2026-01-02T00:00:00Z',
      env: pairs('env'),
      labels: pairs('label'),
      networks: { [network]: { IP: '10.6.6.6' } },
      ports: exposed,
      health,
    });
  });
