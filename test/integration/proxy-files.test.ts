import { execFile } from 'node:child_process';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { KeptFiles } from '../../src/pipeline/kept-files.ts';
import { ProxyFilesReader } from '../../src/pipeline/proxy-files-reader.ts';
import { ProxyFilesWatch } from '../../src/pipeline/proxy-files-watch.ts';
import { NGINX_PLACES } from '../../src/proxies/nginx-file-places.ts';
import { filePlacesOf } from '../../src/routing/hooks.ts';
import { NO_FILES, type ProxyFiles } from '../../src/routing/proxy-files.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { SOON } from '../support/soon.ts';
import { aFolder } from '../support/temporary-folder.ts';
import { makeCertificate, makeTlsFiles } from '../support/tls-files.ts';

const run = promisify(execFile);

const HOOKS = '/etc/nginx/vhost.d';
const CERTS = '/etc/nginx/certs';
const USERS = '/etc/nginx/htpasswd';

async function scene(more: { readonly maxEntries?: number } = {}) {
  const root = await aFolder();
  const at = (path: string) => root + path;
  const options = { places: filePlacesOf(NGINX_PLACES), root, ...more };
  const reader = new ProxyFilesReader(options);
  return {
    at,
    reader,
    read: () => reader.read(),
    anew: () => new ProxyFilesReader(options).read(),
    write: async (path: string, content: string) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    certificate: async (name: string) => {
      await mkdir(at(CERTS), { recursive: true });
      await makeCertificate(at(CERTS), name);
    },
  };
}

function reasonOf(files: ProxyFiles, name: string): string {
  const found = files.certificates.get(name);
  return found?.kind === 'unusable' ? found.reason : `${found?.kind}`;
}

