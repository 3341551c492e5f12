import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellQuote } from '../../src/base/shell-quote.ts';
import { nginx } from '../../src/proxies/nginx.ts';
import { aFolder } from '../support/temporary-folder.ts';

const MAIN = `user nginx;
events {}
http {
    # include conf.d/*.conf; is what the next line but one does
    include mime.types; include   conf.d/*.conf ; server_tokens off;
    include /elsewhere/*.conf;
}
`;

/** Stands for nginx: keeps the configuration that it is to test and says what the test wishes. */
const NGINX = `#!/bin/sh
root=$(dirname "$(dirname "$0")")
if [ "$1" = -V ]; then
  echo "configure arguments: --prefix=/usr --conf-path=$root/etc/nginx.conf --user=nginx" >&2
  exit
fi
[ "$1 $2 $3" = '-t -q -c' ] || exit 64
cat "$4" >"$root/tested"
echo "$4" >"$root/tested-path"
cat "$(dirname "$4")/mime.types" >>"$root/tested" || exit 65
[ ! -e "$root/verdict" ] || { sed "s|MAIN|$4|" "$root/verdict" >&2; exit 1; }
`;

async function setUp(wish: { readonly main?: string; readonly files?: readonly string[] } = {}) {
  const root = await aFolder();
  const at = (path: string) => join(root, path);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  };
  await write('bin/nginx', NGINX);
  await chmod(at('bin/nginx'), 0o755);
  await write('etc/nginx.conf', wish.main ?? MAIN);
  await write('etc/mime.types', '# types\n');
  for (const file of wish.files ?? ['a.conf', 'z.conf']) await write(`etc/conf.d/${file}`, '');
  await write('etc/conf.d/.tsgen/default.conf/candidate/default.conf', 'candidate');
  const candidate = at('etc/conf.d/.tsgen/default.conf/candidate/default.conf');

  const check = async (
    file = candidate,
    dest = at('etc/conf.d/default.conf'),
    as: { readonly uid?: number } = {},
  ) => {
    const command = nginx.checkCommand
      .replaceAll('{file}', () => shellQuote(file))
      .replaceAll('{dest}', () => shellQuote(dest));
    return await new Promise<{ code: unknown; output: string }>((resolve) => {
      const env = { PATH: `${at('bin')}:${process.env.PATH}`, TMPDIR: at('tmp') };
      execFile('/bin/sh', ['-c', command], { env, ...as }, (error, stdout, stderr) => {
        resolve({ code: error ? error.code : 0, output: stdout + stderr });
      });
    });
  };
  return { root, at, write, check, candidate };
}

/** The lines that nginx was to test, with the test's folder left out. */
async function testedLines(root: string): Promise<string[]> {
  const text = await readFile(join(root, 'tested'), 'utf8');
  return text.replaceAll(root, '').split('\n');
}

const CANDIDATE = '"/etc/conf.d/.tsgen/default.conf/candidate/default.conf"';

