import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const EXAMPLES = resolve('templates/examples');
/** What the examples give for `STACK`, checked by hand, and that inventory. */
export const EXPECTED = resolve('test/support/fixtures/examples');

/** A stack as `tsgen inventory` shows it. */
export const STACK: readonly Fields[] = JSON.parse(
  readFileSync(join(EXPECTED, 'inventory.json'), 'utf8'),
);

export type Fields = Readonly<Record<string, unknown>>;

/** What somebody might try who can start containers, but must not run commands on the host. */
export const HOSTILE: readonly string[] = [
  '"',
  "'",
  '\\',
  `'; touch PWNED; '`,
  `"; touch PWNED; "`,
  '$(touch PWNED)',
  '`touch PWNED`',
  `$\{IFS}; touch PWNED`,
  'a\ntouch PWNED\n',
  'a\r\ntouch PWNED',
  '# a\u2028b',
  'a; } server { listen 81; }',
  'a.test;\n}\nserver {\n  listen 81;\n}\n',
  'a..test',
  '*.*.test',
  `${'a'.repeat(300)}.test`,
  "#{system('touch PWNED')}",
  "'\n</record>\n<source>\n  @type exec\n  command touch PWNED\n",
  '/var/log/app/../../../../etc/shadow',
  '/var/log/app/a {\n postrotate\n touch PWNED\n endscript\n}\n',
  '/var/log/app/.*/shadow',
  '70000',
  '-1',
  '127.0.0.1 bank.example',
  '../../other',
];

/** Containers that have a hostile value wherever a template looks. */
export const ATTACKERS: readonly Fields[] = HOSTILE.flatMap((value, index) => {
  const [web] = STACK;
  const id = (kind: string) => `${kind}${String(index).padStart(63, '0')}`;
  const texts = ['VIRTUAL_HOST', 'VIRTUAL_PORT', 'LOG_FILES', 'SERVICE_NAME'];
  return [
    {
      ...web,
      ID: id('a'),
      Name: `attacker-${index}`,
      Env: Object.fromEntries(texts.map((name) => [name, value])),
      Labels: { 'com.docker.compose.project': value, 'com.docker.compose.service': value },
      Addresses: [{ Port: '80', HostPort: '8080', Proto: 'tcp', HostIP: '' }],
      Networks: [{ Name: 'n', IP: '172.30.0.2', Aliases: [value] }],
    },
    {
      ...web,
      ID: id('b'),
      Name: value,
      Env: { VIRTUAL_HOST: 'b.test', VIRTUAL_PORT: value, SERVICE_NAME: 'b', LOG_FILES: '/x/b' },
      Image: { Registry: '', Repository: value, Tag: value },
      Addresses: [{ Port: value, HostPort: value, Proto: value, HostIP: value }],
      Networks: [{ Name: 'n', IP: value, GlobalIPv6Address: value, Aliases: [] }],
      Mounts: [{ Source: value, Destination: '/x' }],
    },
  ];
});