describe('reading a proxy’s files', () => {
  it('finds nothing where there are no folders', async () => {
    const { read } = await scene();
    expect(await read()).toBe(NO_FILES);
  });

  it('finds hooks, single files and certificates, by the paths that the proxy sees', async () => {
    const { read, write, certificate } = await scene();
    await write(`${HOOKS}/a.test`, 'add_header X-A a;');
    await write('/etc/nginx/htpasswd/*.a.test', 'me:x');
    await write('/etc/nginx/proxy.conf', '');
    await write('/etc/nginx/nginx.conf', 'not asked for');
    await write(`${HOOKS}/sub/b.test`, '');
    await write(`${HOOKS}/with blank`, '');
    await certificate('a.test');
    const { hooks, certificates, problems } = await read();
    expect([...hooks.keys()]).toEqual([
      '/etc/nginx/htpasswd/*.a.test',
      '/etc/nginx/proxy.conf',
      `${HOOKS}/a.test`,
    ]);
    expect(hooks.get(`${HOOKS}/a.test`)?.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(problems).toEqual([]);
    expect(certificates.get('a.test')).toMatchObject({
      kind: 'usable',
      name: 'a.test',
      certificate: `${CERTS}/a.test.crt`,
      key: `${CERTS}/a.test.key`,
      names: ['*.example.com', '2001:db8::1', 'example.com'],
      verified: true,
      securityLevel: 2,
      notes: [],
    });
    const found = certificates.get('a.test');
    const days = found?.kind === 'usable' ? (found.notAfter - found.notBefore) / 86_400_000 : 0;
    expect(days).toBe(30);
  });

  it('gives the same object while nothing changed, and the same entries beside one that did', async () => {
    const { read, write, certificate, anew } = await scene();
    await write(`${HOOKS}/a.test`, 'one');
    await write(`${HOOKS}/b.test`, 'two');
    await certificate('a.test');
    const before = await read();
    expect(await read()).toBe(before);
    expect(await read()).toBe(before);

    // Of the same length.
    await write(`${HOOKS}/a.test`, 'ONE');
    const after = await read();
    expect(after).not.toBe(before);
    expect(after.hooks.get(`${HOOKS}/a.test`)).not.toEqual(before.hooks.get(`${HOOKS}/a.test`));
    expect(after.hooks.get(`${HOOKS}/b.test`)).toBe(before.hooks.get(`${HOOKS}/b.test`));
    expect(after.certificates.get('a.test')).toBe(before.certificates.get('a.test'));
    expect(await anew()).toEqual(after);
  });

  it.each([
    ['once', 60_000, 1],
    ['again, for it could change within one tick of the clock and look the same', 0, 2],
  ])('makes %s what it made of a file that changed %d ms ago', async (_, age, expected) => {
    const { at, write } = await scene();
    await write('/file', 'one');
    const now = (await stat(at('/file'))).ctimeMs + age;
    let made = 0;
    let files = new KeptFiles(at(''), now);
    for (let round = 0; round < 2; round += 1) {
      await files.entry('key', ['/file'], () => {
        made += 1;
        return Promise.resolve('made');
      });
      files = files.next(now);
    }
    expect(made).toBe(expected);
  });

  it('does not take a file for another because it was touched', async () => {
    const { read, write, at } = await scene();
    await write(`${HOOKS}/a.test`, 'one');
    const before = await read();
    await utimes(at(`${HOOKS}/a.test`), 1, 1);
    expect(await read()).toBe(before);
  });

  it('takes what is no readable file of users for one that lets nobody in', async () => {
    const { at, read, write } = await scene();
    await write(`${USERS}/kept`, 'me:x');
    await symlink('gone', at(`${USERS}/link`));
    await run('mkfifo', [at(`${USERS}/fifo`)]);
    await symlink('gone', at(`${USERS}/../proxy.conf`));
    const { hooks, problems } = await read();
    expect([...hooks.keys()].sort()).toEqual(
      ['fifo', 'kept', 'link'].map((name) => `${USERS}/${name}`),
    );
    expect(problems.map(({ path }) => path)).toEqual([
      `${USERS}/fifo`,
      `${USERS}/link`,
      '/etc/nginx/proxy.conf',
    ]);
  });

  it('finds what is called in capitals by the host in lower case', async () => {
    const { read, write, certificate } = await scene();
    await write(`${USERS}/Example.com`, 'me:x');
    await write(`${HOOKS}/Example.com_location`, 'add_header X-A a;');
    await certificate('Example.com');
    const { hooks, certificates, problems } = await read();
    expect(hooks.get(`${USERS}/example.com`)?.path).toBe(`${USERS}/Example.com`);
    expect(hooks.get(`${HOOKS}/example.com_location`)?.path).toBe(`${HOOKS}/Example.com_location`);
    expect(certificates.get('example.com')).toMatchObject({
      certificate: `${CERTS}/Example.com.crt`,
    });
    expect(problems).toEqual([]);
  });

  it('says of a folder that could never be read that nobody knows what lies there', async () => {
    const { at, read, write, certificate } = await scene();
    await write(`${USERS}.away/a.test`, 'me:x');
    await symlink('htpasswd', at(USERS));
    await symlink('certs', at(CERTS));
    const unknown = await read();
    expect(unknown.unread).toEqual({ users: true, certificates: true });
    expect(unknown.problems).toMatchObject([
      { path: CERTS, reason: expect.stringContaining('until then no site is served over HTTPS') },
      { path: USERS, reason: expect.stringContaining('until then no site lets anybody in') },
    ]);
    expect(await read()).toBe(unknown);
    await rm(at(USERS));
    await rename(at(`${USERS}.away`), at(USERS));
    await rm(at(CERTS));
    await certificate('a.test');
    const known = await read();
    expect(known).not.toHaveProperty('unread');
    expect([...known.hooks.keys()]).toEqual([`${USERS}/a.test`]);
  });

  it('keeps what it knows of a folder that cannot be read any more', async () => {
    const { at, read, write } = await scene();
    await write(`${USERS}/a.test`, 'me:x');
    await read();
    await rename(at(USERS), at(`${USERS}.away`));
    await symlink('htpasswd', at(USERS));
    const { hooks, problems } = await read();
    expect([...hooks.keys()]).toEqual([`${USERS}/a.test`]);
    expect(problems[0]).toMatchObject({
      path: USERS,
      reason: expect.stringContaining('what was there before counts until then'),
    });
  });

  it('follows links and says where they lead', async () => {
    const { reader, read, at, certificate, write } = await scene();
    await certificate('cert');
    await mkdir(at(`${CERTS}/a.test`));
    await rename(at(`${CERTS}/cert.crt`), at(`${CERTS}/a.test/fullchain1.pem`));
    await rename(at(`${CERTS}/cert.key`), at(`${CERTS}/a.test/key.pem`));
    await symlink('fullchain1.pem', at(`${CERTS}/a.test/fullchain.pem`));
    await symlink('./a.test/fullchain.pem', at(`${CERTS}/a.test.crt`));
    await symlink('./a.test/key.pem', at(`${CERTS}/a.test.key`));
    await symlink('a.test.gone', at(`${CERTS}/b.test.crt`));
    await write(`${CERTS}/b.test.key`, '');
    await symlink('loop', at(`${CERTS}/loop.crt`));
    await symlink('loop.crt', at(`${CERTS}/loop`));
    const files = await read();
    expect(files.certificates.get('a.test')).toMatchObject({ certificate: `${CERTS}/a.test.crt` });
    expect(reasonOf(files, 'b.test')).toContain('b.test.crt is a link to a file that is not there');
    expect(reasonOf(files, 'loop')).toContain('loop.crt is a link that leads to itself');
    const { files: watched, folders } = reader.watchable;
    for (const name of ['fullchain.pem', 'fullchain1.pem', 'key.pem']) {
      expect(watched).toContain(at(`${CERTS}/a.test/${name}`));
    }
    expect(folders).toEqual([HOOKS, '/etc/nginx/htpasswd', CERTS].map(at));
  });

  it('says of a pair what is missing or does not fit', async () => {
    const { read, at, certificate, write } = await scene();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await certificate(name);
    await rm(at(`${CERTS}/a.key`));
    await rm(at(`${CERTS}/b.crt`));
    await copyFile(at(`${CERTS}/d.key`), at(`${CERTS}/c.key`));
    await truncate(at(`${CERTS}/d.crt`), 0);
    await write(`${CERTS}/e.dhparam.pem`, 'nothing');
    await appendFile(at(`${CERTS}/f.crt`), 'x'.repeat(2 * 1024 * 1024));
    await write(`${CERTS}/$x.crt`, '');
    const files = await read();
    expect(reasonOf(files, 'a')).toBe(`${CERTS}/a.crt has no a.key beside it: put it there`);
    expect(reasonOf(files, 'b')).toBe(`${CERTS}/b.key has no b.crt beside it: put it there`);
    expect(reasonOf(files, 'c')).toContain('c.key does not belong to the certificate');
    expect(reasonOf(files, 'd')).toBe(`${CERTS}/d.crt is empty: write the certificate to it`);
    expect(files.certificates.get('e')).toMatchObject({
      kind: 'usable',
      notes: [expect.stringContaining('e.dhparam.pem contains no Diffie-Hellman parameters')],
    });
    expect(files.certificates.get('e')).not.toHaveProperty('dhparam');
    expect(reasonOf(files, 'f')).toContain('f.crt has more than 1048576 bytes');
    expect(files.problems).toEqual([
      { path: `${CERTS}/$x.crt`, reason: expect.stringContaining('rename it') },
    ]);
  });

  it('tells authorities of clients from certificates of servers called .ca', async () => {
    const { read, at, certificate } = await scene();
    for (const name of ['ca', 'a.test.ca', 'b.test.ca']) await certificate(name);
    await rm(at(`${CERTS}/a.test.ca.key`));
    await run(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'c.test.ca.key']
        .concat(['-out', 'c.test.ca.crt', '-subj', '/CN=c.test.ca', '-days', '30'])
        .concat(['-addext', 'basicConstraints=critical,CA:FALSE']),
      { cwd: at(CERTS) },
    );
    const { clientAuthorities, certificates } = await read();
    expect([...clientAuthorities.keys()].toSorted()).toEqual(['', 'a.test', 'b.test']);
    expect(clientAuthorities.get('')).toMatchObject({ certificate: `${CERTS}/ca.crt` });
    expect(certificates.get('c.test.ca')?.kind).toBe('usable');
  });

  it('is not held up or led astray by what is no regular file', async () => {
    const { read, at, write, certificate } = await scene();
    await write(`${HOOKS}/a.test`, 'one');
    await certificate('a.test');
    await rm(at(`${CERTS}/a.test.key`));
    await run('mkfifo', [at(`${HOOKS}/fifo`), at(`${CERTS}/a.test.key`)]);
    await symlink('/dev/zero', at(`${HOOKS}/zero`));
    await mkdir(at(`${CERTS}/folder.crt`));
    const files = await read();
    expect([...files.hooks.keys()]).toEqual([`${HOOKS}/a.test`]);
    expect(files.problems).toEqual(
      ['fifo', 'zero'].map((name) => ({
        path: `${HOOKS}/${name}`,
        reason: 'is no regular file: replace it',
      })),
    );
    expect(reasonOf(files, 'a.test')).toContain('a.test.key is no regular file');
    expect(reasonOf(files, 'folder')).toContain('folder.crt is a folder');
  });

  it('reads a large file once, and an endless one never', async () => {
    const { at, write } = await scene();
    const megabytes = 100;
    await write(`${HOOKS}/large`, 'x');
    await truncate(at(`${HOOKS}/large`), megabytes * 1_000_000);
    await write(`${HOOKS}/endless`, 'x');
    await truncate(at(`${HOOKS}/endless`), 1e12);
    const reader = new ProxyFilesReader({
      places: filePlacesOf(NGINX_PLACES),
      root: at(''),
      // Long after: what was changed until now cannot change again and look the same.
      now: () => Date.now() + 60_000,
    });
    const start = await megabytesRead();
    const before = await reader.read();
    const once = await megabytesRead();
    expect(once - start).toBeGreaterThanOrEqual(megabytes);
    expect(once - start).toBeLessThan(2 * megabytes);
    expect(before.hooks.size).toBe(2);
    expect(await reader.read()).toBe(before);
    expect((await megabytesRead()) - once).toBeLessThan(megabytes);

    await appendFile(at(`${HOOKS}/large`), 'y');
    await utimes(at(`${HOOKS}/endless`), 1, 1);
    const after = await reader.read();
    for (const [path, { digest }] of after.hooks) {
      expect(digest).not.toBe(before.hooks.get(path)?.digest);
    }
  });

  it('looks at a limited number of files, the same ones each time', async () => {
    const { read, anew, write } = await scene({ maxEntries: 3 });
    for (const name of ['e', 'd', 'c', 'b', 'a']) await write(`${HOOKS}/${name}`, name);
    const files = await read();
    expect([...files.hooks.keys()]).toEqual(['a', 'b', 'c'].map((name) => `${HOOKS}/${name}`));
    expect(files.problems).toEqual([
      { path: HOOKS, reason: expect.stringContaining('holds 5 entries, and only the first 3') },
    ]);
    expect(await anew()).toEqual(files);
  });
});

