import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchContainers } from './bench-containers.ts';

/** What the back ends are told about the client and of their connection, in the order in which `/told` has it. */
const HEADERS = [
  ...['Host', 'X-Real-IP', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto'],
  ...['X-Forwarded-Ssl', 'X-Forwarded-Port', 'X-Original-URI', 'Proxy', 'Connection'],
];

const TOLD = HEADERS.map(
  (name) => `${name}: $http_${name.toLowerCase().replaceAll('-', '_')}\\n`,
).join('');

const CONFIG = `server {
  listen 80;
  access_log off;
  location / { return 200 "served\\n"; }
  location = /told { return 200 "${TOLD}"; }
}
`;

/**
 * A server that answers as fast as can be, and at `/told` with what it was told about the client.
 *
 * @returns its address.
 */
export async function startBackend(containers: BenchContainers): Promise<string> {
  const file = join(containers.folder, 'backend.conf');
  await writeFile(file, CONFIG, { mode: 0o644 });
  await chmod(containers.folder, 0o755);
  const { address } = await containers.start('nginx:1.30', [
    `--volume=${file}:/etc/nginx/conf.d/default.conf:ro`,
  ]);
  return address;
}
