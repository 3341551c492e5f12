import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ProxyFilesReader } from '../../src/pipeline/proxy-files-reader.ts';
import { NGINX_PLACES } from '../../src/proxies/nginx-file-places.ts';
import { filePlacesOf } from '../../src/routing/hooks.ts';
import type { ProxyFiles } from '../../src/routing/proxy-files.ts';
import { TLS_POLICIES, type TlsPolicy } from '../../src/routing/tls-policies.ts';
import { byCodeUnits } from '../../src/templates/values.ts';
import { Engine } from '../support/engine.ts';
import { publishedFront } from '../support/nginx-scene.ts';
import { makeTlsFiles } from '../support/tls-files.ts';
import { Workspace } from '../support/workspace.ts';

// What tsgen says of certificates and their like, beside what a real nginx says of them.

const engine = new Engine(inject('engineHost'));
const images = inject('images');
const workspace = new Workspace(engine, inject('session'));
const CERTS = NGINX_PLACES.certificates;

let files: ProxyFiles;
let nginx: string;

beforeAll(async () => {
  const root = await workspace.folder('root');
  await mkdir(join(root, CERTS), { recursive: true });
  await makeTlsFiles(join(root, CERTS));
  files = await new ProxyFilesReader({ places: filePlacesOf(NGINX_PLACES), root }).read();
  nginx = await workspace.run('nginx', images.nginx, {
    args: [
      '--publish=127.0.0.1::8440',
      '--publish=127.0.0.1::8441',
      '--publish=127.0.0.1::8442',
      '--publish=127.0.0.1::8443',
    ],
  });
  await engine.docker(['cp', join(root, CERTS), `${nginx}:${CERTS}`]);
});

afterAll(() => workspace[Symbol.asyncDispose]());

/** What `nginx -t` says of each server: '' when it accepts it, else its error. */
async function verdicts(
  servers: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const script = [...servers].map(([name, directives]) => {
    const main = `events {} http { server { listen 8999 ssl; ${directives} } }`;
    return `echo '${main}' >/tmp/one.conf; nginx -t -q -c /tmp/one.conf >/tmp/said 2>&1 </dev/null && echo '${name}|' || echo "${name}|$(head -n 1 /tmp/said)"`;
  });
  const output = await engine.docker(['exec', '-i', nginx, 'sh'], { input: script.join('\n') });
  const lines = output.split('\n').map((line) => line.split('|', 2));
  return new Map(lines.map(([name = '', said = '']) => [name, said]));
}

const pair = (name: string) =>
  `ssl_certificate ${CERTS}/${name}.crt; ssl_certificate_key ${CERTS}/${name}.key;`;

/** Names of those that the predicate holds for, sorted. */
function which<T>(entries: Iterable<readonly [string, T]>, holds: (value: T) => boolean) {
  return [...entries]
    .filter(([, value]) => holds(value))
    .map(([name]) => name)
    .toSorted(byCodeUnits);
}

const isAccepted = (said: string) => said === '';

/** Compares a part of what tsgen found with what nginx says of the same files. */
async function compare<T>(
  found: ReadonlyMap<string, T>,
  isUsable: (value: T) => boolean,
  directives: (name: string) => string,
) {
  const said = await verdicts(new Map([...found.keys()].map((name) => [name, directives(name)])));
  expect(said.size).toBe(found.size);
  const [ours, theirs] = [which(found, isUsable), which(said, isAccepted)];
  return {
    accepted: ours,
    onlyOurs: ours.filter((name) => !theirs.includes(name)),
    onlyTheirs: theirs.filter((name) => !ours.includes(name)),
    refused: found.size - ours.length,
  };
}