describe("nginx's check", () => {
  it("puts the candidate in the destination's place, and keeps all else line by line", async () => {
    const { root, at, check } = await setUp();
    expect(await check()).toEqual({ code: 0, output: '' });
    expect(await testedLines(root)).toEqual([
      'user nginx;',
      'events {}',
      'http {',
      '    # include conf.d/*.conf; is what the next line but one does',
      `    include mime.types; include "/etc/conf.d/a.conf"; include ${CANDIDATE}; include "/etc/conf.d/z.conf";  server_tokens off;`,
      '    include /elsewhere/*.conf;',
      '}',
      '# types',
      '',
    ]);
    expect(dirname((await readFile(at('tested-path'), 'utf8')).trim())).toBe(at('etc'));
    expect(new Set(await readdir(at('etc')))).toEqual(
      new Set(['conf.d', 'mime.types', 'nginx.conf']),
    );
  });

  it('sorts as nginx does, and includes nothing but what nginx would', async () => {
    const { root, check } = await setUp({
      main: 'include conf.d/*.conf;',
      files: ['default.conf', 'Z.conf', 'a b.conf', 'q"q.conf', '.hidden.conf', 'x.txt'],
    });
    expect(await check()).toEqual({ code: 0, output: '' });
    expect((await testedLines(root))[0]).toBe(
      `include "/etc/conf.d/Z.conf"; include "/etc/conf.d/a b.conf"; include ${CANDIDATE}; include "/etc/conf.d/q\\"q.conf"; `,
    );
  });

  it.each([
    ['the destination by name', 'include conf.d/default.conf;'],
    ['a quoted pattern', "http { include 'conf.d/*.conf'; }"],
    ['no line break at the end', 'http{include conf.d/def*;}'],
  ])('finds an include with %s', async (_, main) => {
    const { root, check } = await setUp({ main, files: [] });
    expect(await check()).toEqual({ code: 0, output: '' });
    expect((await testedLines(root)).join('\n')).toContain(`include ${CANDIDATE};`);
  });

  it('finds the include by another name of the folder', async () => {
    const { root, at, check, candidate } = await setUp();
    await symlink(at('etc/conf.d'), at('conf-link'));
    expect(await check(candidate, at('conf-link/default.conf'))).toEqual({ code: 0, output: '' });
    expect((await testedLines(root)).join('\n')).toContain(`include ${CANDIDATE};`);
  });

  it("brings nginx's reason back, once and with the names that people know", async () => {
    const { at, write, check, candidate } = await setUp();
    await write(
      'verdict',
      `2026/11/21 07:37:50 [emerg] 98#98: unexpected "}" in ${candidate}:2
nginx: [emerg] unexpected "}" in ${candidate}:2
nginx: [emerg] directive of MAIN:4
nginx: configuration file MAIN test failed
`,
    );
    expect(await check()).toEqual({
      code: 1,
      output: `nginx: [emerg] unexpected "}" in ${candidate}:2\nnginx: [emerg] directive of ${at('etc/nginx.conf')}:4\n`,
    });
  });

  it('shows the line of the error log where nginx writes no other', async () => {
    const { write, check } = await setUp();
    await write('verdict', '2026/11/21 07:37:50 [emerg] 98#98: no "ssl_certificate"\n');
    expect(await check()).toEqual({ code: 1, output: 'nginx: [emerg] no "ssl_certificate"\n' });
  });

  it.each([
    ['no include at all', 'events {}\n'],
    ['an include of another folder', 'include other.d/*.conf;\n'],
    ['an include of other names', 'include conf.d/*.inc;\n'],
    ['an include in a comment', '# include conf.d/*.conf;\n'],
    ['a word that ends in include', 'my_include conf.d/*.conf;\n'],
  ])('does not accept what nginx would never read: %s', async (_, main) => {
    const { at, check } = await setUp({ main });
    const { code, output } = await check();
    expect(code).toBe(126);
    expect(output).toBe(
      `no include in ${at('etc/nginx.conf')} covers ${at('etc/conf.d/default.conf')}: nginx would not read it. Add for example: include ${at('etc/conf.d')}/*.conf;\n`,
    );
    expect(await readdir(at('etc'))).not.toContainEqual(expect.stringMatching(/^\.tsgen/));
  });

  it('says so when it cannot see the candidate', async () => {
    const { at, check } = await setUp();
    const { code, output } = await check(at('etc/conf.d/missing'));
    expect(code).toBe(126);
    expect(output).toContain(`the candidate ${at('etc/conf.d/missing')} cannot be read by`);
  });

  it('works from a folder of links where nothing can be written beside the original', async () => {
    const { root, at, write, check } = await setUp();
    await mkdir(at('tmp'));
    for (const [path, mode] of [
      ['tmp', 0o777],
      ['etc', 0o555],
      ['', 0o777],
    ] as const) {
      await chmod(at(path), mode);
    }
    // Nobody: root may write anywhere.
    const as = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    expect(await check(undefined, undefined, as)).toEqual({ code: 0, output: '' });
    const lines = await testedLines(root);
    expect(lines[4]).toContain(`include ${CANDIDATE}; include "/etc/conf.d/z.conf";`);
    expect(lines).toContain('# types');
    expect(await readFile(at('tested-path'), 'utf8')).toMatch(`${at('tmp')}/.tsgen-check-`);
    await write('verdict', 'nginx: [emerg] directive of MAIN:4\n');
    expect(await check(undefined, undefined, as)).toEqual({
      code: 1,
      output: `nginx: [emerg] directive of ${at('etc/nginx.conf')}:4\n`,
    });
    expect(await readdir(at('tmp'))).toEqual([]);
  });

  it('removes what a killed check left, and not what a running one has', async () => {
    const { at, write, check } = await setUp();
    await write('etc/.tsgen-check-999999999', '');
    await write(`etc/.tsgen-check-${process.pid}`, '');
    await check();
    const copies = (await readdir(at('etc'))).filter((name) => name.startsWith('.tsgen'));
    expect(copies).toEqual([`.tsgen-check-${process.pid}`]);
  });
});
