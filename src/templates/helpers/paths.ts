import { posix } from 'node:path';
import { text } from './args.ts';
import { alsoNamed, type InlineHelper, inline } from './helper.ts';

const path = text('path', 'a path; no file is looked at');

const base = inline({
  name: 'base',
  args: [path],
  description: 'The last part of a path.',
  example: { template: '{{base "/etc/nginx/nginx.conf"}}', result: 'nginx.conf' },
  fn: (value) => (value === '' ? '.' : posix.basename(value) || '/'),
});
const parent = inline({
  name: 'sprigDir',
  args: [path],
  description: "Sprig's `dir`: all but the last part of a path.",
  example: { template: '{{sprigDir "/etc/nginx/nginx.conf"}}', result: '/etc/nginx' },
  fn: (value) => clean(value.slice(0, value.lastIndexOf('/') + 1)),
});
const cleaned = inline({
  name: 'clean',
  args: [path],
  description: 'The shortest path that means the same.',
  example: { template: '{{clean "/etc//nginx/../hosts/"}}', result: '/etc/hosts' },
  fn: (value) => clean(value),
});
const extension = inline({
  name: 'ext',
  args: [path],
  description: 'The end of a path from its last dot on; empty without one.',
  example: { template: '{{ext "nginx.conf"}}', result: '.conf' },
  fn: (value) => value.slice(value.lastIndexOf('/') + 1).match(/\.[^.]*$/)?.[0] ?? '',
});
const absolute = inline({
  name: 'isAbs',
  args: [path],
  description: 'Whether a path begins at the root.',
  example: { template: '{{isAbs "/etc"}}', result: 'true' },
  fn: (value) => value.startsWith('/'),
});

/** Work on paths as text, with `/` between their parts. */
export const pathHelpers: readonly InlineHelper[] = [
  base,
  alsoNamed(base, 'osBase'),
  parent,
  alsoNamed(parent, 'osDir'),
  cleaned,
  alsoNamed(cleaned, 'osClean'),
  extension,
  alsoNamed(extension, 'osExt'),
  absolute,
  alsoNamed(absolute, 'osIsAbs'),
];

function clean(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