describe('what tsgen finds usable, nginx loads', () => {
  it('of certificates and keys', async () => {
    const { accepted, refused, ...differing } = await compare(
      files.certificates,
      (one) => one.kind === 'usable' && one.securityLevel === 2,
      pair,
    );
    expect(differing).toEqual({
      onlyOurs: [],
      // nginx loads a key of another kind, and then serves nobody; clients refuse SHA-1.
      onlyTheirs: ['other-kind', 'sha1-leaf'],
    });
    expect(accepted.length).toBeGreaterThan(20);
    expect(refused).toBeGreaterThan(20);
  });

  it('of weak ones where the policy lowers the security level', async () => {
    const weak = new Map(
      [...files.certificates].filter(([, one]) => one.kind === 'usable' && one.securityLevel < 2),
    );
    const { onlyOurs, accepted } = await compare(
      weak,
      () => true,
      (name) => `${pair(name)} ssl_ciphers DEFAULT:@SECLEVEL=0;`,
    );
    expect(onlyOurs).toEqual([]);
    expect(accepted).toEqual(['dsa', 'ec-short', 'sha1-leaf', 'short', 'short-root']);
  });

  it('of Diffie-Hellman parameters', async () => {
    const own = new Map([...files.certificates].filter(([name]) => name.startsWith('dh-')));
    const { accepted, ...differing } = await compare(
      own,
      (one) => one.kind === 'usable' && one.dhparam !== undefined,
      (name) => `${pair('good')} ssl_dhparam ${CERTS}/${name}.dhparam.pem;`,
    );
    expect(differing).toEqual({
      onlyOurs: [],
      onlyTheirs: [],
      refused: own.size - accepted.length,
    });
    expect(accepted).toEqual(['dh-dsa', 'dh-good', 'dh-in-text']);
  });

  it('of chains', async () => {
    const own = new Map([...files.certificates].filter(([name]) => name.startsWith('stapled-')));
    const { accepted, onlyOurs, onlyTheirs } = await compare(
      own,
      (one) => one.kind === 'usable' && one.chain !== undefined,
      (name) => `${pair('good')} ssl_trusted_certificate ${CERTS}/${name}.chain.pem;`,
    );
    expect([onlyOurs, onlyTheirs]).toEqual([[], []]);
    expect(accepted).toEqual(['stapled-crlf', 'stapled-good', 'stapled-in-text', 'stapled-twice']);
  });

  it('of authorities for clients and lists of revoked certificates', async () => {
    const { accepted, onlyOurs, onlyTheirs, refused } = await compare(
      files.clientAuthorities,
      ({ kind }) => kind === 'usable',
      (name) => {
        const found = files.clientAuthorities.get(name);
        const crl = name.startsWith('crl-') ? `ssl_crl ${CERTS}/${name}.crl.pem;` : '';
        expect(found?.kind !== 'usable' || (found.crl === undefined) === (crl === '')).toBe(true);
        const ca = `ssl_client_certificate ${CERTS}/${name}.ca.crt; ssl_verify_client on;`;
        return `${pair('good')} ${ca} ${crl}`;
      },
    );
    expect([onlyOurs, onlyTheirs]).toEqual([[], []]);
    expect(accepted).toContain('ca-short');
    expect(accepted).toContain('crl-twice');
    expect(refused).toBeGreaterThan(10);
  });
});

function tls(policy: TlsPolicy): string {
  const { cipherList } = policy;
  return [
    `ssl_protocols ${policy.protocols.join(' ')};`,
    `ssl_prefer_server_ciphers ${policy.preferServerCiphers ? 'on' : 'off'};`,
    ...(cipherList === '' ? [] : [`ssl_ciphers ${cipherList};`]),
  ].join(' ');
}

describe('the TLS policies', () => {
  it('are accepted, and every cipher in them is known', async () => {
    const servers = new Map(
      TLS_POLICIES.map((policy) => [policy.name, `${pair('good')} ${tls(policy)}`]),
    );
    const said = await verdicts(servers);
    expect([...said]).toEqual(TLS_POLICIES.map(({ name }) => [name, '']));
    // OpenSSL passes over a name that it does not know, and complains only when none is left.
    const all = new Set(TLS_POLICIES.flatMap(({ ciphers }) => ciphers));
    const each = await verdicts(
      new Map([...all].map((one) => [one, `${pair('good')} ssl_ciphers ${one}:@SECLEVEL=0;`])),
    );
    expect(all.size).toBeGreaterThan(25);
    // Most builds leave 3DES out: that of one policy's ciphers nobody misses.
    expect(['', 'DES-CBC3-SHA']).toContain(which(each, (text) => !isAccepted(text)).join(' '));
  });

  it('let through the versions that they name, and no others', async () => {
    const names = ['Mozilla-Modern', 'Mozilla-Intermediate', 'Mozilla-Old', 'AWS-FS-1-1-2019-08'];
    const policies = TLS_POLICIES.filter(({ name }) => names.includes(name));
    const servers = policies.map(
      (policy, index) =>
        `server { listen ${8440 + index} ssl; ${pair('good')} ${tls(policy)} return 204; }`,
    );
    await engine.docker(['exec', '-i', nginx, 'sh', '-c', 'cat >/etc/nginx/conf.d/default.conf'], {
      input: servers.join('\n'),
    });
    await engine.docker(['exec', nginx, 'nginx', '-s', 'reload']);
    const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
    for (const [index, policy] of policies.entries()) {
      const front = await publishedFront(workspace, nginx, 8440 + index);
      await expect.poll(() => negotiates(front, 'TLSv1.2', 'TLSv1.3')).toBe(true);
      const spoken = [];
      for (const version of versions) {
        if (await negotiates(front, version, version)) spoken.push(version);
      }
      expect([policy.name, spoken]).toEqual([policy.name, policy.protocols]);
    }
  });
});

type Front = Awaited<ReturnType<typeof publishedFront>>;

/** Whether a client that takes every cipher comes to an agreement within these versions. */
async function negotiates(
  front: Front,
  minVersion: SecureVersion,
  maxVersion: SecureVersion,
): Promise<boolean> {
  const socket: TLSSocket = connect({
    socket: front(),
    minVersion,
    maxVersion,
    ciphers: 'ALL:@SECLEVEL=0',
    servername: 'example.com',
    // Signed by itself: who answers is not the question.
    rejectUnauthorized: false,
  });
  try {
    return await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