/** Root may read everything: for as long as the task takes it is somebody else. */
async function unprivileged<T>(task: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await task();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('reading as somebody who may not read all', () => {
  it('takes a key on trust that only the proxy may read', async () => {
    const { at, certificate, write, read } = await scene();
    await certificate('a.test');
    await certificate('b.test');
    await write(`${HOOKS}/secret`, 'x');
    await chmod(at(''), 0o755);
    for (const path of [`${CERTS}/a.test.key`, `${CERTS}/b.test.crt`, `${HOOKS}/secret`]) {
      await chmod(at(path), 0);
    }
    await chmod(at(`${CERTS}/b.test.key`), 0o644);
    const files = await unprivileged(read);
    expect(files.certificates.get('a.test')).toMatchObject({ kind: 'usable', verified: false });
    expect(reasonOf(files, 'b.test')).toContain('b.test.crt may not be read by tsgen');
    expect(files.hooks.get(`${HOOKS}/secret`)?.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(files.problems).toEqual([]);
  });

  it('says so of a folder', async () => {
    const { at, certificate, read } = await scene();
    await certificate('a.test');
    await chmod(at(''), 0o755);
    await chmod(at(CERTS), 0);
    onTestFinished(() => chmod(at(CERTS), 0o755));
    const { certificates, problems } = await unprivileged(read);
    expect(certificates.size).toBe(0);
    expect(problems).toEqual([
      { path: CERTS, reason: expect.stringContaining('let tsgen read it') },
    ]);
  });
});

describe('watching a proxy’s files', () => {
  async function watched(clock: Clock = systemClock) {
    const all = await scene();
    await all.write(`${HOOKS}/a.test`, 'one');
    await all.certificate('a.test');
    const seen: ProxyFiles[] = [];
    const errors: unknown[] = [];
    const watch = new ProxyFilesWatch({
      reader: all.reader,
      clock,
      onChange: (files) => seen.push(files),
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => watch[Symbol.asyncDispose]());
    onTestFinished(() => expect(errors).toEqual([]));
    return { ...all, watch, seen, first: await watch.start() };
  }

  const digestOf = (files: ProxyFiles, name: string) => {
    const found = files.certificates.get(name);
    return found?.kind === 'usable' ? found.digest : found?.reason;
  };

  it('tells of hooks that come, change and go, and keeps the newest at hand', async () => {
    const { write, at, watch, seen, first } = await watched();
    expect(watch.current).toBe(first);
    expect(seen).toEqual([]);
    await write(`${HOOKS}/a.test`, 'two');
    const hook = () => watch.current.hooks.get(`${HOOKS}/a.test`);
    await expect.poll(hook).not.toEqual(first.hooks.get(`${HOOKS}/a.test`));
    // Of a folder that was not there.
    await write('/etc/nginx/htpasswd/a.test', 'me:x');
    await expect.poll(() => watch.current.hooks.has('/etc/nginx/htpasswd/a.test')).toBe(true);
    await write('/etc/nginx/proxy.conf', '');
    await expect.poll(() => watch.current.hooks.has('/etc/nginx/proxy.conf')).toBe(true);
    await rm(at(`${HOOKS}/a.test`));
    await expect.poll(hook).toBeUndefined();
    expect(seen.at(-1)).toBe(watch.current);
  });

  it('tells of nothing before it has begun, whatever happens meanwhile', async () => {
    const { reader, write } = await scene();
    await write(`${HOOKS}/a.test`, 'one');
    const seen: ProxyFiles[] = [];
    await using watch = new ProxyFilesWatch({
      reader,
      clock: systemClock,
      onChange: (files) => seen.push(files),
      onError: (error) => expect.fail(String(error)),
    });
    const starting = watch.start();
    // As an event does that comes while further folders are still to be watched.
    await watch.refresh();
    expect(await starting).toBe(watch.current);
    expect(watch.current.hooks.size).toBe(1);
    expect(seen).toEqual([]);
  });

  it('follows a certificate that is renewed behind a link', async () => {
    const { at, certificate, watch } = await watched();
    const folder = at(`${CERTS}/live`);
    await mkdir(folder);
    for (const name of ['one', 'two']) {
      await certificate(name);
      for (const end of ['crt', 'key']) {
        await rename(at(`${CERTS}/${name}.${end}`), join(folder, `${name}.${end}`));
      }
    }
    for (const end of ['crt', 'key']) {
      await symlink(`one.${end}`, join(folder, `now.${end}`));
      await symlink(`live/now.${end}`, at(`${CERTS}/b.test.${end}`));
    }
    await expect.poll(() => watch.current.certificates.get('b.test')?.kind).toBe('usable');
    const before = digestOf(watch.current, 'b.test');
    for (const end of ['crt', 'key']) {
      await symlink(`two.${end}`, join(folder, 'new'));
      await rename(join(folder, 'new'), join(folder, `now.${end}`));
    }
    await expect.poll(() => digestOf(watch.current, 'b.test')).not.toBe(before);
    expect(watch.current.certificates.get('b.test')?.kind).toBe('usable');
  });

  it('does not take half of a renewal for a broken certificate', async () => {
    const clock = new ManualClock();
    const { at, certificate, watch, seen, reader, first } = await watched(clock);
    await certificate('next');
    await rename(at(`${CERTS}/next.crt`), at(`${CERTS}/a.test.crt`));
    void watch.refresh();
    await expect.poll(() => clock.sleeping).toBe(1);
    expect((await reader.read()).certificates.get('a.test')?.kind).toBe('unusable');
    await rename(at(`${CERTS}/next.key`), at(`${CERTS}/a.test.key`));
    await expect
      .poll(async () => {
        await clock.advance(500);
        return digestOf(watch.current, 'a.test');
      }, SOON)
      .not.toBe(digestOf(first, 'a.test'));
    expect(seen.map((files) => files.certificates.get('a.test')?.kind)).not.toContain('unusable');
  });

  it('tells in the end of a certificate that stays broken', async () => {
    const clock = new ManualClock();
    const { at, watch } = await watched(clock);
    const kind = () => watch.current.certificates.get('a.test')?.kind;
    await rm(at(`${CERTS}/a.test.key`));
    await expect.poll(() => clock.sleeping).toBe(1);
    expect(kind()).toBe('usable');
    await expect
      .poll(async () => {
        await clock.advance(500);
        return kind();
      }, SOON)
      .toBe('unusable');
  });
});

describe('what is said of a certificate', () => {
  it('names the file, what is wrong and what to do', async () => {
    const { at, read } = await scene();
    await mkdir(at(CERTS), { recursive: true });
    await makeTlsFiles(at(CERTS));
    const files = await read();
    const sayings: Readonly<Record<string, string>> = {
      empty: 'empty.crt is empty: write the certificate to it',
      cut: 'cut.crt is cut off: write the whole of it',
      'cut-key': 'cut-key.key is cut off',
      der: 'der.crt contains no certificate in PEM',
      encrypted: 'encrypted.key is encrypted, and nobody is there to enter its passphrase',
      'encrypted-old': 'encrypted-old.key is encrypted',
      public: 'public.key contains no private key',
      mismatch: 'mismatch.key does not belong to the certificate',
      'other-kind': 'other-kind.key does not belong to the certificate',
      'wrong-order': 'wrong-order.crt are in the wrong order',
      'bad-second': 'bad-second.crt cannot be loaded (OpenSSL: ',
    };
    for (const [name, saying] of Object.entries(sayings)) {
      expect(reasonOf(files, name)).toContain(saying);
    }
    expect(reasonOf(files, 'der')).toContain('convert it with openssl');
    expect(files.certificates.get('sha1-leaf')).toMatchObject({ securityLevel: 0 });
    expect(files.certificates.get('short')).toMatchObject({ securityLevel: 1 });
    const expired = files.certificates.get('expired');
    expect(expired?.kind === 'usable' && expired.notAfter).toBeLessThanOrEqual(Date.now());
    const revoking = files.clientAuthorities.get('crl-good');
    const days =
      revoking?.kind === 'usable' ? ((revoking.crlNextUpdate ?? 0) - Date.now()) / 86_400_000 : 0;
    expect(Math.round(days)).toBe(30);
  });
});

/** By this process, from files and whatever else. */
async function megabytesRead(): Promise<number> {
  const counts = await readFile('/proc/self/io', 'utf8');
  return Number(/^rchar: (\d+)$/m.exec(counts)?.[1]) / 1_000_000;
}
